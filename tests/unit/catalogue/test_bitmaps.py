"""Sets of numbers as integers do what sets of Python do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from query_api.catalogue.bitmaps import Bitmap, BitSlices, bitmap_of, flags_of, numbers_of

NUMBERS = st.sets(st.integers(0, 300), max_size=120)
AMOUNTS = st.lists(st.integers(0, 10**12) | st.integers(0, 20), max_size=60)
BOUND = st.none() | st.integers(0, 10**12) | st.integers(0, 20)


@given(NUMBERS)
def test_the_numbers_of_a_set_come_back_in_order(numbers: set[int]) -> None:
    assert list(numbers_of(bitmap_of(numbers))) == sorted(numbers)
    assert [number for number, flag in enumerate(flags_of(bitmap_of(numbers))) if flag] == sorted(numbers)


@pytest.mark.parametrize("step", [1, 3, 16, 17, 100, 1_000])
def test_the_numbers_of_a_large_set_come_back_however_sparse_it_is(step: int) -> None:
    numbers = range(7, 92_331, step)
    assert list(numbers_of(bitmap_of(numbers))) == list(numbers)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 100))))
def test_a_bitmap_is_what_was_added_and_not_discarded(changes: list[tuple[bool, int]]) -> None:
    bitmap, expected = Bitmap(), set[int]()
    for is_added, number in changes:
        (bitmap.add if is_added else bitmap.discard)(number)
        (expected.add if is_added else expected.discard)(number)
        assert set(numbers_of(bitmap.value)) == expected


@given(AMOUNTS, st.data(), BOUND, BOUND)
def test_amounts_within_bounds_are_found(
    amounts: list[int], data: st.DataObject, minimum: int | None, maximum: int | None
) -> None:
    slices, kept = BitSlices(), dict(enumerate(amounts))
    for number, amount in kept.items():
        slices.add(number, amount)
    for number in data.draw(st.sets(st.sampled_from(sorted(kept)))) if kept else ():
        slices.discard(number, kept[number])
        kept[number] = data.draw(st.integers(0, 50))
        slices.add(number, kept[number])
    among = data.draw(st.sets(st.integers(0, max(len(amounts) - 1, 0))))
    expected = {
        number
        for number in among & kept.keys()
        if (minimum is None or minimum <= kept[number]) and (maximum is None or kept[number] <= maximum)
    }
    assert set(numbers_of(slices.between(minimum, maximum, bitmap_of(among & kept.keys())))) == expected
