import threading

import pytest

from headword.core.errors import RecipeError
from headword.core.parallel import run_chunks, thread_count


@pytest.mark.parametrize("n_threads", [1, 2, 7, None])
def test_results_stand_in_the_order_of_the_chunks(n_threads: int | None) -> None:
    assert run_chunks(lambda i: i * i, iter(range(50)), n_threads) == [i * i for i in range(50)]
    assert run_chunks(lambda i: i, [], n_threads) == []


def test_two_threads_work_at_once() -> None:
    meet = threading.Barrier(2, timeout=30)
    assert sorted(run_chunks(lambda _: meet.wait(), range(2), 2)) == [0, 1]


def test_one_thread_is_the_callers() -> None:
    assert run_chunks(lambda _: threading.get_ident(), range(3), 1) == [threading.get_ident()] * 3


@pytest.mark.parametrize("n_threads", [1, 3])
def test_an_exception_comes_through_and_stops_the_rest(n_threads: int) -> None:
    begun = []

    def work(i: int) -> None:
        begun.append(i)
        raise ZeroDivisionError(f"chunk {i}")

    with pytest.raises(ZeroDivisionError, match="chunk 0"):
        run_chunks(work, range(1000), n_threads)
    assert len(begun) < 1000


def test_thread_count_is_positive() -> None:
    assert thread_count(3) == 3
    assert thread_count() >= 1
    for n in (0, -1):
        with pytest.raises(RecipeError, match=f"must be at least 1, found {n}"):
            thread_count(n)
