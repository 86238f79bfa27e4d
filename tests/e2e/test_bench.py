#!/usr/bin/env python3
"""The benchmark works: a small run of all that needs no other server, and the form of its JSON.

python3 tests/e2e/test_bench.py HINDCAST_BINARY [unittest arguments]
"""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import case  # noqa: E402
from data import REPOSITORY  # noqa: E402

KEYS = {"name", "ours", "peer", "peer_name", "unit", "ratio", "runs"}


class Bench(case.Case):
    def test_smoke(self):
        path = self.path("bench.json")
        command = [os.path.join(REPOSITORY, "bench", "run.sh"), case.BINARY, "--smoke"]
        done = subprocess.run(
            [*command, "--json", path], capture_output=True, text=True, timeout=240
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(path) as file:
            rows = json.load(file)
        self.assertGreater(len(rows), 15)
        self.assertEqual(len({row["name"] for row in rows}), len(rows))
        for row in rows:
            self.assertEqual(set(row), KEYS)
            self.assertGreaterEqual(row["ours"], 0, row)
            self.assertIn(row["name"], done.stdout)


if __name__ == "__main__":
    case.main()
