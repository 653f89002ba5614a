"""Words of slip in many languages, codes, and a user's own."""

import pytest

from ssf_model.errors import InputError
from ssf_model.faults.slip import DEXTRAL, DIP_SLIP, OBLIQUE, SINISTRAL, STRIKE_SLIP, UNKNOWN
from ssf_model.faults.slip_words import (
    letter_codes,
    parse_slip_words,
    read_slip_words,
    slip_of_type,
)

RIGHT, LEFT = (STRIKE_SLIP, DEXTRAL), (STRIKE_SLIP, SINISTRAL)
STRIKE, DIP = (STRIKE_SLIP, 0), (DIP_SLIP, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Turkish
        ("Sağ yanal doğrultu atımlı", RIGHT),
        ("SOL YANAL DOĞRULTU ATIMLI FAY", LEFT),
        ("Doğrultu atımlı", STRIKE),
        ("Ters Fay", DIP),
        ("Bindirme", DIP),
        ("eğim atımlı normal fay", DIP),
        ("normal bileşenli sağ yanal doğrultu atımlı", RIGHT),
        ("sağ yanal bileşenli normal fay", (OBLIQUE, DEXTRAL)),
        # Japanese
        ("右横ずれ断層", RIGHT),
        ("左横ずれ", LEFT),
        ("横ずれ断層", STRIKE),
        ("逆断層", DIP),
        ("正断層", DIP),
        ("縦ずれ", DIP),
        ("左横ずれ・正断層", LEFT),
        ("右横ずれを伴う逆断層", (OBLIQUE, DEXTRAL)),
        ("不明", (UNKNOWN, 0)),
        # Chinese
        ("右旋走滑", RIGHT),
        ("左旋走滑断层", LEFT),
        ("走滑", STRIKE),
        ("正断层", DIP),
        ("逆冲断层", DIP),
        ("左旋走滑兼逆冲", LEFT),
        ("逆断层、右旋", (OBLIQUE, DEXTRAL)),
        ("未知", (UNKNOWN, 0)),
        ("左移斷層", LEFT),
        ("正斷層", DIP),
        ("隐伏逆冲断裂", DIP),
        # French
        ("Décrochement sénestre", LEFT),
        ("décrochant dextre", RIGHT),
        ("Faille décrochante", STRIKE),
        ("faille inverse", DIP),
        ("Chevauchement", DIP),
        ("Faille normale à composante dextre", (OBLIQUE, DEXTRAL)),
        ("inconnu", (UNKNOWN, 0)),
        # Spanish
        ("Falla de rumbo dextral", RIGHT),
        ("Transcurrente sinestral", LEFT),
        ("desgarre", STRIKE),
        ("falla inversa", DIP),
        ("Cabalgamiento", DIP),
        ("Inversa con componente sinestral", (OBLIQUE, SINISTRAL)),
        ("lateral derecha", RIGHT),
        ("desconocido", (UNKNOWN, 0)),
        # Italian
        ("Trascorrente destra", RIGHT),
        ("faglia trascorrente sinistra", LEFT),
        ("trascorrente", STRIKE),
        ("diretta", DIP),
        ("Sovrascorrimento", DIP),
        ("Trascorrente dx", RIGHT),
        ("sconosciuta", (UNKNOWN, 0)),
        # Signs
        ("strike–slip", STRIKE),  # en dash
        ("Right‑lateral", RIGHT),  # hyphen that does not break
        ("ＤＥＸＴＲＡＬ", RIGHT),  # wide letters
        ("Dextral | Normal", RIGHT),
    ],
)
def test_words_of_many_languages_are_read(text, expected):
    assert slip_of_type(text) == expected


@pytest.mark.parametrize(
    "text",
    ["striek-slip", "thrsut", "Dextral (?)", "Possibly strike-slip", "断層", "?? thrust", "R", "y"],
)
def test_what_is_not_plain_is_not_guessed(text):
    with pytest.raises(InputError, match="no slip type that is known"):
        slip_of_type(text)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["N", "R", "T", "SS", "RL"], {"N": DIP, "R": DIP, "T": DIP, "SS": STRIKE, "RL": RIGHT}),
        (["R", "L", "N", "R-N"], {"R": RIGHT, "L": LEFT, "N": DIP, "R-N": RIGHT}),
        (["D", "S", "N"], {"D": RIGHT, "S": LEFT, "N": DIP}),
        (["N", "S", "R"], {"N": DIP, "S": STRIKE, "R": DIP}),
        (["N-SS", "SS"], {"N-SS": (OBLIQUE, 0)}),
    ],
)
def test_letters_are_read_where_others_beside_them_make_them_plain(values, expected):
    letters = letter_codes(values)
    assert {text: slip_of_type(text, letters=letters) for text in expected} == expected


@pytest.mark.parametrize(
    "values",
    [["N"], ["R"], ["N", "S"], ["N", "E", "S", "W"], ["Y", "N"], ["S"], ["R", "Dextral"], [None]],
)
def test_letters_alone_or_of_the_compass_mean_nothing(values):
    assert letter_codes(values) == {}


def test_own_words_stand_for_values_and_single_ones_inside_them():
    own = parse_slip_words(
        "# of our survey\n"
        "kuzey tipi = dextral\n"
        "\n"
        "Normal (?) = normal   # taken as certain\n"
        "Striek = strike-slip\n"
        "dextral = sinistral\n"
        "A = B = reverse-sinistral\n"
        "offen = unknown\n",
        label="words.txt",
    )
    told = {
        text: slip_of_type(text, own=own)
        for text in ("KUZEY  TİPİ", "normal (?)", "striek-slip", "Dextral", "a = b", "Offen")
    }
    assert list(told.values()) == [RIGHT, DIP, STRIKE, LEFT, (OBLIQUE, SINISTRAL), (UNKNOWN, 0)]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("a = dextral\nb", r'words.txt, line 2: "b" is not understood'),
        ("a = sideways", "line 1"),
        ("= dextral", "line 1"),
        ("a =", "line 1"),
        ("a = dextral\nA = normal", "line 2: .* another meaning"),
    ],
)
def test_a_line_that_is_not_understood_is_refused_by_its_number(text, match):
    with pytest.raises(InputError, match=match):
        parse_slip_words(text, label="words.txt")


def test_a_file_of_words_may_begin_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("fay = dextral", encoding="utf-8-sig")
    assert read_slip_words(path) == {"fay": RIGHT}


def test_a_file_of_words_that_cannot_be_read_is_refused(tmp_path):
    path = tmp_path / "words.txt"
    path.write_bytes("fayı = dextral".encode("cp1254"))
    with pytest.raises(InputError, match=r"words.txt: the file of slip words is not UTF-8"):
        read_slip_words(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_slip_words(tmp_path / "none.txt")
