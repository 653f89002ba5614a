"""From traces to fault zones, their guides, and strips along them."""
