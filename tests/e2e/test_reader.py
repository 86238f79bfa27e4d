#!/usr/bin/env python3
"""Tests of the checker itself: python3 tests/e2e/test_reader.py"""

import gzip
import os
import struct
import sys
import tempfile
import unittest
import zoneinfo

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import reader  # noqa: E402
import wire  # noqa: E402
from datasets import Dataset  # noqa: E402

UTC = zoneinfo.ZoneInfo("UTC")


class Cells(unittest.TestCase):
    def test_numbers_are_copied_as_written(self):
        for text in ("0", "-0", "4e-7", "96407.99000000", "1E+9", "123456789012345678901234567890"):
            self.assertEqual(reader.json_cell(text), text)

    def test_other_spellings_become_numbers_without_rounding(self):
        spellings = {"+1": "1", ".5": "0.5", "5.": "5", "007": "7", "-.50": "-0.50", "00": "0"}
        for text, number in spellings.items():
            self.assertEqual(reader.json_cell(text), number)

    def test_the_rest_is_text(self):
        for text in ("NaN", "0x1p3", "1_000", "-", ".", "2020-01-03 10:00", "1e"):
            self.assertEqual(reader.json_cell(text), f'"{text}"')
        self.assertEqual(reader.json_cell('say "hi"'), '"say \\"hi\\""')


class Times(unittest.TestCase):
    def test_spellings_of_one_instant(self):
        moscow = zoneinfo.ZoneInfo("Europe/Moscow")
        instant = 1_577_836_800 * 10**9
        self.assertEqual(reader.iso_time("2020-01-01 00:00:00.000", UTC), instant)
        self.assertEqual(reader.iso_time("2020-01-01T00:00:00Z", moscow), instant)
        self.assertEqual(reader.iso_time("2020-01-01 03:00", moscow), instant)
        self.assertEqual(reader.iso_time("2020-01-01 01:00:00.000000+01:00", UTC), instant)
        self.assertEqual(
            reader.iso_time("2020-01-01 00:00:59.999000", UTC), instant + 59_999_000_000
        )

    def test_anything_else_is_refused(self):
        with self.assertRaises(ValueError):
            reader.iso_time("2020-01-01", UTC)


class Order(unittest.TestCase):
    def records(self, text: str, **settings):
        facts = {"time": "t", "unit": "s", "interval": "1m", "symbol": "X", "rows": 0, "records": 0}
        facts.update(settings)
        with tempfile.TemporaryDirectory() as directory:
            with open(os.path.join(directory, "file.csv"), "w", newline="") as file:
                file.write(text)
            return reader.expected(Dataset("test", "file.csv", **facts), directory)

    def test_any_row_order_crlf_and_a_comment_line(self):
        records = self.records("a comment\r\nt,p\r\n120,1\r\n60,2\r\n120,1\r\n")
        self.assertEqual([r.timestamp for r in records], [120_000, 180_000])
        self.assertEqual(records[0].value, b'{"symbol":"X","t":60,"p":2}')

    def test_a_bar_with_two_contents_is_refused(self):
        with self.assertRaises(ValueError):
            self.records("t,p\n60,1\n60,2\n")

    def test_events_keep_repeats_and_their_order(self):
        records = self.records("t,p\n60,2\n60,1\n60,2\n", interval="0")
        self.assertEqual([r.value[-3:-1] for r in records], [b":2", b":1", b":2"])
        self.assertEqual({r.timestamp for r in records}, {60_000})

    def test_a_symbol_column_is_the_key(self):
        records = self.records("t,symbol\n60,B\n60,A\n", symbol=None)
        self.assertEqual([r.key for r in records], [b"A", b"B"])
        self.assertEqual(records[0].value, b'{"t":60,"symbol":"A"}')


class Partitions(unittest.TestCase):
    def test_murmur2_agrees_with_kafka(self):
        known = {
            b"21": -973932308,
            b"foobar": -790332482,
            b"a-little-bit-long-string": -985981536,
            b"a-little-bit-longer-string": -1486304829,
            b"abc": 479470107,
        }
        for key, hashed in known.items():
            self.assertEqual(reader.murmur2(key), hashed & 0xFFFFFFFF)


class Batches(unittest.TestCase):
    @staticmethod
    def batch(base: int, values: list[bytes], codec: int = 0) -> bytes:
        body = b""
        for delta, value in enumerate(values):
            record = bytes([0, 2 * delta, 2 * delta, 1, 2 * len(value)]) + value + b"\0"
            body += bytes([2 * len(record)]) + record
        if codec == 1:
            body = gzip.compress(body)
        last = len(values) - 1
        head = struct.pack(">hiqqqhii", codec, last, 1000, 1000 + last, -1, -1, -1, len(values))
        tail = struct.pack(">I", wire.crc32c(head + body)) + head + body
        return struct.pack(">qiib", base, 5 + len(tail), 0, 2) + tail

    def test_records_from_the_wanted_offset_on(self):
        data = self.batch(7, [b"a", b"b"]) + self.batch(9, [b"c"], codec=1)
        out = []
        wire.batches(data, 0, len(data), 8, out)
        self.assertEqual(out, [(8, 1001, None, b"b"), (9, 1000, None, b"c")])

    def test_a_cut_batch_at_the_end_is_left_and_a_cut_first_one_refused(self):
        data = self.batch(7, [b"a"]) + self.batch(8, [b"b"])
        out = []
        wire.batches(data, 0, len(data) - 1, 7, out)
        self.assertEqual([record.offset for record in out], [7])
        with self.assertRaises(wire.WireError):
            wire.batches(data, 0, 65, 7, [])

    def test_a_changed_byte_is_found(self):
        data = bytearray(self.batch(7, [b"a"]))
        data[-2] ^= 1
        with self.assertRaisesRegex(wire.WireError, "CRC"):
            wire.batches(bytes(data), 0, len(data), 7, [])

    def test_crc32c_of_the_standard_check(self):
        self.assertEqual(wire.crc32c(b"123456789"), 0xE3069283)


if __name__ == "__main__":
    unittest.main()
