"""Two maps of the same faults, window by window."""
