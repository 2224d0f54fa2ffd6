"""Run the command line with `python -m headword`."""

from headword.cli import main

if __name__ == "__main__":
    main()
