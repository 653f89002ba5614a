"""Which part of a map the KE of a window comes from."""
