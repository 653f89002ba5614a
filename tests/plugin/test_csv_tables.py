"""CSV is written as the command line writes it: numbers are bare, and quotes only where needed."""

from qgis.PyQt.QtCore import QDate, QDateTime, QTime

from makers.hand_made_layers import NORTHING, make_layer, rows, straight

QUICK = {"THICKNESS": "3", "SHIFT": 0, "FLIPS": "none"}


def test_a_table_of_zones_is_the_rows_as_python_writes_numbers(estimate, tmp_path):
    """As csv's rules have it, done by hand: quotes round commas and quotes, which are doubled."""
    names = ["7", 'the "old", west']
    layer = make_layer(
        [straight(), straight(north=NORTHING + 60_000)],
        fields=["zone:string"],
        attributes=[[name] for name in names],
    )
    path = tmp_path / "zones.csv"
    estimate(layer, ZONE_FIELD="zone", ZONES=str(path), **QUICK)
    told = estimate(layer, ZONE_FIELD="zone", ZONES="TEMPORARY_OUTPUT", **QUICK)["ZONES"]
    quoted = dict(zip(names, ["7", '"the ""old"", west"']))
    lines = [",".join(told.fields().names())]
    for row in rows(told):
        row["zone"] = quoted[row["zone"]]
        assert isinstance(row["n_windows"], int)
        lines.append(",".join("" if value is None else str(value) for value in row.values()))
    assert path.read_bytes().decode() == "\n".join([*lines, ""])


def test_attributes_of_every_kind_come_out_as_texts_and_numbers(estimate, tmp_path):
    fields = [
        "n:int8",
        "x:double",
        "on:date",
        "at:datetime",
        "clock:time",
        "is:bool",
        "none:string",
    ]
    moment = QDateTime(QDate(1999, 10, 16), QTime(9, 46, 44))
    values = [2**40, 0.1, moment.date(), moment, moment.time(), True, None]
    path = tmp_path / "traces.csv"
    layer = make_layer([straight()], fields=fields, attributes=[values])
    estimate(layer, **{**QUICK, "TRACES_OUT": str(path)})
    head, row = path.read_text(encoding="utf-8").splitlines()
    assert head.startswith("n,x,on,at,clock,is,none,ke,")
    assert row.startswith("1099511627776,0.1,1999-10-16,1999-10-16T09:46:44,09:46:44,true,,0.")
