"""Values of attributes as text."""

import datetime

import numpy as np
import pytest

from ssf_model.faults.attributes import SHOWN, plain, text_of, told_counts, unread_texts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("North Fault ", "North Fault"),
        (7, "7"),
        (np.int32(-7), "-7"),
        (9007199254740993, "9007199254740993"),  # 2^53 + 1, which no real number is
        (np.int64(9007199254740993), "9007199254740993"),
        (1234567.0, "1234567"),
        (np.float64(1234568.0), "1234568"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1234567.25, "1234567.25"),
        (1e300, "1e+300"),
        (True, "true"),
        (np.bool_(False), "false"),
        (datetime.date(2023, 2, 6), "2023-02-06"),
        (np.datetime64("2023-02-06"), "2023-02-06"),
        (datetime.datetime(2023, 2, 6, 1, 17, 35), "2023-02-06T01:17:35"),
        (np.datetime64("2023-02-06T01:17:35.250"), "2023-02-06T01:17:35.250"),
        (datetime.time(1, 17, 35), "01:17:35"),
        ([1.0, 2, "a"], '[1, 2, "a"]'),
        (np.array([1, 2]), "[1, 2]"),
        ({"b": [True, None], "a": "fay\u0131"}, '{"a": "fay\u0131", "b": [true, null]}'),
        (b"\x01\xff", "01ff"),
    ],
)
def test_text_is_exact(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize("value", [None, "", "  ", np.nan, float("nan"), np.datetime64("NaT"), b""])
def test_what_is_missing_has_no_text(value):
    assert text_of(value) is None


def test_values_become_pythons_own():
    values = [plain(value) for value in (np.int64(3), np.float32(0.5), np.array([1.0, np.nan]))]
    assert values == [3, 0.5, [1.0, None]]
    assert [type(value) for value in values] == [int, float, list]


def test_counts_begin_with_what_is_most_frequent():
    assert told_counts(["b", -999.0, "a", -999, None]) == "'-999' (2), '' (1), 'a' (1), 'b' (1)"


def test_a_sentence_does_not_list_thousands_of_values():
    told = told_counts(range(SHOWN + 7))
    assert told.endswith(" and 7 other values")
    assert told.count("(1)") == SHOWN


def test_texts_with_letters_that_were_not_read_are_counted():
    (sentence,) = unread_texts(["a", None, 7, "fa\ufffd", "\ufffd"])
    assert sentence.startswith("2 texts hold the sign for a letter that could not be read")
    assert unread_texts(["a", None, 7]) == []
