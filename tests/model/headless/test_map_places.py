"""Where maps lie: archives, files that name others, networks."""

import gzip
import tarfile
import zipfile

import pytest

from makers.field_maps import geojson, line
from ssf_model.errors import InputError
from ssf_model.headless.reading import read_traces


def names_of(file):
    return file.columns["name"].plain()


@pytest.fixture
def a_map(tmp_path):
    return geojson(tmp_path / "map.geojson", [line(0), line(1)], name=["a", "b"])


def test_files_in_archives_are_named_as_gdal_does(a_map, tmp_path):
    with zipfile.ZipFile(tmp_path / "maps.zip", "w") as archive:
        archive.write(a_map, "inside/map.geojson")
    with tarfile.open(tmp_path / "maps.tar.gz", "w:gz") as archive:
        archive.add(a_map, "map.geojson")
    packed = tmp_path / "map.geojson.gz"
    with open(a_map, "rb") as file:
        packed.write_bytes(gzip.compress(file.read()))
    for name in (
        f"/vsizip/{tmp_path}/maps.zip/inside/map.geojson",
        f"/vsitar/{tmp_path}/maps.tar.gz/map.geojson",
        f"/vsitar/{{{tmp_path}/maps.tar.gz}}/map.geojson",
        f"/vsigzip/{packed}",
        str(packed),
        f"GeoJSON:{a_map}",
    ):
        assert names_of(read_traces(name)) == ["a", "b"]
    with pytest.raises(InputError, match=r"none\.zip/map\.geojson does not exist"):
        read_traces(f"/vsizip/{tmp_path}/none.zip/map.geojson")


@pytest.mark.parametrize(
    "name",
    [
        "/vsicurl/http://127.0.0.1:9/map.geojson",
        "/vsizip//vsicurl/http://127.0.0.1:9/maps.zip/map.geojson",
        "/vsis3/bucket/map.gpkg",
        "/vsistdin/",
        "http://127.0.0.1:9/map.geojson",
        "s3://bucket/map.gpkg",
        "postgresql://somebody@127.0.0.1/maps",
        "PG:host=127.0.0.1 dbname=maps",
        "WFS:http://127.0.0.1:9/",
    ],
)
def test_networks_and_databases_are_refused(name):
    with pytest.raises(InputError, match=r"no local file.*Save the layer as a GeoPackage"):
        read_traces(name)


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="map"><SrcDataSource relativeToVRT="{relative}">{source}'
    "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
)


@pytest.mark.parametrize("name", ["map.vrt", "map.json", "map.txt", "zip", "tar"])
def test_a_file_that_names_others_is_refused_unless_asked_for(a_map, tmp_path, name):
    text = VRT.format(relative=0, source=a_map)
    path = tmp_path / "elsewhere" / (name if name.startswith("map") else "map.vrt")
    path.parent.mkdir()
    path.write_text(text)
    if name == "zip":
        with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
            archive.write(path, path.name)
        path = path.with_suffix(".zip")
    if name == "tar":
        with tarfile.open(path.with_suffix(".tgz"), "w:gz", format=tarfile.USTAR_FORMAT) as archive:
            archive.add(path, path.name)
        path = path.with_suffix(".tgz")
    with pytest.raises(InputError, match=r"is a VRT.*--follow-vrt"):
        read_traces(path)
    assert names_of(read_traces(path, follow_vrt=True)) == ["a", "b"]


def test_nothing_is_fetched_from_a_network_even_where_a_vrt_is_followed(a_map, tmp_path):
    """Oracle: a server on this machine that notes who asks."""
    import functools
    import http.server
    import threading

    asked = []

    class Notes(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words):
            asked.append(words)

    handler = functools.partial(Notes, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            source = f"/vsicurl/http://127.0.0.1:{server.server_port}/map.geojson"
            path = tmp_path / "map.vrt"
            path.write_text(VRT.format(relative=0, source=source))
            with pytest.raises(InputError):
                read_traces(path, follow_vrt=True)
        finally:
            server.shutdown()
    assert asked == []


def test_a_file_in_a_folder_of_an_archive_is_named_by_the_message(a_map, tmp_path):
    with zipfile.ZipFile(tmp_path / "maps.zip", "w") as archive:
        archive.writestr("maps/readme.txt", "maps")
        archive.write(a_map, "maps/map.geojson")
    with pytest.raises(InputError, match="name the file inside, such as /vsizip/") as caught:
        read_traces(tmp_path / "maps.zip")
    name = str(caught.value).split("such as ")[1].rstrip(".")
    assert names_of(read_traces(name)) == ["a", "b"]
