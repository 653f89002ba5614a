"""How good a network is, and how wide its interval must be."""
