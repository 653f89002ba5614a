"""Maps as people have them, as GeoJSON, and what each road must make of them."""

import json

LINE = [[31.0, 40.70], [31.03, 40.703], [31.06, 40.701], [31.09, 40.706], [31.12, 40.70]]

TWO_FOLDERS_KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Folder><name>north</name><Placemark><name>a</name><LineString><coordinates>31,40.7 31.1,40.71
31.2,40.7</coordinates></LineString></Placemark></Folder>
<Folder><name>south</name><Placemark><name>b</name><MultiGeometry><Point><coordinates>31,40
</coordinates></Point><LineString><coordinates>31,40.3 31.1,40.31 31.2,40.3</coordinates>
</LineString></MultiGeometry></Placemark></Folder></Document></kml>"""


def line(number=0):
    """A trace of 10 km; each number's lies 50 km north of the one before."""
    return {"type": "LineString", "coordinates": [[x, y + 0.45 * number] for x, y in LINE]}


def geojson(path, geometries, **columns):
    """Write features; `columns` are attributes, one value a feature."""
    features = [
        {
            "type": "Feature",
            "properties": {name: values[number] for name, values in columns.items()},
            "geometry": geometry,
        }
        for number, geometry in enumerate(geometries)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return str(path)


# Field -> two values and the names of their zones.
ZONES = {
    "whole": ([1234567.0, 1234568.0], ["1234567", "1234568"]),
    "long": ([9007199254740993, 9007199254740995], ["9007199254740993", "9007199254740995"]),
    "some": ([None, 9007199254740993], ["zone 1", "9007199254740993"]),
    "real": ([0.1, 1234567.25], ["0.1", "1234567.25"]),
    "truth": ([True, False], ["true", "false"]),
    "perhaps": ([True, None], ["true", "zone 1"]),
    "day": (["2023-02-06", "2020-01-24"], ["2023-02-06", "2020-01-24"]),
    "moment": (
        ["2023-02-06T01:17:35Z", "2020-01-24T17:55:11Z"],
        ["2023-02-06T01:17:35", "2020-01-24T17:55:11"],
    ),
    "zoned": (
        ["2023-02-06T04:17:35+03:00", "2020-01-24T17:55:11-07:30"],
        ["2023-02-06T04:17:35", "2020-01-24T17:55:11"],
    ),
    "clock": (["01:17:35", "17:55:11"], ["01:17:35", "17:55:11"]),
    "list": ([[1, 2], [1, 3]], ["[1, 2]", "[1, 3]"]),
    "words": ([["a", "ı"], ["b"]], ['["a", "ı"]', '["b"]']),
    "object": ([{"b": 1, "a": [2]}, {"b": 2}], ['{"a": [2], "b": 1}', '{"b": 2}']),
    "text": (["Kuzey Anadolu", " 断層 "], ["Kuzey Anadolu", "断層"]),
}
POINT = {"type": "Point", "coordinates": [31.2, 40.7]}
SQUARE = {"type": "Polygon", "coordinates": [[[31, 40], [31.1, 40], [31.1, 40.1], [31, 40]]]}
DOT = {"type": "LineString", "coordinates": [[31.2, 40.7]]}
TWICE = {"type": "LineString", "coordinates": [[31.2, 40.7], [31.2, 40.7]]}
EMPTY = {"type": "LineString", "coordinates": []}
BOTH = {"type": "GeometryCollection", "geometries": [POINT, line(1)]}
PARTS = {"type": "MultiLineString", "coordinates": [line(2)["coordinates"], [[31.2, 40.7]]]}
STRAYS = [line(), POINT, SQUARE, DOT, TWICE, EMPTY, None, BOTH, PARTS]
LINES_OF_STRAYS = [0, 7, 8]  # features that hold a trace
DRAWABLE_STRAYS = 7  # features that a layer of lines can hold: all but the point and the square
SKIPPED = (
    "6 of 9 features hold no trace and are skipped: 1 point, 1 polygon, 1 of one vertex, 1 without "
    "length, 2 without geometry; the first is"
)
LEFT_OUT = "1 part of other features has no length and is skipped."
