"""Lists that are taken by offset and length, though they may change between two slices."""

from headword.harvest.page import Cursor
from headword.harvest.wire import Fault

FIRST: Cursor = {"start": 0, "total": None, "steps_back": 0}
_MAX_STEPS_BACK = 20


def advance(cursor: Cursor, n_items: int, total: int, cap: int | None = None) -> Cursor | None:
    """Return where to go on after a slice of `n_items` at `cursor["start"]`; None at the end of the list.

    Where the list became shorter since the slice before, as many items may have moved up past the border between the
    two: the next slice begins so many earlier. What comes twice is counted once later.

    Raises
    ------
    Fault
        If the slice is empty before the end of the list, or the whole list vanished.

    Examples
    --------
    >>> advance({"start": 100, "total": 1000, "steps_back": 0}, 50, 997)
    {'start': 97, 'total': 997, 'steps_back': 1}
    """
    start, before, steps = cursor["start"], cursor["total"], cursor["steps_back"]
    following = start + n_items
    end = total if cap is None else min(total, cap)
    if not n_items and (start < end or (start and not total)):
        raise Fault(f"an empty page at {start:,} of {total:,}")
    if before is not None and total < before and steps < _MAX_STEPS_BACK:
        following, steps = max(0, start - (before - total)), steps + 1
    if following >= end:
        return None
    return {"start": following, "total": total, "steps_back": steps}
