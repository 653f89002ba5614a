"""Fault traces as a map gives them, and how they slip."""
