"""QGIS plugin: kinematic efficiency and off-fault deformation of mapped strike-slip faults."""


def classFactory(iface):
    """What QGIS calls to get the plugin."""
    from .plugin import SsfPlugin

    return SsfPlugin(iface)
