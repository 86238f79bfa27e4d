#!/usr/bin/env python3
"""A broker's life: signals, what starts the clock, what its end does, what a restart keeps.

python3 tests/e2e/test_lifecycle.py HINDCAST_BINARY [unittest arguments]
"""

import os
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import case  # noqa: E402
import protocol  # noqa: E402
import wire  # noqa: E402
from test_determinism import fetch  # noqa: E402
from tool import DAY, DONE, HEADER, NO_SERVER, START, Tool  # noqa: E402


class Signals(Tool):
    def parked(self, broker) -> protocol.Connection:
        """A connection whose Fetch waits at the end."""
        connection = protocol.Connection(broker.kafka)
        wanted = {"partition": 0, "fetch_offset": 1, "partition_max_bytes": 1 << 20}
        topics = [{"topic": "candles", "partitions": [wanted]}]
        body = {"max_wait_ms": 30_000, "min_bytes": 1, "max_bytes": 1 << 20, "topics": topics}
        connection.send(protocol.FETCH, 11, body)
        return connection

    def slow(self, *more: str):
        """One bar is visible, the next comes in a minute."""
        broker = self.serve("--source", DAY, "--speed", "1", *more)
        broker.until("running")
        return broker

    def test_sigterm_under_parked_fetches(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            broker = self.slow("--data-dir", self.path(f"data{number}"))
            with self.parked(broker) as one, self.parked(broker) as two:
                case.wait_for(
                    lambda: broker.metrics()["hindcast_connections"] >= 2, 10, "two connections"
                )
                broker.signal(number)
                self.assertEqual(broker.wait(5), DONE)
                for connection in (one, two):
                    self.assertTrue(connection.closed_by_peer(5))
            broker.kill()

    def test_a_second_signal_ends_at_once(self):
        """A peer that never reads keeps the first one waiting; the second is not."""
        broker = self.serve("--source", case.demo(days=30, symbols=5), "--speed", "max")
        broker.until("ended")
        with protocol.Connection(broker.kafka) as connection:
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            wanted = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 50 << 20}
            topics = [{"topic": "candles", "partitions": [wanted]}]
            connection.send(protocol.FETCH, 11, {"max_bytes": 50 << 20, "topics": topics})
            case.wait_for(
                lambda: any(
                    value and "Fetch" in name
                    for name, value in broker.metrics().items()
                    if name.startswith(("hindcast_requests_total", "hindcast_records_sent"))
                )
                or broker.metrics()["hindcast_connections"] >= 1,
                10,
                "the fetch",
            )
            broker.signal(signal.SIGTERM)
            case.wait_for(lambda: "stopping" in broker.tail(), 5, "stopping")
            broker.signal(signal.SIGTERM)
            self.assertIn(broker.wait(2), (128 + signal.SIGTERM, DONE))
        broker.kill()

    def test_pause_and_resume(self):
        with self.slow("--max-idle", "off") as broker:
            broker.signal(signal.SIGUSR1)
            before = broker.until("paused")["market_time_ms"]
            self.assertEqual(broker.status()["market_time_ms"], before)
            broker.signal(signal.SIGUSR1)  # once more changes nothing
            broker.signal(signal.SIGHUP)
            self.assertEqual(broker.until("paused")["market_time_ms"], before)
            broker.signal(signal.SIGUSR2)
            broker.until("running")
            case.wait_for(lambda: broker.status()["market_time_ms"] > before, 10, "time goes on")


