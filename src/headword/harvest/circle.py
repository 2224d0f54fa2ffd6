"""Lists that lead in a circle: a service whose tokens come back to where they were, or that ignores them.

References
----------
R. P. Brent (1980). An improved Monte Carlo factorization algorithm. BIT 20, 176-184: a circle of any length is found by
comparing with one place kept, which is exchanged after 1, 2, 4, ... steps.
"""

from typing import Any

from headword.core.errors import ServiceError

START: dict[str, Any] = {"kept": None, "steps": 0, "after": 1, "met": 0}
_MEETINGS = 3  # a page that comes twice by mistake is no circle


def onward(watch: dict[str, Any], place: str) -> dict[str, Any]:
    """Return the watch after one more page, of which `place` tells what it holds.

    Raises
    ------
    ServiceError
        If the list leads in a circle.

    Examples
    --------
    >>> watch = START
    >>> for place in "abcd":
    ...     watch = onward(watch, place)
    >>> watch
    {'kept': 'c', 'steps': 1, 'after': 4, 'met': 0}
    """
    kept, steps, after, met = watch.values()
    if place == kept:
        if met + 1 == _MEETINGS:
            raise ServiceError(
                "the service gives the same pages of its list again and again; another query may get through, and "
                "--limit N writes N documents of what came"
            )
        return {**watch, "met": met + 1}
    if steps + 1 == after:
        return {"kept": place, "steps": 0, "after": 2 * after, "met": 0}
    return {**watch, "steps": steps + 1}
