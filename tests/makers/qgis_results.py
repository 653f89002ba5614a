"""What qgis_process wrote, and with which engines it is asked."""

import sqlite3

ENGINES = {"numpy": False, "onnxruntime": True}


def table(path, layer):
    """The rows of a layer of a GeoPackage, which is an SQLite file, in their order."""
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        found = f'SELECT * FROM "{layer}" ORDER BY fid'  # noqa: S608 # nosec B608 - a test names it
        return [dict(row) for row in connection.execute(found)]
