#!/usr/bin/env python3
"""The same offset holds the same bytes: at any speed, to any client, after any kind of restart.

    python3 tests/e2e/test_determinism.py HINDCAST_BINARY [unittest arguments]

Records are compared by a SHA-256 over offset, timestamp, key and value of every record of every
partition; whole batches of uncompressed topics byte by byte besides.
"""

import hashlib
import os
import signal
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import case  # noqa: E402
import clients  # noqa: E402
import protocol  # noqa: E402
import wire  # noqa: E402

TOPIC, PARTITIONS = "candles", 3
SOURCE = ("--source", case.demo(days=2, symbols=5, interval="1m"), "--partitions", str(PARTITIONS))
RECORDS = 2 * 1440 * 5
STALL_SECONDS = 30


class FetchError(AssertionError):
    pass


def digest(records) -> str:
    """Each field with its length in front, so that no two sequences read alike."""
    sha = hashlib.sha256()
    for offset, timestamp, key, value in records:
        sha.update(struct.pack(">qqi", offset, timestamp, -1 if key is None else len(key)))
        sha.update(key or b"")
        sha.update(struct.pack(">i", -1 if value is None else len(value)) + (value or b""))
    return sha.hexdigest()


def read(broker, partition: int, until: int, fetch_bytes: int = 8 << 20) -> list[wire.Record]:
    """Records 0 to until - 1, waiting for them."""
    records: list[wire.Record] = []
    deadline = time.monotonic() + STALL_SECONDS
    with protocol.Connection(broker.kafka) as connection:
        while len(records) < until:
            if time.monotonic() > deadline:
                raise AssertionError(f"partition {partition} stands at {len(records)} of {until}")
            data = fetch(connection, partition, len(records), fetch_bytes)
            got = []
            wire.batches(data, 0, len(data), len(records), got)
            records += got
            if got:
                deadline = time.monotonic() + STALL_SECONDS
    return records[:until]


def fetch(connection, partition: int, offset: int, fetch_bytes: int, version: int = 11) -> bytes:
    wanted = {"partition": partition, "fetch_offset": offset, "partition_max_bytes": fetch_bytes}
    body = connection.ask(
        protocol.FETCH,
        version,
        {
            "max_wait_ms": 500,
            "min_bytes": 1,
            "max_bytes": 50 << 20,
            "topics": [{"topic": TOPIC, "partitions": [wanted]}],
        },
    )
    (answer,) = body["responses"][0]["partitions"]
    if answer["error_code"]:
        raise FetchError(f"Fetch at {offset}: error {answer['error_code']}")
    return answer["records"] or b""


class Determinism(case.Case):
    """Every test compares with one reading of a fresh broker at full speed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        broker = case.Broker(
            case.BINARY, [*SOURCE, "--speed", "max", "--cache-dir", cls.cache.name + "/first"]
        )
        with broker:
            status = broker.until("ended")["topics"][TOPIC]["partitions"]
            cls.ends = [partition["high_watermark"] for partition in status]
            cls.digests = [digest(read(broker, p, end)) for p, end in enumerate(cls.ends)]
        assert sum(cls.ends) == RECORDS, cls.ends
        assert len(set(cls.digests)) == PARTITIONS

    def same(self, broker) -> None:
        got = [digest(read(broker, p, end)) for p, end in enumerate(self.ends)]
        self.assertEqual(got, self.digests)

    def own_cache(self) -> tuple[str, str]:
        return "--cache-dir", self.path("cache")

    def test_speeds(self):
        """Paced, records arrive in many slices of stored batches; their bytes are the same."""
        for speed in ("50000", "333333.125", "max"):
            with self.subTest(speed), self.serve(*SOURCE, "--speed", speed) as broker:
                self.same(broker)

    def test_codecs(self):
        for codec in ("zstd", "lz4", "snappy", "gzip"):
            with self.subTest(codec):
                flags = (*SOURCE, "--compression", codec)
                with self.serve(*flags, "--speed", "100000") as broker:
                    self.same(broker)
                with self.serve(*flags, "--speed", "max") as broker:
                    broker.until("ended")
                    self.same(broker)

    def test_slices_are_prefixes_of_stored_batches(self):
        """While paused in the middle, two connections are given equal bytes, sliced at the end."""
        with self.serve(*SOURCE, "--speed", "20000") as broker:
            read(broker, 0, 1000)
            broker.post("pause")
            with protocol.Connection(broker.kafka) as one, protocol.Connection(broker.kafka) as two:
                for partition in range(PARTITIONS):
                    first = fetch(one, partition, 0, 32 << 20)
                    self.assertEqual(first, fetch(two, partition, 0, 32 << 20))
                    self.assertEqual(first, fetch(two, partition, 0, 32 << 20, version=4))
            broker.post("resume")
            self.same(broker)

    def test_fetch_sizes(self):
        with self.serve(*SOURCE, "--speed", "max") as broker:
            for size in (1, 10_000, 300_000):
                got = read(broker, 1, self.ends[1], size)
                self.assertEqual(digest(got), self.digests[1], f"partition_max_bytes {size}")

    def test_restart_without_data_dir(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(number):
                flags = (*SOURCE, *self.own_cache(), "--speed", "100000")
                broker = self.serve(*flags)
                read(broker, 0, 500)
                broker.signal(number)
                self.assertEqual(broker.wait(), 0 if number == signal.SIGTERM else -number)
                broker.kill()
                with self.serve(*flags) as again:
                    self.same(again)

    def test_restart_with_data_dir(self):
        """What was delivered before is readable at once after, and is the same."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(number):
                flags = (*SOURCE, *self.own_cache(), "--data-dir", self.path(f"data{number}"))
                broker = self.serve(*flags, "--speed", "20000")
                before = read(broker, 0, 500)
                broker.signal(number)
                self.assertEqual(broker.wait(), 0 if number == signal.SIGTERM else -number)
                broker.kill()
                with self.serve(*flags, "--speed", "20000") as again:
                    end = again.status()["topics"][TOPIC]["partitions"][0]["high_watermark"]
                    state = again.status()["state"]
                    self.assertTrue(end >= 500 or state == "loading", (end, state))
                    self.assertEqual(read(again, 0, 500), before)
                    self.same(again)

    def test_killed_while_loading(self):
        """A half-written cache is never taken for a whole one."""
        flags = ("--source", case.demo(days=60, symbols=5), "--speed", "max")
        flags += self.own_cache()
        with self.serve(*flags[:-1], self.path("whole")) as broker:
            broker.until("ended")
            whole = digest(read(broker, 0, 20_000))
        for records in (1, 50_000, 150_000):
            broker = self.serve(*flags)
            case.wait_for(
                lambda: visible(broker) >= records or broker.status()["state"] == "ended",
                STALL_SECONDS,
                f"{records} records",
            )
            broker.kill()
        with self.serve(*flags) as broker:
            self.assertEqual(digest(read(broker, 0, 20_000)), whole)
            broker.until("ended")
            self.assertEqual(visible(broker), 60 * 1440 * 5)

    def test_refresh(self):
        with self.serve(*SOURCE, "--speed", "max", "--refresh") as broker:
            self.same(broker)

    def test_another_client(self):
        with self.serve(*SOURCE, "--speed", "max", "--compression", "zstd") as broker:
            told = clients.run(
                "confluent-kafka",
                "digest_confluent_kafka.py",
                broker.kafka,
                TOPIC,
                *map(str, self.ends),
                timeout=60,
            )
        self.assertEqual(told.split(), self.digests)


def visible(broker) -> int:
    partitions = broker.status()["topics"].get(TOPIC, {"partitions": []})["partitions"]
    return sum(partition["high_watermark"] for partition in partitions)


if __name__ == "__main__":
    case.main()
