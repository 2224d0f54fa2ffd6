"""Sixty-four documents compared at once, and memory fetched before it is needed, for compiled code.

Arrays are read where they lie, without a check: what is read must lie inside.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

GROUP = 64
_LANES = 16
_BYTE, _HALF, _SHORT, _LONG = ir.IntType(8), ir.IntType(16), ir.IntType(32), ir.IntType(64)
_WHOLE, _FLOATS = ir.VectorType(_SHORT, _LANES), ir.VectorType(ir.FloatType(), _LANES)


def _compiled_in(function: Callable[..., Any]) -> Any:
    return intrinsic(function)


def _address(context: Any, builder: Any, kind: Any, array: Any, at: Any, at_kind: Any) -> Any:
    """The address of array[at]."""
    return builder.gep(
        context.make_array(kind)(context, builder, array).data, [context.cast(builder, at, at_kind, types.int64)]
    )


def _lanes(builder: Any, address: Any, kind: Any, number: int) -> Any:
    at = builder.gep(address, [ir.Constant(_LONG, _LANES * number)])
    return builder.load(builder.bitcast(at, kind.as_pointer()), align=4)


def _everywhere(builder: Any, value: Any) -> Any:
    nothing = ir.Constant(_FLOATS, ir.Undefined)
    one = builder.insert_element(nothing, value, ir.Constant(_SHORT, 0))
    return builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(_SHORT, _LANES), [0] * _LANES))


@_compiled_in
def reaching(typingctx, sums, at, lengths, from_, factor, least):  # type: ignore[no-untyped-def]
    """Return for which i < 64 sums[at + i] + factor * lengths[from_ + i] >= least: uint64, i = 0 the lowest bit.

    `sums` is int32, the other numbers are float32.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        of = signature.args
        whole = _address(context, builder, of[0], arguments[0], arguments[1], of[1])
        length = _address(context, builder, of[2], arguments[2], arguments[3], of[3])
        factors, bars = (_everywhere(builder, arguments[i]) for i in (4, 5))
        bits = ir.Constant(_LONG, 0)
        for number in range(GROUP // _LANES):
            sums = builder.sitofp(_lanes(builder, whole, _WHOLE, number), _FLOATS)
            values = builder.fadd(sums, builder.fmul(factors, _lanes(builder, length, _FLOATS, number)))
            some = builder.bitcast(builder.fcmp_ordered(">=", values, bars), _HALF)
            shift = ir.Constant(_LONG, _LANES * number)
            bits = builder.or_(bits, builder.shl(builder.zext(some, _LONG), shift))
        return bits

    return types.uint64(sums, at, lengths, from_, types.float32, types.float32), generate


@_compiled_in
def fetch(typingctx, array, at):  # type: ignore[no-untyped-def]
    """Begin to load array[at] into the cache; `at` may lie outside."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address = _address(context, builder, signature.args[0], arguments[0], arguments[1], signature.args[1])
        byte = _BYTE.as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, _SHORT, _SHORT, _SHORT])
        call = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        builder.call(call, [builder.bitcast(address, byte), *(ir.Constant(_SHORT, flag) for flag in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(array, at), generate


@_compiled_in
def lowest_bit(typingctx, bits):  # type: ignore[no-untyped-def]
    """Return the number of the lowest bit set in a uint64; 64 if there is none."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(types.uint64), generate
