"""Every column of every table has a name for people."""

import pytest

from ssf_model.tables import (
    check_table,
    comparisons,
    estimates,
    explanations,
    join_table,
    plan,
    ribbon,
    strip_raster,
)
from ssf_model.tables.aliases import ALIASES, decimals

TABLES = {
    f"{module.__name__.rsplit('.', 1)[-1]}.{name}": fields
    for module in (
        check_table,
        comparisons,
        estimates,
        explanations,
        join_table,
        plan,
        ribbon,
        strip_raster,
    )
    for name, fields in vars(module).items()
    if name.endswith("_FIELDS")
}


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_a_name_for_people_and_no_two_share_one(table):
    names = [ALIASES[field.name] for field in TABLES[table]]
    assert len(set(names)) == len(names)


def test_ke_has_two_decimals_and_degrees_enough_to_find_a_window():
    assert decimals("ke") == decimals("ke_change") == 2
    assert decimals("lon") == decimals("lat") == 5  # a metre
