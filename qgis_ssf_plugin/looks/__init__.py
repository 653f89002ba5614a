"""How results look in QGIS: colours, labels, map tips, names of columns; made, not stored."""
