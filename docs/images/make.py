"""Run the commands that the docs show, and put their real output into the docs.

python docs/images/make.py quickstart              # the console blocks of docs/quickstart.md
python docs/images/make.py picture papers.jsonl    # real-data.svg, the curve of docs/decisions.md
"""

import io
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

HERE = Path(__file__).resolve().parent
QUICKSTART, DECISIONS = HERE.parent / "quickstart.md", HERE.parent / "decisions.md"
CURVE = HERE.parents[1] / "examples" / "trust_probabilities.py"
COMMANDS = (
    "headword train papers.jsonl -o papers.hw",
    "headword evaluate papers.hw papers.jsonl",
    "headword suggest papers.hw new.jsonl -k 4",
    "headword explain papers.hw new.jsonl --doc {doc} -k 2",
)
NEW = 3
# rich's own template loads a font from the network, which viewers of pictures rightly refuse.
SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g></svg>
"""


def output_of(command: str, folder: Path) -> str:
    """Run `headword …` in `folder`; return what it says, remarks included."""
    program = Path(sys.executable).with_name("headword")
    arguments = re.findall(r'"[^"]*"|\S+', command)[1:]
    run = [str(program), *(argument.strip('"') for argument in arguments)]
    done = subprocess.run(run, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
    return "\n".join(line.rstrip() for line in done.stdout.decode("utf-8").rstrip().splitlines())


def quickstart() -> None:
    """Write the output of each command of the quickstart below it."""
    text = QUICKSTART.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        table = re.search(r"^```python runnable\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        subprocess.run([sys.executable, "-c", table[1] if table else ""], cwd=folder, check=True)

        def filled(block: re.Match[str]) -> str:
            return f"```console\n$ {block[1]}\n{output_of(block[1], Path(folder))}\n```"

        text = re.sub(r"^```console\n\$ (.+)\n(?:.*\n)*?```", filled, text, flags=re.MULTILINE)
    QUICKSTART.write_text(text, encoding="utf-8")


def picture(table: Path) -> None:
    """Draw the commands and their output as a terminal; new.jsonl holds the first test documents, without labels."""
    console = Console(record=True, width=120, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "papers.jsonl").symlink_to(table.resolve())
        new = list(islice(unlabelled(table), NEW))
        (folder / "new.jsonl").write_text("".join(new), encoding="utf-8")
        for command in (command.format(doc=json.loads(new[0])["id"]) for command in COMMANDS):
            console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
            for line in output_of(command, folder).splitlines():
                console.print(Text(line, style=style_of(line)))
            console.print()
        curve(folder / "papers.hw", folder / "papers.jsonl")
    console.save_svg(str(HERE / "real-data.svg"), title="headword", theme=MONOKAI, code_format=SVG)


def curve(model: Path, table: Path) -> None:
    """Write how often suggestions are right, by probability, into the page about decisions."""
    run = [sys.executable, str(CURVE), str(model), str(table)]
    lines = subprocess.run(run, stdout=subprocess.PIPE, check=True).stdout.decode("utf-8").splitlines()
    text = DECISIONS.read_text(encoding="utf-8")
    block = "<!-- curve -->\n```text\n" + "\n".join(lines) + "\n```"
    text = re.sub(r"<!-- curve -->\n```text\n.*?\n```", lambda _: block, text, flags=re.DOTALL)
    DECISIONS.write_text(text, encoding="utf-8")


def unlabelled(table: Path) -> Iterator[str]:
    """Yield the test rows of a table in JSON lines, only what a new document has."""
    with table.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["split"] == "test":
                yield json.dumps({name: row[name] for name in ("id", "title", "abstract")}) + "\n"


def style_of(line: str) -> str:
    """Say how a line is drawn: remarks faint, what is chosen bright."""
    if re.match(r"\w+\.jsonl: |[\d,]+ (rows|documents)|learnt |on training|by cross", line):
        return "dim"
    if line.endswith("  chosen") or line.startswith("  * "):
        return "bold cyan"
    return "bold" if re.match(r"metric |\d{4}\.\d+ ", line) else ""


if __name__ == "__main__":
    if sys.argv[1:2] == ["quickstart"]:
        quickstart()
    else:
        picture(Path(sys.argv[2]))
