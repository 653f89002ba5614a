"""From strips to KE, its spread and flags."""
