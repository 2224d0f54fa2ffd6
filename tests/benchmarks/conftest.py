import sys
from pathlib import Path

# `benchmarks` is a folder of the checkout and not part of what is installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
