"""Exit codes: the one place where an error becomes a message and a number.

| code | meaning                                                          |
|------|------------------------------------------------------------------|
| 0    | done; also when the reader of a pipe stopped reading             |
| 1    | a bug in headword: the trace is shown, please report it          |
| 2    | the command line is wrong: an unknown option, a missing argument |
| 3    | the data are not usable                                          |
| 4    | the recipe, or an option that belongs to it, is not valid        |
| 5    | the bundle is damaged, of another format, or not a bundle        |
| 6    | a result cannot be written                                       |
| 7    | an optional dependency is not installed                          |
| 8    | a service on the network is not to be had, or answers wrongly    |
| 130  | interrupted with Ctrl-C; files that were to be replaced are whole |
"""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import typer

from headword import __version__
from headword.core.errors import (
    BundleError,
    DataError,
    HeadwordError,
    MissingExtraError,
    NotFittedError,
    OutputError,
    RecipeError,
    ServiceError,
)

DONE = 0
BUG = 1
INTERRUPTED = 130

CODES: dict[type[HeadwordError], int] = {
    DataError: 3,
    NotFittedError: 4,
    RecipeError: 4,
    BundleError: 5,
    OutputError: 6,
    MissingExtraError: 7,
    ServiceError: 8,
}


def exit_code(error: BaseException) -> int:
    """Return the exit code for an error; a HeadwordError that the table lacks counts as a bug."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return DONE
    return next((code for kind, code in CODES.items() if isinstance(error, kind)), BUG)


@contextmanager
def reported() -> Iterator[None]:
    """Turn any error of the block into its message on stderr and a `typer.Exit` with its code."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError as error:
        _discard_stdout()
        raise typer.Exit(exit_code(error)) from None
    except KeyboardInterrupt as error:
        typer.echo("\ninterrupted; no file is left half written", err=True)
        raise typer.Exit(exit_code(error)) from None
    except HeadwordError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(exit_code(error)) from error
    except MemoryError as error:
        typer.echo("error: out of memory; use fewer documents or the recipe 'fast'", err=True)
        raise typer.Exit(BUG) from error
    except Exception as error:
        if type(error).__module__.split(".")[0] in {"typer", "click"}:
            raise
        traceback.print_exc()
        typer.echo(f"\nThis is a bug in headword {__version__}: please report it with the lines above.", err=True)
        raise typer.Exit(BUG) from error


def _discard_stdout() -> None:
    # The interpreter flushes once more when it ends, and would complain about the pipe.
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
