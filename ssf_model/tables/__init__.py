"""Rows and fields of every table that is written, with their meanings."""
