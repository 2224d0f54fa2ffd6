"""A process that harvests in children of its own, so that these can be killed at any moment.

Lines on stdin: seconds after which the child is to be killed (or "-" for never), service and query, endpoint, output.
One line on stdout for each: the seconds it took, whether it was killed, and the most memory it held, in KiB.
"""

import json
import os
import signal
import sys
import time

from headword.harvest.run import fetch


class HastyClock:
    """A clock of a fixed date that does not wait."""

    def now(self) -> float:
        return 1_700_000_000.0

    def ticks(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Go on at once."""


def main() -> None:
    import headword.harvest.cmr
    import headword.harvest.hub
    import headword.harvest.oai  # noqa: F401  # children shall not spend their time with imports

    for line in sys.stdin:
        delay, what, endpoint, output = json.loads(line)
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            fetch(what, output, endpoint=endpoint, clock=HastyClock())
            os._exit(0)
        if delay is not None:
            time.sleep(delay)
            os.kill(child, signal.SIGKILL)
        _, status, used = os.wait4(child, 0)
        print(json.dumps([time.monotonic() - started, os.WIFSIGNALED(status), used.ru_maxrss]), flush=True)


if __name__ == "__main__":
    main()
