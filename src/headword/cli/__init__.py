"""The command line: thin commands, one file a command group, over the same library that everybody imports.

| file         | what it holds                                             |
|--------------|-----------------------------------------------------------|
| program.py   | `app` with all commands, and `main`                       |
| exits.py     | errors to messages and exit codes                         |
| options.py   | arguments and options that commands share                 |
| reading.py   | DATA to a corpus, and which of its rows are used          |
| output.py    | results to stdout, files and JSON; remarks to stderr      |
| progress.py  | the progress bar                                          |
| reference.py | docs/cli.md                                               |
| the others   | the command of their name                                 |
"""

from headword.cli.program import app, main

__all__ = ["app", "main"]
