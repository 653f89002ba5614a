"""Command lines of verbs whose inputs are damaged, and what they read and make."""

# What each verb reads, the one first that is tampered with, and what it makes.
VERBS = {
    "windows": ("windows map.gpkg --out plan.gpkg", "map.gpkg", "plan.gpkg"),
    "check": ("check map.gpkg --model m.onnx --out check.gpkg", "map.gpkg", "check.gpkg"),
    "explain": ("explain map.gpkg --model m.onnx --out why.gpkg", "map.gpkg", "why.gpkg"),
    "compare": ("compare map.gpkg other.gpkg --model m.onnx --out c.gpkg", "other.gpkg", "c.gpkg"),
    "join, its windows": ("join result.gpkg sites.gpkg --out j.gpkg", "result.gpkg", "j.gpkg"),
    "join, its places": ("join result.gpkg sites.gpkg --out j.gpkg", "sites.gpkg", "j.gpkg"),
    "guides": ("estimate map.gpkg --model m.onnx --guides plan2.gpkg|layername=guides "
               "--out e.gpkg", "plan2.gpkg", "e.gpkg"),
    "model": ("model m.onnx --html page.html", "m.onnx", "page.html"),
}  # fmt: skip
