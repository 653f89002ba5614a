"""Lines, frames and outlines in the plane and on the Earth; nothing of faults."""
