"""Bytes taken eight and sixty-four at a time, and the bits of a word, for compiled code.

A compiler makes none of these loops wide by itself. Arrays are read and written where they lie, without a check: what
is read must lie inside, with the 63 bytes that follow it.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

BLOCK = 64
_BYTE, _LONG = ir.IntType(8), ir.IntType(64)
_LANES = ir.VectorType(_BYTE, BLOCK)
_CASE = 0x20
_compiled_in: Any = intrinsic


def _all(byte: int) -> Any:
    return ir.Constant(_LANES, [byte] * BLOCK)


def _below(builder: Any, lanes: Any, first: str, count: int) -> Any:
    """Whether each byte is one of the `count` that begin with `first`."""
    return builder.icmp_unsigned("<", builder.sub(lanes, _all(ord(first))), _all(count))


def _at(kind: Any, emit: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a code generator that gives `emit` the address, as one of `kind`, of an array's byte."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        at = context.cast(builder, arguments[1], signature.args[1], types.int64)
        found = emit(builder, builder.bitcast(builder.gep(array.data, [at]), kind.as_pointer()))
        return context.get_dummy_value() if found is None else found

    return generate


@_compiled_in
def load_word(typingctx, data, at):  # type: ignore[no-untyped-def]
    """Return the eight bytes data[at : at + 8] as uint64, the first one lowest."""
    return types.uint64(data, at), _at(_LONG, lambda builder, address: builder.load(address, align=1))


@_compiled_in
def fold_block(typingctx, data, at):  # type: ignore[no-untyped-def]
    """Make small letters of the capital ones, A to Z, among data[at : at + 64], uint8."""

    def emit(builder: Any, address: Any) -> None:
        lanes = builder.load(address, align=1)
        step = builder.select(_below(builder, lanes, "A", 26), _all(_CASE), _all(0))
        builder.store(builder.add(lanes, step), address, align=1)

    return types.void(data, at), _at(_LANES, emit)


@_compiled_in
def word_bits(typingctx, data, at):  # type: ignore[no-untyped-def]
    """Return which of data[at : at + 64], uint8, are a to z, 0 to 9 or not ASCII: uint64, the first one lowest."""

    def emit(builder: Any, address: Any) -> Any:
        lanes = builder.load(address, align=1)
        plain = builder.or_(_below(builder, lanes, "a", 26), _below(builder, lanes, "0", 10))
        return builder.bitcast(builder.or_(plain, builder.icmp_signed("<", lanes, _all(0))), _LONG)

    return types.uint64(data, at), _at(_LANES, emit)


@_compiled_in
def lowest_bit(typingctx, bits):  # type: ignore[no-untyped-def]
    """Return the number of the lowest bit set in a uint64; 64 if there is none."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), generate


@_compiled_in
def count_bits(typingctx, bits):  # type: ignore[no-untyped-def]
    """Return how many bits are set in a uint64."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate
