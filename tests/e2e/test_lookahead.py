#!/usr/bin/env python3
"""Nothing tells of a record that is not visible yet: every API, version, route and metric.

    python3 tests/e2e/test_lookahead.py HINDCAST_BINARY [unittest arguments]

Answers are judged by the market time read after them. While the clock is paused that is exact; while
it runs, waiting fetches are judged too. The last tests turn the judge on brokers and bytes that do
look ahead: it must find them.
"""

import os
import random
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import case  # noqa: E402
import protocol  # noqa: E402
from lookahead import Judge, Spy  # noqa: E402
from test_determinism import read  # noqa: E402

TOPIC, PARTITIONS, SYMBOLS = "candles", 3, 7
SOURCE = ("--source", case.demo(days=1, symbols=SYMBOLS), "--partitions", str(PARTITIONS))
CODECS = ("none", "zstd", "lz4", "snappy", "gzip")
SPEED = "14400"  # a day in six seconds
PAUSES = 3
FETCH_VERSIONS, LIST_VERSIONS, EPOCH_VERSIONS = range(4, 19), range(1, 12), range(2, 5)
LOG_DIRS_VERSIONS = range(1, 6)


class LookAhead(case.Case):
    @classmethod
    def setUpClass(cls):
        """The schedule, from a broker that has shown everything; and what nobody may be told."""
        super().setUpClass()
        arguments = [*SOURCE, "--speed", "max", "--cache-dir", cls.cache.name]
        with case.Broker(case.BINARY, arguments) as broker:
            found = broker.until("ended")["topics"][TOPIC]["partitions"]
            ends = [partition["high_watermark"] for partition in found]
            cls.stamps = [[r.timestamp for r in read(broker, p, end)] for p, end in enumerate(ends)]
        cls.totals = {*ends, sum(ends)}

    def judge(self) -> Judge:
        sizes = {
            os.path.getsize(os.path.join(folder, name))
            for folder, _, names in os.walk(self.cache.name)
            for name in names
        }
        return Judge(TOPIC, self.stamps, self.totals | {size for size in sizes if size > 64 << 10})

    def everything(self, spy: Spy, broker) -> None:
        """All that can be asked, with the clock standing still."""
        market, judge = spy.market(), spy.judge
        ends = [judge.visible(p, market) for p in range(PARTITIONS)]
        future = [judge.last, judge.last - 60_000, market + 1, market + 60_000]
        for version in FETCH_VERSIONS:
            partition = version % PARTITIONS
            for offset in (max(0, ends[partition] - 40), ends[partition], ends[partition] + 1):
                spy.fetch(version, partition, offset, isolation_level=version % 2)
            spy.fetch(version, partition, self.totals and max(self.totals))
        for version in LIST_VERSIONS:
            for timestamp in (*future, market, 0, -1, -2, -3, -4, -5, -6, -7):
                spy.list_offsets(version, version % PARTITIONS, timestamp)
        for version in EPOCH_VERSIONS:
            for epoch in (0, 1, 7):
                spy.epoch_end(version, version % PARTITIONS, epoch)
        sizes = [0] * PARTITIONS
        for version in LOG_DIRS_VERSIONS:
            sizes = spy.log_dirs(version, sizes)
        self.sizes_of_what_is_visible(spy, sizes)
        spy.others()
        spy.routes()
        self.assertEqual(spy.market(), market, "the clock ran while it was paused")

    def sizes_of_what_is_visible(self, spy: Spy, sizes: list[int]) -> None:
        """A partition is told to be no larger than what a reader is given of it now."""
        for partition, size in enumerate(sizes):
            given, offset = 0, spy.log_start(partition)
            while True:
                answer = self.fetch_all(spy, partition, offset)
                if not answer:
                    break
                given += len(answer)
                offset = spy.judge.batches("sizes", spy.market(), partition, answer)
            if size > given:
                spy.judge.leak("log dirs", spy.market(), f"size {size}, readable {given}")

    @staticmethod
    def fetch_all(spy: Spy, partition: int, offset: int) -> bytes:
        wanted = {"partition": partition, "fetch_offset": offset, "partition_max_bytes": 32 << 20}
        topics = [{"topic": TOPIC, "partitions": [wanted]}]
        answer = spy.kafka.ask(protocol.FETCH, 11, {"max_bytes": 32 << 20, "topics": topics})
        return answer["responses"][0]["partitions"][0]["records"] or b""

    def while_running(self, spy: Spy, seconds: float, dice: random.Random) -> None:
        """Long polls at the end, and lookups a little ahead, against the moving clock."""
        deadline = time.monotonic() + seconds
        ends = [0] * PARTITIONS
        while time.monotonic() < deadline:
            partition, version = dice.randrange(PARTITIONS), dice.choice(FETCH_VERSIONS)
            ends[partition] = max(0, spy.fetch(version, partition, ends[partition], max_wait_ms=50))
            market = spy.market()
            ahead = market + dice.choice((1, 30_000, 60_000, 3_600_000))
            spy.list_offsets(dice.choice(LIST_VERSIONS), partition, ahead)
            spy.list_offsets(dice.choice((9, 10, 11)), partition, dice.choice((-1, -3)))
            spy.epoch_end(dice.choice(EPOCH_VERSIONS), partition, 0)
            spy.routes()

    def watch(self, broker, judge: Judge, pauses: int) -> None:
        dice = random.Random(1)
        broker.until("running")
        with Spy(broker, judge) as spy:
            for _ in range(pauses):
                self.while_running(spy, 0.4, dice)
                broker.post("pause")
                self.everything(spy, broker)
                broker.post("resume")
            self.assertLess(spy.market(), judge.last, "the replay was over before the test was")

    def test_each_codec(self):
        for codec in CODECS:
            with self.subTest(codec):
                flags = (*SOURCE, "--compression", codec, "--speed", SPEED)
                with self.serve(*flags) as broker:
                    judge = self.judge()
                    self.watch(broker, judge, PAUSES)
                    self.assertEqual(judge.leaks[:5], [])
                    self.assertGreater(judge.looked, 1000)

    def test_from_in_the_middle_with_warmup(self):
        flags = (
            "--from",
            "2025-01-01T06:00:00Z",
            "--warmup",
            "2h",
            "--range",
            "2025-01-01..2025-01-02",
        )
        with self.serve(*SOURCE, *flags, "--speed", "7200", "--compression", "zstd") as broker:
            judge = self.judge()
            self.watch(broker, judge, 1)
            self.assertEqual(judge.leaks[:5], [])

    def test_fetch_sessions(self):
        """Incremental fetches tell of ends as well."""
        with self.serve(*SOURCE, "--speed", SPEED) as broker:
            judge = self.judge()
            with Spy(broker, judge) as spy:
                spy.kafka.ask(protocol.FETCH, 12, session_request(0, 0, range(PARTITIONS)))
                session = struct.unpack_from(">i", spy.kafka.last, 11)[0]
                self.assertGreater(session, 0)
                for epoch in range(1, 200):
                    where, answer, market = spy.ask(
                        protocol.FETCH, 12, session_request(session, epoch, ())
                    )
                    self.assertEqual(answer["error_code"], 0)
                    for topic in answer["responses"]:
                        for found in topic["partitions"]:
                            index = found["partition_index"]
                            judge.end(where, market, index, found["high_watermark"])
                            judge.batches(where, market, index, found["records"] or b"")
            self.assertEqual(judge.leaks[:5], [])

    def test_the_judge_finds_bars_shown_at_their_open(self):
        """The same market shown at each bar's open looks ahead by a minute."""
        with self.serve(*SOURCE, "--visible", "open", "--speed", SPEED) as broker:
            judge = self.judge()
            self.watch(broker, judge, 1)
            told = {leak.where.split(" v")[0].split("?")[0] for leak in judge.leaks}
            needed = {f"API {api}" for api in (protocol.FETCH, protocol.LIST_OFFSETS)}
            needed |= {f"API {protocol.OFFSET_FOR_LEADER_EPOCH}", "/v1/sessions/main"}
            self.assertLessEqual(needed, told)

    def test_the_judge_reads_times_and_numbers_in_bytes(self):
        judge = Judge(TOPIC, [[1_735_689_660_000, 1_735_689_720_000]], {987_654})
        market = 1_735_689_660_000
        seen = (
            b'{"at":1735689660000}',
            b"2025-01-01T00:01:00.000Z",
            b"1735689660",
            b"0.1735689720000",
        )
        for data in (*seen, struct.pack(">q", market)):
            judge.raw("seen", market, data)
            judge.numbers("seen", market, data)
        self.assertEqual(judge.leaks, [])
        hidden = (
            b'{"at":1735689720000}',
            b"2025-01-01 00:02",
            b"up to 1735689720 s",
            b"1735689720000000",
        )
        for data in (*hidden, b"\1" + struct.pack(">q", 1_735_689_720_000)):
            judge.raw("hidden", market, data)
        judge.numbers("hidden", market, b'rows 987654\nsent_total{a="b"} 987654\n')
        self.assertEqual(len(judge.leaks), len(hidden) + 2, judge.leaks)


def session_request(session: int, epoch: int, partitions) -> dict:
    wanted = [{"partition": p, "fetch_offset": 0, "partition_max_bytes": 1000} for p in partitions]
    topics = [{"topic": TOPIC, "partitions": wanted}] if wanted else []
    return {
        "max_wait_ms": 5,
        "min_bytes": 1 << 20,
        "max_bytes": 1 << 20,
        "session_id": session,
        "session_epoch": epoch,
        "topics": topics,
    }


if __name__ == "__main__":
    case.main()
