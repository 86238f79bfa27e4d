"""Measures Hindcast beside what people use instead, and checks its promises.

    bench/run.sh BINARY [--rows a,b,...] [--json FILE] [--write] [--smoke]

--smoke: sizes that finish in seconds, one run each, without Kafka; only whether everything still runs.
"""

import argparse
import json
import os
import pathlib
import shutil
import sys
import tempfile

import control
import document
import serving
import starting
import waiting
from measure import Row, say
from programs import CACHE, Programs
from servers import Data, Kafka


EVERY_PACE = ([1, 10, 100, 1000], [1, 50, 1000], 5)  # speeds, waiters, seconds


class Bench:
    """What every row needs."""

    def __init__(self, binary: str, small: bool, runs: int, folder: pathlib.Path):
        self.binary, self.small, self.runs, self.folder = binary, small, runs, folder
        self.programs = Programs(folder)
        self.data = Data(folder / "data", self.programs)

    def kafka(self, topic: str, partitions: int, records: int, source: str) -> Kafka:
        """A node with a copy of the topic that `source` serves."""
        node = Kafka(self.folder / "kafka")
        try:
            node.fill(self.programs, topic, partitions, records, source)
        except BaseException:
            node.stop()
            raise
        return node

    @staticmethod
    def parse(output: str) -> dict:
        return json.loads(output.splitlines()[-1])


def plan(bench: Bench) -> list:
    """(row, what is measured) in order of value; the sizes are the promise's."""
    small, n = bench.small, 64_000 if bench.small else 2_000_000
    steps = [
        ("a", lambda: serving.against_mock(bench, 64, n)),
        ("c", lambda: serving.raw(bench, n)),
        ("c", lambda: serving.raw(bench, n, 10)),
        ("d", lambda: starting.first_accept(bench, 64_000 if small else 5_000_000)),
        ("e", lambda: starting.memory(bench, [0, 64_000] if small else [0, 1_000_000, 10_000_000])),
        ("f", lambda: starting.first_record(bench, n)),
        ("g", lambda: starting.after_kill(bench, n)),
        ("h", lambda: waiting.lateness(bench, *(([1000], [50], 1) if small else EVERY_PACE))),
        ("i", lambda: waiting.idle(bench, 200 if small else 10_000, 1 if small else 20)),
        ("j", lambda: starting.ingest(bench, n)),
        ("k", lambda: control.lookups(bench, n, 1000 if small else 5_000)),
        ("l", lambda: control.group(bench, 8 if small else 64)),
        ("n", lambda: serving.growth(bench, 64_000 if small else 1_000_000)),
    ]
    beside_kafka = [
        ("a", lambda: serving.against_kafka(bench, 1, n)),
        ("a", lambda: serving.against_kafka(bench, 10, n)),
        ("a", lambda: serving.several(bench, n)),
        ("m", lambda: control.script(bench, 200_000)),
    ]
    return steps if small else [*beside_kafka[:2], *steps, *beside_kafka[2:]]


def measure(bench: Bench, wanted: set[str], save) -> tuple[list[Row], list[str]]:
    """`save(rows, failures)` after every step, so that an interrupted run leaves what it has."""
    rows, failures = [], []
    for letter, step in plan(bench):
        # b comes with a and c: the same runs.
        if wanted and letter not in wanted and not ("b" in wanted and letter in "ac"):
            continue
        say(f"row {letter}")
        try:
            found = step()
        except Exception as problem:  # one row that cannot be measured does not cost the others
            if bench.small:
                raise
            say(f"{letter}: {type(problem).__name__}: {problem}")
            failures.append(f"{letter}: {type(problem).__name__}")
            found = []
        for row in found:
            say(document.line(row))
        rows += found
        save(rows, failures)
    return rows, failures


def command(options: argparse.Namespace) -> str:
    """How to repeat it, without where the numbers went."""
    rows = f" --rows {options.rows}" if options.rows else ""
    return f"./dev bench{rows} --runs {options.runs} --write"


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/run.sh")
    parser.add_argument("binary")
    parser.add_argument("--rows", default="")
    parser.add_argument("--json")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    binary = os.path.realpath(options.binary)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hindcast-bench-")) if options.smoke else CACHE / "bench"

    def save(rows: list[Row], failures: list[str]) -> None:
        if options.json:
            text = json.dumps([row.json() for row in rows], indent=1) + "\n"
            pathlib.Path(options.json).write_text(text)
        if options.write:
            document.write(binary, rows, failures, command(options))

    try:
        bench = Bench(binary, options.smoke, 1 if options.smoke else options.runs, folder)
        rows, failures = measure(bench, set(filter(None, options.rows.split(","))), save)
    finally:
        if options.smoke:
            shutil.rmtree(folder, ignore_errors=True)
    print(document.table(rows))
    return 1 if failures or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
