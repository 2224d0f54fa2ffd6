"""Run the commands that the docs show, and put their real output into the docs.

python docs/images/make.py quickstart              # the console blocks of docs/quickstart.md
python docs/images/make.py picture papers.jsonl    # docs/images/real-data.svg, from a table with a split field
"""

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

HERE = Path(__file__).resolve().parent
QUICKSTART = HERE.parent / "quickstart.md"
ABSTRACT = (
    "We train a graph network that respects the rotations of a molecule on a few thousand quantum-chemical "
    "calculations. It predicts energies and forces, and drives molecular dynamics of liquid water."
)
COMMANDS = (
    "headword train papers.jsonl -o papers.hw",
    "headword evaluate papers.hw papers.jsonl",
    f'headword explain papers.hw -k 3 --text "{ABSTRACT}"',
)
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
    """Draw the commands and their output as a terminal."""
    console = Console(record=True, width=118, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "papers.jsonl").symlink_to(table.resolve())
        for command in COMMANDS:
            console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
            for line in output_of(command, Path(folder)).splitlines():
                remark = re.match(r"papers\.jsonl|[\d,]+ (rows|documents)|learnt|by cross-fitting", line)
                console.print(Text(line, style="dim" if remark else "bold cyan" if line.endswith("chosen") else ""))
            console.print()
    console.save_svg(str(HERE / "real-data.svg"), title="headword", theme=MONOKAI, code_format=SVG)


if __name__ == "__main__":
    if sys.argv[1:2] == ["quickstart"]:
        quickstart()
    else:
        picture(Path(sys.argv[2]))
