"""How late records are released: a waiting fetch for each of many events at a steady rhythm."""

import os
import re
import struct
import time

import protocol
from broker import Broker

TOPIC = "candles"
START_MS = 1_700_000_000_000
WAIT_MS = 5000
BUCKET = re.compile(r"hindcast_release_lateness_seconds_bucket\{.*le=\"([^\"]+)\".*\}")


def events(path: str, speed: int, interval_us: int, count: int) -> None:
    """Events `interval_us` of wall time apart at that speed."""
    step_us = interval_us * speed
    with open(path, "w") as file:
        file.write("time,price,amount\n")
        for number in range(count):
            file.write(f"{START_MS * 1000 + number * step_us},{100 + number},1\n")


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def told_by_metrics(broker: Broker) -> dict[str, float]:
    """Upper bounds, in microseconds, of the buckets in which the quantiles lie."""
    buckets = []
    for name, value in broker.metrics().items():
        match = BUCKET.fullmatch(name)
        if match:
            buckets.append((float(match[1].replace("+Inf", "inf")), value))
    buckets.sort()
    total = buckets[-1][1]
    bounds = {}
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        bounds[name] = next(le for le, below in buckets if below >= share * total) * 1e6
    return bounds


def arrivals(broker: Broker, count: int) -> list[tuple[int, int]]:
    """(record timestamp in ms, monotonic ns of arrival) of single records, by waiting fetches."""
    seen, offset = [], 0
    with protocol.Connection(broker.kafka) as connection:
        while offset < count:
            wanted = {"partition": 0, "fetch_offset": offset, "partition_max_bytes": 1 << 20}
            topics = [{"topic": TOPIC, "partitions": [wanted]}]
            body = {"max_wait_ms": WAIT_MS, "min_bytes": 1, "max_bytes": 1 << 20, "topics": topics}
            connection.send(protocol.FETCH, 11, body)
            connection.last = connection.frame()
            at = time.monotonic_ns()
            answer = protocol.decode(protocol.FETCH, "response", 11, connection.last[4:])
            (found,) = answer["responses"][0]["partitions"]
            high_watermark = found["high_watermark"]
            records = found["records"] or b""
            if high_watermark == offset + 1 and records:
                seen.append((struct.unpack_from(">q", records, 35)[0], at))
            offset = max(offset, high_watermark)
    return seen


def measure(binary: str, scratch: str, speed: int, interval_us: int, count: int) -> dict:
    """Quantiles in microseconds: {"client": {"p50", "p99"}, "server": {"p50", "p99"}}."""
    path = os.path.join(scratch, f"events-{speed}.csv")
    events(path, speed, interval_us, count)
    flags = ["--source", f"csv:{path}", "--symbol", "X", "--interval", "0", "--time-unit", "us"]
    flags += ["--speed", str(speed), "--start", "first-consumer"]
    with Broker(binary, [*flags, "--cache-dir", os.path.join(scratch, "pacing")]) as broker:
        seen = arrivals(broker, count)
        server = told_by_metrics(broker)
    if len(seen) < count // 2:
        raise RuntimeError(f"only {len(seen)} of {count} records came alone")
    first_stamp, first_at = seen[0]
    behind = [at - first_at - (stamp - first_stamp) * 1e6 / speed for stamp, at in seen]
    earliest = min(behind)
    late = [(each - earliest) / 1000 for each in behind]
    return {"client": {"p50": quantile(late, 0.5), "p99": quantile(late, 0.99)}, "server": server}
