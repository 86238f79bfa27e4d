#!/usr/bin/env python3
"""Every real data set, served whole and compared with an independent reading; see real_data.py.

    python3 tests/e2e/test_real_data.py HINDCAST_BINARY

Once with every setting given, from cold and from a warm cache, and once with nothing given that can
be detected, over ten partitions. Then each setting that no detection can know is left out: the broker
must ask for it, or warn.
"""

import argparse
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import data  # noqa: E402
import real_data  # noqa: E402
from datasets import Dataset  # noqa: E402

FLAG = dict(real_data.FLAGS)
WARNED = {"zone"}  # UTC is taken, with a warning that names the flag


def modes(binary: str, directory: str) -> list[argparse.Namespace]:
    common = {"binary": binary, "data_dir": directory, "client": "raw", "flags": []}
    return [
        argparse.Namespace(**common, detect=False, partitions=1, restart=True),
        argparse.Namespace(**common, detect=True, partitions=10, restart=False),
    ]


def ask_for(dataset: Dataset, setting: str, binary: str, directory: str) -> str | None:
    """Checks without one needed setting; None where the broker names that very flag."""
    arguments = real_data.flags(dataset, directory, True)
    at = arguments.index(FLAG[setting])
    del arguments[at : at + 2]
    done = subprocess.run(
        [binary, "check", *arguments], capture_output=True, text=True, errors="replace", timeout=60
    )
    if done.returncode not in ((0,) if setting in WARNED else (2, 3)):
        return f"without {FLAG[setting]}: exit {done.returncode}"
    said = done.stdout + done.stderr
    if FLAG[setting] not in said:
        return f"without {FLAG[setting]}: it is not named:\n{said}"
    return None


def problems_of(dataset: Dataset, binary: str, directory: str) -> list[str]:
    found = []
    for options in modes(binary, directory):
        with tempfile.TemporaryDirectory(prefix="hindcast-real-data-") as scratch:
            problem = real_data.run(dataset, options, scratch)
        if problem:
            found.append(("detected: " if options.detect else "told: ") + problem)
    for setting in dataset.needed:
        problem = ask_for(dataset, setting, binary, directory)
        if problem:
            found.append(problem)
    return found


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    wrong, records = 0, 0
    with tempfile.TemporaryDirectory(prefix="hindcast-imitation-") as scratch:
        directory, datasets = data.provide(scratch)
        for dataset in datasets:
            if sys.argv[2:] and dataset.name not in sys.argv[2:]:
                continue
            found = problems_of(dataset, sys.argv[1], directory)
            for problem in found:
                print(f"{dataset.name}: {problem}")
            wrong += bool(found)
            records += dataset.records
    print(f"{records:,} records read three times, {wrong} data sets differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