class StartAndEnd(Tool):
    def test_start_timeout(self):
        arguments = ["serve", *NO_SERVER, "--source", DAY, "--cache-dir", self.cache.name]
        for condition in ("first-consumer", "members:2"):
            said = self.fails(START, [*arguments, "--start", condition, "--start-timeout", "200ms"])
            self.assertIn("--start", said)

    def test_paused_until_resumed(self):
        with self.serve("--source", DAY, "--start", "paused", "--speed", "max") as broker:
            broker.until("paused")
            self.assertEqual(broker.post("pause")["state"], "paused")
            broker.post("resume")
            broker.until("ended")

    def test_first_consumer(self):
        flags = ("--start", "first-consumer", "--partitions", "2", "--speed", "100000")
        with self.serve("--source", DAY, *flags) as broker:
            status = broker.until("waiting")
            self.assertEqual(status["held_by"]["what"], "start")
            with protocol.Connection(broker.kafka) as connection:
                fetch(connection, 0, 0, 1000)
                fetch(connection, 1, 0, 1000)
                broker.until("ended", 20)

    def test_max_idle_jumps_over_silence(self):
        rows = [
            f"{1_700_000_040 + 60 * i + (86_400 if i >= 100 else 0)},1,2,1,2,{i}"
            for i in range(200)
        ]
        path = self.file("XY.csv", HEADER + "\n".join(rows) + "\n")
        flags = ("--source", f"csv:{path}", "--symbol", "XY", "--interval", "1m", "--speed", "3000")
        with self.serve(*flags, "--max-idle", "300ms") as broker:
            status = broker.until("ended", 20)
            self.assertGreater(status["skipped_ms"], 80_000_000)
            self.assertEqual(status["topics"]["candles"]["partitions"][0]["high_watermark"], 200)

    def test_exit_when_drained(self):
        flags = ("--source", DAY, "--speed", "max", "--on-end", "exit")
        broker = self.serve(*flags)
        begin = time.monotonic()
        with protocol.Connection(broker.kafka) as connection:
            records, at = 0, 0
            while records < 1440:
                data = fetch(connection, 0, at, 1 << 20)
                got = protocol_count(data)
                records, at = records + got, at + got
            fetch_until_closed(connection, at)
            self.assertEqual(broker.wait(20), DONE)
        self.assertLess(time.monotonic() - begin, 20)
        self.assertNotIn("behind", broker.tail())
        broker.kill()

    def test_exit_without_a_reader(self):
        broker = self.serve(
            "--source", DAY, "--speed", "max", "--on-end", "exit", "--drain-timeout", "300ms"
        )
        self.assertEqual(broker.wait(20), DONE)
        self.assertIn('"level":"warn"', broker.tail())
        broker.kill()

    def test_end_at_to(self):
        flags = ("--from", "2025-01-01", "--to", "2025-01-01T12:00:00Z", "--end", "to")
        with self.serve("--source", DAY, *flags, "--speed", "100000") as broker:
            status = broker.until("ended")
            self.assertEqual(status["market_time"], "2025-01-01T12:00:00.000Z")
            self.assertEqual(status["topics"]["candles"]["partitions"][0]["high_watermark"], 720)

    def test_restart_keeps_paused_ended_and_fresh(self):
        flags = ("--source", DAY, "--data-dir", self.path("data"))
        with self.serve(*flags, "--speed", "5000") as broker:
            case.wait_for(lambda: high_watermark(broker) > 50, 20, "50 records")
            at = broker.post("pause")["market_time_ms"]
        with self.serve(*flags, "--speed", "5000") as broker:
            self.assertEqual(broker.until("paused")["market_time_ms"], at)
            broker.post("resume")
        with self.serve(*flags, "--speed", "max") as broker:
            broker.until("ended")
        with self.serve(*flags, "--speed", "5000") as broker:
            broker.until("ended")
            self.assertIn("--fresh", broker.tail())
        with self.serve(*flags, "--speed", "5000", "--fresh") as broker:
            status = broker.until("running")
            self.assertEqual(status["generation"], 1)


def protocol_count(data: bytes) -> int:
    records: list = []
    wire.batches(data, 0, len(data), 0, records)
    return len(records)


def high_watermark(broker) -> int:
    topic = broker.status()["topics"].get("candles")
    return topic["partitions"][0]["high_watermark"] if topic else 0


def fetch_until_closed(connection, offset: int) -> None:
    """A consumer at the end that goes on asking until the broker is gone."""

    def ask():
        try:
            while True:
                fetch(connection, 0, offset, 1 << 20)
        except (protocol.KafkaError, OSError):
            pass

    threading.Thread(target=ask, daemon=True).start()


if __name__ == "__main__":
    case.main()
