"""Single fields as protobuf's own description has them: what is absent is its type's zero."""

import struct

import pytest

from ssf_model.network.protobuf import bytes_in, float_in, int_in, text_in


def test_what_is_absent_is_zero_or_empty():
    assert (int_in(None), float_in(None), text_in(None)) == (0, 0.0, "")
    assert bytes(bytes_in(None)) == b""


def test_what_is_there_is_read():
    assert int_in(7) == 7
    assert float_in(memoryview(struct.pack("<f", 0.5))) == 0.5
    assert text_in(memoryview("Störung".encode())) == "Störung"


def test_a_field_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="bytes stand where a number belongs"):
        int_in(memoryview(b"abcd"))
    with pytest.raises(ValueError, match="a number stands where bytes belong"):
        text_in(7)
    with pytest.raises(ValueError, match="another length"):
        float_in(memoryview(bytes(8)))
