"""What other libraries say comes through in a line that can be read."""

import pytest

from ssf_model.headless.map_places import first_line

PROJJSON = 'Invalid CRS: {"$schema": "https://proj.org/schemas/v0.7/projjson.schema.json", "x": 1}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no such file.", "no such file"),
        ("one\ntwo", "one"),
        (PROJJSON, "Invalid CRS"),
        ("'a{b}.gpkg' not recognized", "'a{b}.gpkg' not recognized"),
        ("", "ValueError"),
        ('{"all": "JSON"}', "ValueError"),
        ("x" * 5_000, "x" * 200 + " ..."),
    ],
)
def test_a_message_is_one_line_of_bounded_length_without_json(text, expected):
    assert first_line(ValueError(text)) == expected
