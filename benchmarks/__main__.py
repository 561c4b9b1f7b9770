"""`make bench`: processor time of our work beside that of a known piece of work, medians of several rounds."""

from __future__ import annotations

import sys

from benchmarks import answering, nation, overload, release


def main() -> int:
    """Print one table."""
    for part in (answering, nation, release, overload):
        for line in part.figures():
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
