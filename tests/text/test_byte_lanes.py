import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from headword.text.byte_lanes import count_bits, fold_block, load_word, lowest_bit, word_bits


@njit
def look(data, at):  # type: ignore[no-untyped-def]
    word = load_word(data, at)
    fold_block(data, at)
    return word, word_bits(data, at)


@njit
def bits_of(number):  # type: ignore[no-untyped-def]
    return lowest_bit(number), count_bits(number)


@pytest.mark.parametrize("at", [0, 1, 63])
def test_every_byte_is_seen_as_plain_python_sees_it(at: int) -> None:
    for start in range(0, 256, 64):
        block = bytes(range(start, start + 64))
        data = np.frombuffer(bytearray(b"A" * at + block + b"Z" * 70), dtype=np.uint8)
        word, bits = look(data, at)
        assert int(word) == int.from_bytes(block[:8], "little")
        expected = [byte >= 0x80 or chr(byte).isalnum() for byte in block]
        assert [bool(int(bits) >> i & 1) for i in range(64)] == expected
        assert data.tobytes() == b"A" * at + block.lower() + b"Z" * 70


@given(st.integers(0, 2**64 - 1))
def test_bits_are_counted_and_found(number: int) -> None:
    lowest, count = bits_of(np.uint64(number))
    assert count == number.bit_count()
    assert lowest == ((number & -number).bit_length() - 1 if number else 64)
