"""Layers drawn by hand, and a listener to what an algorithm says."""

import math

from osgeo import gdal
from qgis.core import (
    NULL,
    QgsFeature,
    QgsGeometry,
    QgsProcessingFeedback,
    QgsVectorLayer,
)

UTM11 = "EPSG:32611"
EASTING, NORTHING = 500_000.0, 3_800_000.0  # on the zone's central meridian, in California
SHIPPED_MEMBERS = 5 * 3  # places times thicknesses: the shipped model answers mirror images alike


def make_layer(shapes, *, crs=UTM11, kind="LineString", fields=(), attributes=None):
    """A memory layer; `shapes` are WKT or QgsGeometry, `fields` such as "name:string"."""
    uri = "&".join([f"{kind}?crs={crs}", *(f"field={field}" for field in fields)])
    layer = QgsVectorLayer(uri, "traces", "memory")
    assert layer.isValid()
    features = []
    for number, shape in enumerate(shapes):
        feature = QgsFeature(layer.fields())
        if shape is not None:
            feature.setGeometry(QgsGeometry.fromWkt(shape) if isinstance(shape, str) else shape)
        if attributes is not None:
            feature.setAttributes(list(attributes[number]))
        features.append(feature)
    if features:
        assert layer.dataProvider().addFeatures(features)[0]
    return layer


class Listener(QgsProcessingFeedback):
    """Keeps messages, and cancels once the progress reaches a share, if one is given."""

    def __init__(self, cancel_at=None):
        super().__init__()
        self.said = []
        self.shares = []
        self._cancel_at = cancel_at
        self.progressChanged.connect(self._progressed)

    def _progressed(self, share):
        self.shares.append(share)
        if self._cancel_at is not None and share >= self._cancel_at:
            self.cancel()

    def pushInfo(self, info):
        """Keep it."""
        self.said.append(info)

    def pushWarning(self, warning):
        """Keep it."""
        self.said.append(warning)

    def reportError(self, error, fatalError=False):
        """Keep it."""
        self.said.append(error)


def straight(length_m=20_000.0, *, east=EASTING, north=NORTHING, azimuth_deg=60.0):
    """WKT of a straight trace centred on a place."""
    dx = math.sin(math.radians(azimuth_deg)) * length_m / 2
    dy = math.cos(math.radians(azimuth_deg)) * length_m / 2
    return f"LineString ({east - dx} {north - dy}, {east} {north}, {east + dx} {north + dy})"


def bent(*, east=EASTING, north=NORTHING, azimuth_deg=60.0):
    """WKT of a trace 20 km long with bends of a few hundred metres.

    A straight trace lies exactly between two rows of its strip, so that rounding decides which
    pixels are drawn; this one does not.
    """
    sine, cosine = math.sin(math.radians(azimuth_deg)), math.cos(math.radians(azimuth_deg))
    along = (-10_000, -5_700, -1_900, 2_600, 6_300, 10_000)
    aside = (130, -210, 90, 310, -170, 0)
    places = [
        f"{east + s * sine - d * cosine} {north + s * cosine + d * sine}"
        for s, d in zip(along, aside)
    ]
    return f"LineString ({', '.join(places)})"


def rows(layer):
    """The attributes of a layer's features as dicts, in their order, NULL as None."""
    names = layer.fields().names()
    return [
        {name: None if value == NULL else value for name, value in zip(names, values)}
        for values in (feature.attributes() for feature in layer.getFeatures())
    ]


def kes(results):
    """KE of each window that an algorithm gave."""
    return [row["ke"] for row in rows(results["WINDOWS"])]


def opened_raster(path):
    """A raster that an algorithm wrote."""
    raster = gdal.Open(path)
    assert raster is not None
    return raster
