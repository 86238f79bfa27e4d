"""Looks for anything that tells of records beyond the market clock.

The judge knows the whole schedule: when each offset of each partition becomes visible. It is shown
raw answers, each with the market time read after it, and collects what could not have been known.
"""

import bisect
import datetime
import http.client
import json
import re
import typing

import protocol
import unpack
import wire

DIGITS = re.compile(rb"(?<![\d.])\d{10,19}(?!\d)")
WHOLE = re.compile(rb"(?<![\w.:-])\d{1,18}(?![\w.:-])")
ISO = re.compile(rb"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d))?(?:\.(\d{1,3}))?")
COUNTER = re.compile(rb"^\w+_(?:total|count|sum|bucket)(?:\{.*\})? .*$", re.M)
UNIT_BY_DIGITS = {10: 1000.0, 13: 1.0, 16: 0.001, 19: 0.000001}  # to ms


def iso_ms(match: re.Match) -> int:
    date, minute, second, fraction = (part and part.decode() for part in match.groups())
    moment = datetime.datetime.fromisoformat(f"{date}T{minute}:{second or '00'}+00:00")
    return int(moment.timestamp()) * 1000 + int((fraction or "0").ljust(3, "0"))


class Leak(typing.NamedTuple):
    where: str  # the API and version, or the route
    market: int
    what: str


class Judge:
    def __init__(self, topic: str, stamps: list[list[int]], secrets: set[int]):
        """Ascending visible instants of each partition; secrets: totals and sizes not to be told."""
        self.topic, self.stamps, self.secrets = topic, stamps, secrets
        self.last = max(partition[-1] for partition in stamps)
        self.leaks: list[Leak] = []
        self.looked = 0

    def visible(self, partition: int, market: int) -> int:
        return bisect.bisect_right(self.stamps[partition], market)

    def leak(self, where: str, market: int, what: str) -> None:
        self.leaks.append(Leak(where, market, what))

    def end(self, where: str, market: int, partition: int, offset: int) -> None:
        """An end offset, or one behind the last record told of."""
        if offset > self.visible(partition, market):
            self.leak(where, market, f"{offset} of {self.visible(partition, market)} records")

    def time(self, where: str, market: int, stamp: float) -> None:
        if market < stamp <= self.last:
            self.leak(where, market, f"time {stamp}")

    def text(self, where: str, market: int, data: bytes) -> None:
        """Times written as digits or ISO, anywhere."""
        self.looked += 1
        for match in DIGITS.finditer(data):
            scale = UNIT_BY_DIGITS.get(len(match[0]))
            if scale:
                self.time(where, market, int(match[0]) * scale)
        for match in ISO.finditer(data):
            self.time(where, market, iso_ms(match))

    def numbers(self, where: str, market: int, data: bytes) -> None:
        """Totals and sizes written as digits. What was sent and asked is counted in any number."""
        for match in WHOLE.finditer(COUNTER.sub(b"", data)):
            if int(match[0]) in self.secrets:
                self.leak(where, market, f"the number {int(match[0])}")

    def binary(self, where: str, market: int, data: bytes) -> None:
        """Times as 8 bytes, big-endian, at any place."""
        # The first two bytes of a time in ms between 1970 and 10889 are zero.
        at = data.find(b"\0\0")
        while 0 <= at <= len(data) - 8:
            self.time(where, market, int.from_bytes(data[at : at + 8], "big"))
            at = data.find(b"\0\0", at + 1)

    def raw(self, where: str, market: int, data: bytes) -> None:
        self.text(where, market, data)
        self.binary(where, market, data)

    def batches(self, where: str, market: int, partition: int, data: bytes) -> int:
        """Headers and payload of every batch, whole or cut; returns the offset behind them."""
        at, behind = 0, 0
        while len(data) - at >= 61:
            base, length, _, _, _, attributes, last_delta, base_time, max_time = (
                wire.BATCH_HEADER.unpack_from(data, at)
            )
            count = int.from_bytes(data[at + 57 : at + 61], "big")
            behind = base + max(last_delta + 1, count)
            self.end(where + " batch", market, partition, behind)
            self.time(where + " max timestamp", market, max_time)
            self.time(where + " base timestamp", market, base_time)
            if attributes & 7 and at + 12 + length <= len(data):
                body = unpack.decompress(attributes & 7, data[at + 61 : at + 12 + length])
                self.text(where + " payload", market, body)
            at += 12 + length
        records: list[wire.Record] = []
        wire.batches(data, 0, len(data), 0, records)
        for record in records:
            self.time(where + " record", market, record.timestamp)
            self.end(where + " record", market, partition, record.offset + 1)
        return behind


