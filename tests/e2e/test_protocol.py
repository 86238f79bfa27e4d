#!/usr/bin/env python3
"""The tests' own codec, against golden bytes of two other implementations."""

import collections
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import protocol  # noqa: E402
from schemas import REQUESTS, RESPONSES  # noqa: E402

VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors")
KNOWN = {"request": REQUESTS, "response": RESPONSES}


def plain(value):
    """Bytes as hex, as the vectors write them."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.hex() if isinstance(value, bytes) else value


def covers(whole, part) -> bool:
    """Tagged fields at their default are in the vectors' fields, but need not be on the wire."""
    if isinstance(part, dict):
        return set(part) <= set(whole) and all(covers(whole[n], part[n]) for n in part)
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(covers, whole, part))
    return whole == part


class Golden(unittest.TestCase):
    def test_every_message_reads_as_it_was_written(self):
        seen = collections.Counter()
        for name in ("franz-go.jsonl", "kafka-java.jsonl"):
            with open(os.path.join(VECTORS, name)) as lines:
                for vector in map(json.loads, lines):
                    api, kind, version = vector["api"], vector["kind"], vector["version"]
                    if api not in KNOWN.get(kind, ()):
                        continue
                    data = bytes.fromhex(vector["hex"])
                    with self.subTest(vector["name"], src=name, version=version):
                        body = protocol.decode(api, kind, version, data)
                        self.assertTrue(
                            covers(vector["fields"], plain(body)), (vector["fields"], plain(body))
                        )
                        again = protocol.encode(api, kind, version, body)
                        self.assertEqual(again.hex(), data.hex())
                    seen[kind, api] += 1
        self.assertEqual({(kind, api) for kind, apis in KNOWN.items() for api in apis}, set(seen))


if __name__ == "__main__":
    unittest.main()
