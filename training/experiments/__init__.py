"""Experiment files of every form, and the laboratory's labels."""
