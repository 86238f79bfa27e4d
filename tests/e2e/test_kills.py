#!/usr/bin/env python3
"""kill -9 under committing consumers: no acknowledged commit is lost, no delivered record is above the end.

    python3 tests/e2e/test_kills.py HINDCAST_BINARY [unittest arguments]

The clock runs on through all of it, from where each life ended. Kills come within microseconds of an
acknowledgement here; tests/interop/groups.py does the same to real clients in a group.
"""

import os
import random
import signal
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import case  # noqa: E402
import protocol  # noqa: E402

TOPIC, PARTITIONS, KILLS = "candles", 4, 40
SOURCE = ("--source", case.demo(days=30, symbols=8), "--partitions", str(PARTITIONS))
GROUP = "kills"
OUT_OF_RANGE = 1


class Consumer(threading.Thread):
    """Reads one partition from where it was and commits each position until the broker is gone."""

    def __init__(self, address: str, partition: int, before: "Consumer | None"):
        super().__init__(daemon=True)
        self.address, self.partition = address, partition
        self.delivered = before.delivered if before else 0
        self.sent = before.sent if before else -1
        self.acknowledged = before.acknowledged if before else -1
        self.problem: str | None = None

    def run(self) -> None:
        try:
            with protocol.Connection(self.address, 20) as connection:
                while not self.problem:
                    self.step(connection)
        except (OSError, protocol.KafkaError):
            pass  # killed

    def step(self, connection) -> None:
        wanted = {"partition": self.partition, "fetch_offset": self.delivered}
        topics = [{"topic": TOPIC, "partitions": [wanted | {"partition_max_bytes": 1}]}]
        body = {"max_wait_ms": 20, "min_bytes": 1, "max_bytes": 1, "topics": topics}
        answer = connection.ask(protocol.FETCH, 11, body)
        (found,) = answer["responses"][0]["partitions"]
        if found["error_code"]:
            self.problem = f"fetch at {self.delivered}: error {found['error_code']}"
            return
        if found["records"]:
            self.delivered = max(self.delivered, found["high_watermark"])
        self.sent = self.delivered
        position = {"partition_index": self.partition, "committed_offset": self.sent}
        topics = [{"name": TOPIC, "partitions": [position | {"committed_metadata": ""}]}]
        answer = connection.ask(protocol.OFFSET_COMMIT, 8, {"group_id": GROUP, "topics": topics})
        error = answer["topics"][0]["partitions"][0]["error_code"]
        if error:
            self.problem = f"commit of {self.sent}: error {error}"
            return
        self.acknowledged = self.sent


class Kills(case.Case):
    def committed(self, broker) -> list[int]:
        topics = [{"name": TOPIC, "partition_indexes": list(range(PARTITIONS))}]
        body = {"group_id": GROUP, "topics": topics}
        with protocol.Connection(broker.kafka) as connection:
            answer = connection.ask(protocol.OFFSET_FETCH, 7, body)
        found = {p["partition_index"]: p for p in answer["topics"][0]["partitions"]}
        return [found[p]["committed_offset"] for p in range(PARTITIONS)]

    def ends(self, broker) -> list[int]:
        partitions = broker.status()["topics"][TOPIC]["partitions"]
        return [partition["high_watermark"] for partition in partitions]

    def life(self, flags: tuple[str, ...], before: list[Consumer], commits: int) -> list[Consumer]:
        """One start, checked against the life before, some commits, and the kill."""
        broker = self.serve(*flags)
        try:
            found = self.committed(broker)
            for consumer in before:
                stored = found[consumer.partition]
                self.assertGreaterEqual(stored, consumer.acknowledged, "a commit is lost")
                self.assertLessEqual(stored, consumer.sent, "nobody committed so much")
            consumers = [
                Consumer(broker.kafka, p, before[p] if before else None) for p in range(PARTITIONS)
            ]
            positions = [consumer.delivered for consumer in consumers]
            acknowledged = sum(consumer.acknowledged for consumer in consumers)
            for consumer in consumers:
                consumer.start()
            broker.until("running")
            for partition, end in enumerate(self.ends(broker)):
                self.assertGreaterEqual(end, positions[partition], "delivered, and above the end")
            case.wait_for(
                lambda: sum(c.acknowledged for c in consumers) >= acknowledged + commits
                or any(c.problem for c in consumers),
                20,
                "commits",
            )
            broker.signal(signal.SIGKILL)
            broker.wait()
            for consumer in consumers:
                consumer.join(20)
                self.assertIsNone(consumer.problem)
            return consumers
        finally:
            broker.kill()

    def test_no_acknowledged_commit_is_lost(self):
        dice = random.Random(1)
        flags = (*SOURCE, "--data-dir", self.path("data"), "--speed", "1500")
        consumers: list[Consumer] = []
        for _ in range(KILLS):
            consumers = self.life(flags, consumers, dice.randrange(1, 12))
        self.assertGreater(sum(c.acknowledged for c in consumers), KILLS)


if __name__ == "__main__":
    case.main()
