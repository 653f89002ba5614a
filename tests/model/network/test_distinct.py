"""Distinct maps: what is asked again, and what is remembered."""

import numpy as np

from ssf_model.network import distinct
from ssf_model.network.distinct import DistinctMaps


def numbered(numbers, size=(4, 8)):
    """Maps that show numbers in their pixels, as binary digits."""
    digits = np.array(numbers)[:, None] >> np.arange(np.prod(size)) & 1
    return digits.reshape(-1, *size).astype(np.uint8)


def reader():
    """Tells the number of each map, and twice that; and a list of those it was asked about."""
    asked = []

    def tell(maps):
        numbers = maps.reshape(len(maps), -1) @ (1 << np.arange(maps[0].size))
        asked.append(numbers.tolist())
        return numbers, np.stack([numbers, 2 * numbers], axis=1)

    return tell, asked


def test_each_map_is_read_once_and_answers_come_in_order():
    tell, asked = reader()
    told = DistinctMaps(tell)
    for numbers in ([5, 3, 5, 0, 3], [3, 5, 9, 0, 9], [0, 5]):
        found, doubled = told(numbered(numbers))
        np.testing.assert_array_equal(found, numbers)
        np.testing.assert_array_equal(doubled, np.stack([numbers, np.multiply(numbers, 2)], axis=1))
    assert asked == [[5, 3, 0], [9]]


def test_the_oldest_are_forgotten_where_there_is_no_room(monkeypatch):
    monkeypatch.setattr(distinct, "MAX_MAPS", 3)
    tell, asked = reader()
    told = DistinctMaps(tell)
    for numbers in ([1, 2, 3], [4, 2, 4], [1], [2], [3, 4], [5, 6, 7, 8, 9, 8], [9, 8, 7]):
        np.testing.assert_array_equal(told(numbered(numbers))[0], numbers)
    # 1-3 fill the room; 4 takes the place of 1, 1 that of 2, and so on
    assert asked == [[1, 2, 3], [4], [1], [2], [3], [5, 6, 7, 8, 9]]


def test_large_answers_take_bounded_memory(monkeypatch):
    monkeypatch.setattr(distinct, "MAX_BYTES", 1000)
    told = DistinctMaps(lambda maps: (np.repeat(maps.reshape(len(maps), -1), 3, axis=1),))
    maps = numbered(range(50))
    for _ in range(2):
        np.testing.assert_array_equal(told(maps)[0], np.repeat(maps.reshape(50, -1), 3, axis=1))
    assert sum(kept.nbytes for kept in told._kept) <= 1000
