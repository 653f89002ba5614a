"""The command line, and what it needs besides QGIS's: reading, writing, batches."""