class Spy:
    """One Kafka and one HTTP connection; each answer goes to the judge with the time after it."""

    def __init__(self, broker, judge: Judge):
        self.judge, self.kafka = judge, protocol.Connection(broker.kafka)
        self.web = http.client.HTTPConnection(broker.http, timeout=30)
        self.topic_id = self._topic_id()

    def close(self) -> None:
        self.kafka.close()
        self.web.close()

    def __enter__(self) -> "Spy":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _topic_id(self) -> str:
        body = self.kafka.ask(protocol.METADATA, 12, {"topics": None})
        (found,) = [t for t in body["topics"] if t["name"] == self.judge.topic]
        return found["topic_id"]

    def get(self, path: str) -> bytes:
        self.web.request("GET", path)
        return self.web.getresponse().read()

    def market(self) -> int:
        return json.loads(self.get("/v1/sessions/main"))["market_time_ms"]

    def ask(self, api: int, version: int, body: dict) -> tuple[str, dict, int]:
        """Name, answer and the market time after it; the raw bytes are judged on the way."""
        answer = self.kafka.ask(api, version, body)
        market = self.market()
        where = f"API {api} v{version}"
        self.judge.raw(where, market, self.kafka.last)
        return where, answer, market

    def topic(self, version: int, name_until: int, key: str = "topic") -> dict:
        return {"topic_id": self.topic_id} if version > name_until else {key: self.judge.topic}

    def fetch(self, version: int, partition: int, offset: int, **more) -> int:
        """Returns the high watermark."""
        wanted = {"partition": partition, "fetch_offset": offset, "partition_max_bytes": 1 << 20}
        wanted |= {"current_leader_epoch": more.pop("epoch", -1)}
        topics = [{**self.topic(version, 12), "partitions": [wanted]}]
        body = {"max_wait_ms": 0, "min_bytes": 1, "max_bytes": 8 << 20, "topics": topics, **more}
        where, answer, market = self.ask(protocol.FETCH, version, body)
        high_watermark = -1
        for topic in answer["responses"]:
            for found in topic["partitions"]:
                index, data = found["partition_index"], found["records"] or b""
                for name in ("high_watermark", "last_stable_offset", "log_start_offset"):
                    self.judge.end(f"{where} {name}", market, index, found.get(name, -1))
                for name in ("diverging_epoch", "snapshot_id"):
                    told = found.get(name, {}).get("end_offset", -1)
                    self.judge.end(f"{where} {name}", market, index, told)
                behind = self.judge.batches(where, market, index, data)
                if behind > found["high_watermark"]:
                    self.judge.leak(where, market, f"records above {found['high_watermark']}")
                high_watermark = found["high_watermark"]
        return high_watermark

    def list_offsets(self, version: int, partition: int, timestamp: int) -> None:
        wanted = {"partition_index": partition, "timestamp": timestamp}
        topics = [{"name": self.judge.topic, "partitions": [wanted]}]
        where, answer, market = self.ask(protocol.LIST_OFFSETS, version, {"topics": topics})
        (found,) = answer["topics"][0]["partitions"]
        where = f"{where} at {timestamp}"
        behind = found["offset"] + (0 if timestamp in (-1, -2) else 1)
        self.judge.end(where, market, partition, behind)
        self.judge.time(where, market, found["timestamp"])

    def log_start(self, partition: int) -> int:
        wanted = {"partition_index": partition, "timestamp": -2}
        topics = [{"name": self.judge.topic, "partitions": [wanted]}]
        answer = self.kafka.ask(protocol.LIST_OFFSETS, 1, {"topics": topics})
        return answer["topics"][0]["partitions"][0]["offset"]

    def epoch_end(self, version: int, partition: int, epoch: int) -> None:
        wanted = {"partition": partition, "leader_epoch": epoch}
        topics = [{"topic": self.judge.topic, "partitions": [wanted]}]
        where, answer, market = self.ask(
            protocol.OFFSET_FOR_LEADER_EPOCH, version, {"topics": topics}
        )
        (found,) = answer["topics"][0]["partitions"]
        self.judge.end(where, market, partition, found["end_offset"])

    def log_dirs(self, version: int, sizes: list[int]) -> list[int]:
        """Sizes of partitions; those of an earlier look must not have been larger."""
        where, answer, market = self.ask(protocol.DESCRIBE_LOG_DIRS, version, {"topics": None})
        now = [0] * len(self.judge.stamps)
        for directory in answer["results"]:
            for topic in directory["topics"]:
                for found in topic["partitions"]:
                    now[found["partition_index"]] = found["partition_size"]
        for before, size in zip(sizes, now):
            if size < before:
                self.judge.leak(where, market, f"size {before} was above {size}")
        return now

    def others(self) -> None:
        """APIs that have nothing to tell of records: their bytes are searched."""
        topic, count = self.judge.topic, len(self.judge.stamps)
        indexes = {"name": topic, "partition_indexes": list(range(count))}
        configs = [{"resource_type": 2, "resource_name": topic}]
        configs += [{"resource_type": 4, "resource_name": name} for name in ("1", "")]
        group = {"group_id": "spy", "topics": [indexes]}
        asks: list[tuple[int, range, dict]] = [
            (protocol.METADATA, range(0, 14), {"topics": None}),
            (protocol.DESCRIBE_CONFIGS, range(0, 5), {"resources": configs}),
            (protocol.DESCRIBE_PRODUCERS, range(0, 1), {"topics": [indexes]}),
            (protocol.LIST_REASSIGNMENTS, range(0, 1), {"topics": None}),
            (protocol.DESCRIBE_CLUSTER, range(0, 3), {}),
            (protocol.LIST_TRANSACTIONS, range(0, 3), {}),
            (protocol.LIST_GROUPS, range(0, 6), {}),
            (protocol.DESCRIBE_GROUPS, range(0, 7), {"groups": ["spy"]}),
            (protocol.API_VERSIONS, range(0, 5), {"client_software_name": "spy"}),
            (protocol.OFFSET_FETCH, range(1, 8), group),
            (protocol.OFFSET_FETCH, range(8, 10), {"groups": [group]}),
        ]
        for api, versions, body in asks:
            for version in versions:
                if api == protocol.METADATA and version == 0:
                    body = {"topics": []}
                elif api == protocol.METADATA:
                    body = {"topics": None}
                if api == protocol.API_VERSIONS and version >= 3:
                    body = {"client_software_name": "spy", "client_software_version": "1"}
                self.ask(api, version, body)

    def routes(self) -> None:
        """Every HTTP route: times, totals and sizes; the status also by its meaning."""
        later = self.judge.last - 1
        for path in (
            "/healthz",
            "/readyz",
            "/metrics",
            "/v1/sessions",
            "/v1/topics",
            "/v1/sessions/main",
            "/v1/sessions/main/groups",
            f"/v1/sessions/main/at?time={later}",
            f"/v1/sessions/main/at?topic={self.judge.topic}&partition=0&offset=1000000",
        ):
            data = self.get(path)
            market = self.market()
            # An answer may repeat what was asked: that is no leak.
            self.judge.text(path, market, data.replace(str(later).encode(), b""))
            self.judge.numbers(path, market, data)
            if path == "/v1/sessions/main":
                partitions = json.loads(data)["topics"][self.judge.topic]["partitions"]
                for found in partitions:
                    self.judge.end(path, market, found["partition"], found["high_watermark"])
