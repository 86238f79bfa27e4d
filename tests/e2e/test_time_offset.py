#!/usr/bin/env python3
"""Offset to time and back, for every record of a year and of trades with equal stamps.

    python3 tests/e2e/test_time_offset.py HINDCAST_BINARY [unittest arguments]

A lookup by a record's own time gives that record (of equal stamps the first), a millisecond before
it gives the same or an earlier record of that stamp, before the first the first, after the last -1:
as Apache Kafka answers. On the bare wire for all records and every version, then by real clients.
"""

import bisect
import os
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import case  # noqa: E402
import clients  # noqa: E402
import data  # noqa: E402
import protocol  # noqa: E402
import reader  # noqa: E402
import real_data  # noqa: E402

TOPIC = real_data.TOPIC
PIPELINE = 500
UNSUPPORTED_VERSION = 35


def frames(version: int, partition: int, times: list[int]) -> bytes:
    """ListOffsets requests, one for each time, cut from one encoded request by its stamp's place."""
    marker = 0x1122334455667788
    whole = protocol.request(
        protocol.LIST_OFFSETS, version, list_offsets(partition, marker), correlation=7
    )
    head, tail = whole.split(struct.pack(">q", marker))
    return b"".join(head + struct.pack(">q", stamp) + tail for stamp in times)


def list_offsets(partition: int, timestamp: int) -> dict:
    wanted = {"partition_index": partition, "timestamp": timestamp}
    return {"topics": [{"name": TOPIC, "partitions": [wanted]}]}


def lookups(address: str, version: int, partition: int, times: list[int]) -> list[tuple[int, int]]:
    """(timestamp, offset) for each time, through one connection with many requests under way."""
    answers = []
    with protocol.Connection(address) as connection:
        for at in range(0, len(times), PIPELINE):
            some = times[at : at + PIPELINE]
            connection.send_raw(frames(version, partition, some))
            for _ in some:
                answer = connection.frame()
                skip = 5 if protocol.flexible(protocol.LIST_OFFSETS, version) else 4
                answers.append(parse(version, answer[skip:]))
    return answers


def parse(version: int, body: bytes) -> tuple[int, int]:
    if version == 1:  # the bulk: fixed places instead of a general decoder
        error, timestamp, offset = struct.unpack_from(">hqq", body, len(body) - 18)
    else:
        (topic,) = protocol.decode(protocol.LIST_OFFSETS, "response", version, body)["topics"]
        (found,) = topic["partitions"]
        error, timestamp, offset = found["error_code"], found["timestamp"], found["offset"]
    assert error == 0, f"ListOffsets v{version}: error {error}"
    return timestamp, offset


def kafka_says(stamps: list[int], at: int) -> tuple[int, int]:
    """The first record at or after a time; stamps ascend."""
    offset = bisect.bisect_left(stamps, at)
    return (stamps[offset], offset) if offset < len(stamps) else (-1, -1)


class TimeAndOffset(case.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        files = tempfile.TemporaryDirectory(prefix="hindcast-imitation-")
        cls.addClassCleanup(files.cleanup)
        cls.directory, datasets = data.provide(files.name)
        cls.datasets = {dataset.name: dataset for dataset in datasets}

    def replay(self, name: str):
        """A broker that has released all of a data set, and the stamps of its records."""
        dataset = self.datasets[name]
        stamps = [record.timestamp for record in reader.expected(dataset, self.directory)]
        broker = self.serve(*real_data.flags(dataset, self.directory, False), "--speed", "max")
        return broker, stamps

    def same(self, stamps: list[int], times: list[int], answers: list[tuple[int, int]]) -> None:
        self.assertEqual(len(answers), len(times))
        for at, answer in zip(times, answers):
            if answer != kafka_says(stamps, at):
                self.fail(f"at {at}: {answer} instead of {kafka_says(stamps, at)}")

    def test_every_record_of_the_year(self):
        broker, stamps = self.replay("bitmex-year")
        with broker:
            broker.until("ended")
            self.same(stamps, stamps, lookups(broker.kafka, 1, 0, stamps))
            between = [stamp - 30_000 for stamp in stamps[::7]] + [s + 1 for s in stamps[::11]]
            self.same(stamps, between, lookups(broker.kafka, 1, 0, between))
            self.through_clients(broker, stamps)

    def test_trades_of_equal_stamps(self):
        broker, stamps = self.replay("bitstamp-trades")
        self.assertLess(len(set(stamps)), len(stamps))
        with broker:
            broker.until("ended")
            self.same(stamps, stamps, lookups(broker.kafka, 1, 0, stamps))

    def test_edges_in_every_version(self):
        broker, stamps = self.replay("binance-outages")
        first, last = stamps[0], stamps[-1]
        times = [0, 1, first - 1, first, first + 1, last - 1, last, last + 1, 1 << 62]
        hole = max(range(len(stamps) - 1), key=lambda at: stamps[at + 1] - stamps[at])
        times += [stamps[hole] + 1, stamps[hole + 1] - 1]
        with broker:
            broker.until("ended")
            for version in range(1, 12):
                self.same(stamps, times, lookups(broker.kafka, version, 0, times))
            self.special_times(broker, stamps)

    def special_times(self, broker, stamps: list[int]) -> None:
        """earliest, latest, max timestamp and the tiered ones, each from its version on."""
        end, top = len(stamps), bisect.bisect_left(stamps, stamps[-1])
        answers = {-1: (1, -1, end), -2: (1, -1, 0), -3: (7, stamps[-1], top)}
        answers |= {-4: (8, -1, 0), -5: (9, -1, -1), -7: (99, -1, -1), -100: (99, -1, -1)}
        with protocol.Connection(broker.kafka) as connection:
            for version in range(1, 12):
                for at, (since, timestamp, offset) in answers.items():
                    body = connection.ask(protocol.LIST_OFFSETS, version, list_offsets(0, at))
                    (found,) = body["topics"][0]["partitions"]
                    with self.subTest(version=version, at=at):
                        if version < since:
                            self.assertEqual(found["error_code"], UNSUPPORTED_VERSION)
                        else:
                            self.assertEqual(
                                (found["error_code"], found["timestamp"], found["offset"]),
                                (0, timestamp, offset),
                            )

    def through_clients(self, broker, stamps: list[int]) -> None:
        for package, step in (("confluent-kafka", 1), ("kafka-python", 50)):
            times = stamps[::step] + [stamp - 1 for stamp in stamps[:: 50 * step]]
            times += [0, stamps[-1], stamps[-1] + 1]
            with open(self.path("times"), "w") as file:
                file.writelines(f"{at}\n" for at in times)
            script = "time_" + package.replace("-", "_") + ".py"
            told = clients.run(
                package, script, broker.kafka, TOPIC, self.path("times"), timeout=200
            )
            for at, offset in zip(times, map(int, told.split()), strict=True):
                wanted = kafka_says(stamps, at)[1]
                self.assertEqual(offset, wanted, f"{package} at {at}")


if __name__ == "__main__":
    case.main()
