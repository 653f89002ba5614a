"""Virtual experiments: a clay box that obeys stated equations, and a camera over it."""
