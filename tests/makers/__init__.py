"""Makers of maps, layers, networks and experiments that tests share."""
