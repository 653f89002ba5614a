"""The plugin's tests in every QGIS that Debian has: chroots, trials in them, and their matrix."""
