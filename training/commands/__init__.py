"""The command line: one verb a file, thin; what it does stands in a room below."""
