"""The synthetic bars of the interop test: a CSV file made from a seed, and what it must become."""

import base64
import bisect
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "e2e"))
import reader  # noqa: E402  an independent reading of CSV files, shared with the end-to-end tests

START_MS = 1_704_067_200_000  # 2024-01-01
MINUTE_MS, DAY_MINUTES = 60_000, 1440
PARTITIONS = 4
SYMBOLS = ("BTCUSD", "DOGEUSD", "ETHUSD", "LTCUSD", "SOLUSD", "UNIUSD", "XRPUSD")
HALTED = "EOSUSD"  # alone in its partition, and no bars after noon of the first day

SEED = 20_240_101


class Log:
    """What one topic must hold: for each partition, the line of every record, and its timestamp."""

    def __init__(self, topic: str, split: list[list[reader.Record]]):
        self.topic = topic
        self.times = [[record.timestamp for record in part] for part in split]
        self.lines = [
            [line(topic, number, offset, record) for offset, record in enumerate(part)]
            for number, part in enumerate(split)
        ]

    def starts(self, start: str) -> list[int]:
        """The first offset of each partition for beginning, offset:N or time:MS."""
        kind, _, number = start.partition(":")
        if kind == "beginning":
            return [0] * len(self.lines)
        if kind == "offset":
            return [int(number)] * len(self.lines)
        return [bisect.bisect_left(times, int(number)) for times in self.times]

    def count(self, start: str) -> int:
        return sum(len(p) - s for p, s in zip(self.lines, self.starts(start)))


def line(topic: str, partition: int, offset: int, record: reader.Record) -> bytes:
    """One record as every client program prints it (clients/README.md)."""
    key = b"-" if record.key is None else base64.b64encode(record.key)
    head = f"{topic}\t{partition}\t{offset}\t{record.timestamp}\t".encode()
    return head + key + b"\t" + base64.b64encode(record.value)


def write(path: pathlib.Path, days: int) -> None:
    """One-minute bars of all symbols, ordered by time."""
    chance = random.Random(SEED)
    prices = {symbol: chance.uniform(1, 50_000) for symbol in (*SYMBOLS, HALTED)}
    with open(path, "w", encoding="ascii") as file:
        file.write("open_time,symbol,open,high,low,close,volume\n")
        for minute in range(days * DAY_MINUTES):
            for symbol, price in prices.items():
                if symbol == HALTED and minute >= DAY_MINUTES // 2:
                    continue
                close = price * (1 + chance.gauss(0, 0.001))
                high = max(price, close) * (1 + abs(chance.gauss(0, 0.0005)))
                low = min(price, close) * (1 - abs(chance.gauss(0, 0.0005)))
                prices[symbol] = close
                cells = ",".join(f"{number:.5f}" for number in (price, high, low, close))
                volume = chance.expovariate(0.1)
                file.write(f"{START_MS + minute * MINUTE_MS},{symbol},{cells},{volume:.8f}\n")


def flags(path: pathlib.Path) -> list[str]:
    """The source and topic flags for such a file."""
    return ["--source", f"csv:{path}", "--interval", "1m", "--partitions", str(PARTITIONS)]


def log(path: pathlib.Path) -> Log:
    rows = sum(1 for _ in open(path, "rb")) - 1
    dataset = reader.Dataset("interop", path.name, "open_time", "ms", "1m", rows=rows, records=rows)
    split = reader.partitioned(reader.expected(dataset, str(path.parent)), PARTITIONS)
    if min(map(len, split)) < DAY_MINUTES // 2:
        raise AssertionError("a partition without bars: choose other symbols")
    return Log("candles", split)
