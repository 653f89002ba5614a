"""Pages, maps and plots for people."""
