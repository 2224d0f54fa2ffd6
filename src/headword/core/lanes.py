"""Vector loops over rows of numbers that lie side by side, for compiled code.

Sparse times dense is what most of the time goes into. A compiler keeps the running sums of such a loop in memory; here
they stay in registers, sixteen numbers at a time, and rows are fetched before they are needed.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LANES = 16
GROUP = 4
_AHEAD = 6
_FLOAT, _SHORT, _LONG = ir.FloatType(), ir.IntType(32), ir.IntType(64)
_VECTOR = ir.VectorType(_FLOAT, LANES)
_FAST = ("fast",)


def _compiled_in(function: Callable[..., Any]) -> Any:
    return intrinsic(function)


def padded(n: int) -> int:
    """Return the least multiple of 16 that is at least `n`.

    Examples
    --------
    >>> padded(1), padded(16), padded(17)
    (16, 16, 32)
    """
    return n + -n % LANES


@_compiled_in
def gather_rows(typingctx, indices, data, first, last, rows, lane, n_vectors, out):  # type: ignore[no-untyped-def]
    """Add data[at] * rows[indices[at], lane : lane + w] to out[lane : lane + w], for `at` from `first` to `last` - 1.

    w is 16 `n_vectors`, 1 to 4 of them; `rows` float32 (n, width) and `out` float32 (width,) have no gaps. The sums are
    made in the order of `at`.
    """
    return types.void(indices, data, first, last, rows, lane, n_vectors, out), _with_each_width(_gather)


@_compiled_in
def scatter_rows(typingctx, indices, data, first, last, rows, lane, n_vectors, delta):  # type: ignore[no-untyped-def]
    """Add data[at] * delta[lane : lane + w] to rows[indices[at], lane : lane + w]; arguments as in `gather_rows`."""
    return types.void(indices, data, first, last, rows, lane, n_vectors, delta), _with_each_width(_scatter)


class _Loop:
    """The addresses of the arrays of one loop, and its body's parts."""

    def __init__(self, context: Any, builder: Any, signature: Any, arguments: Any) -> None:
        self.builder = builder
        arrays = dict(enumerate(arguments))
        of = signature.args

        def array(number: int) -> Any:
            return context.make_array(of[number])(context, builder, arrays[number])

        self.indices, self.data, rows, out = (array(number) for number in (0, 1, 4, 7))
        # Whatever integers the caller has, addresses are made of 64 bits.
        self.first, self.last, self.lane, self.n_vectors = (
            context.cast(builder, arguments[number], of[number], types.int64) for number in (2, 3, 5, 6)
        )
        self.rows, self.width = rows.data, builder.extract_value(rows.shape, 1)
        self.out = builder.gep(out.data, [self.lane])

    def vector_at(self, pointer: Any, number: int) -> Any:
        at = self.builder.gep(pointer, [ir.Constant(_LONG, LANES * number)])
        return self.builder.bitcast(at, _VECTOR.as_pointer())

    def load(self, pointer: Any, number: int) -> Any:
        return self.builder.load(self.vector_at(pointer, number), align=4)

    def store(self, value: Any, pointer: Any, number: int) -> None:
        self.builder.store(value, self.vector_at(pointer, number), align=4)

    def row(self, at: Any) -> Any:
        index = self.builder.sext(self.builder.load(self.builder.gep(self.indices.data, [at])), _LONG)
        start = self.builder.add(self.builder.mul(index, self.width), self.lane)
        return self.builder.gep(self.rows, [start])

    def value(self, at: Any) -> Any:
        """The number at `at`, in every lane."""
        builder, nothing = self.builder, ir.Constant(_VECTOR, ir.Undefined)
        one = builder.insert_element(nothing, builder.load(builder.gep(self.data.data, [at])), ir.Constant(_SHORT, 0))
        return builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(_SHORT, LANES), [0] * LANES))

    def fetch_ahead(self, at: Any, n_vectors: int) -> None:
        builder = self.builder
        later = builder.add(at, ir.Constant(_LONG, _AHEAD))
        inside = builder.icmp_signed("<", later, self.last)
        row = self.row(builder.select(inside, later, builder.sub(self.last, ir.Constant(_LONG, 1))))
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, _SHORT, _SHORT, _SHORT])
        fetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        read, keep, is_data = (ir.Constant(_SHORT, flag) for flag in (0, 3, 1))
        for number in range(n_vectors):
            builder.call(fetch, [builder.bitcast(self.vector_at(row, number), byte), read, keep, is_data])

    def multiply_add(self, total: Any, left: Any, right: Any) -> Any:
        return self.builder.fadd(total, self.builder.fmul(left, right, flags=_FAST), flags=_FAST)


def _with_each_width(emit: Callable[[_Loop, int], None]) -> Callable[..., Any]:
    """Return a code generator that makes a loop of its own for every number of vectors, 1 to 4."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        loop = _Loop(context, builder, signature, arguments)
        done = builder.append_basic_block("done")
        choice = builder.switch(loop.n_vectors, done)
        for n_vectors in range(1, GROUP + 1):
            block = builder.append_basic_block(f"vectors{n_vectors}")
            choice.add_case(ir.Constant(_LONG, n_vectors), block)
            builder.position_at_end(block)
            emit(loop, n_vectors)
            builder.branch(done)
        builder.position_at_end(done)
        return context.get_dummy_value()

    return generate


def _gather(loop: _Loop, n_vectors: int) -> None:
    builder, before = loop.builder, loop.builder.block
    begun = [loop.load(loop.out, number) for number in range(n_vectors)]
    head, body, end = (builder.append_basic_block(name) for name in ("head", "body", "end"))
    builder.branch(head)
    builder.position_at_end(head)
    at = builder.phi(_LONG)
    sums = [builder.phi(_VECTOR) for _ in begun]
    at.add_incoming(loop.first, before)
    for total, start in zip(sums, begun, strict=True):
        total.add_incoming(start, before)
    builder.cbranch(builder.icmp_signed("<", at, loop.last), body, end)
    builder.position_at_end(body)
    value, row = loop.value(at), loop.row(at)
    loop.fetch_ahead(at, n_vectors)
    for number, total in enumerate(sums):
        total.add_incoming(loop.multiply_add(total, value, loop.load(row, number)), body)
    at.add_incoming(builder.add(at, ir.Constant(_LONG, 1)), body)
    builder.branch(head)
    builder.position_at_end(end)
    for number, total in enumerate(sums):
        loop.store(total, loop.out, number)


def _scatter(loop: _Loop, n_vectors: int) -> None:
    builder, before = loop.builder, loop.builder.block
    delta = [loop.load(loop.out, number) for number in range(n_vectors)]
    head, body, end = (builder.append_basic_block(name) for name in ("head", "body", "end"))
    builder.branch(head)
    builder.position_at_end(head)
    at = builder.phi(_LONG)
    at.add_incoming(loop.first, before)
    builder.cbranch(builder.icmp_signed("<", at, loop.last), body, end)
    builder.position_at_end(body)
    value, row = loop.value(at), loop.row(at)
    for number, step in enumerate(delta):
        loop.store(loop.multiply_add(loop.load(row, number), value, step), row, number)
    at.add_incoming(builder.add(at, ir.Constant(_LONG, 1)), body)
    builder.branch(head)
    builder.position_at_end(end)
