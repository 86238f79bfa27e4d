#!/usr/bin/env python3
"""An independent reading of real market data: what Hindcast must serve for each file.

Shares no code with the broker; it is told what a file holds (datasets.py) instead of detecting
anything. Run alone, it reads every data set and compares the counts with those recorded there:

    python3 tests/e2e/reader.py DATA_DIR
"""

import csv
import datetime
import glob
import gzip
import io
import json
import os
import re
import subprocess
import sys
import typing
import zipfile
import zoneinfo

from datasets import DATASETS, Dataset


class Record(typing.NamedTuple):
    timestamp: int  # the visible instant, ms
    key: bytes | None
    value: bytes


def files_of(dataset: Dataset, data_dir: str) -> list[tuple[str, dict[str, str]]]:
    """The files in the order of their paths' bytes, each with what its name tells."""
    pattern = os.path.join(data_dir, dataset.source)
    matcher = re.compile(
        "".join(
            (
                f"(?P<{part[1:-1]}>[^/]+?)"
                if part.startswith("{")
                else "[^/]*" if part == "*" else re.escape(part)
            )
            for part in re.split(r"(\{\w+\}|\*)", pattern)
        )
    )
    found = []
    for path in glob.glob(re.sub(r"\{\w+\}", "*", pattern)):
        match = matcher.fullmatch(path)
        if match:
            found.append((path, match.groupdict()))
    return sorted(found, key=lambda item: os.fsencode(item[0]))


def text_of(path: str) -> str:
    if path.endswith(".gz"):
        data = gzip.open(path).read()
    elif path.endswith(".zst"):
        data = subprocess.run(["zstd", "-dcq", path], check=True, stdout=subprocess.PIPE).stdout
    elif path.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            (name,) = archive.namelist()
            data = archive.read(name)
    else:
        with open(path, "rb") as file:
            data = file.read()
    return data.decode("utf-8-sig")


def rows_of(path: str, columns: str | None) -> tuple[list[str], list[list[str]]]:
    """Column names and rows. Lines of another width before the header are comments."""
    rows = [row for row in csv.reader(io.StringIO(text_of(path), newline="")) if row]
    width = len(rows[-1])
    while len(rows[0]) != width:
        del rows[0]
    names = columns.split(",") if columns else rows.pop(0)
    for row in rows:
        if len(row) != len(names):
            raise ValueError(f"{path}: {len(row)} cells instead of {len(names)}: {row}")
    return names, rows


NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
NUMBER_LIKE = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([eE][+-]?[0-9]+)?")


def json_cell(text: str) -> str:
    """JSON numbers are copied, other spellings become one without rounding; the rest is text."""
    if NUMBER.fullmatch(text):
        return text
    if text == "":
        return "null"
    match = NUMBER_LIKE.fullmatch(text)
    if match and (match[2] or match[3]):
        sign, whole, fraction, exponent = match.groups()
        return (
            sign.replace("+", "")
            + (whole.lstrip("0") or "0")
            + (f".{fraction}" if fraction else "")
            + (exponent or "")
        )
    return json.dumps(text, ensure_ascii=False)


UNITS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
UNIT_BY_DIGITS = {10: "s", 13: "ms", 16: "us", 19: "ns"}
DURATION = {"s": 1, "m": 60, "h": 3600, "d": 86400}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?"
)


def nanoseconds(moment: datetime.datetime) -> int:
    since = moment - EPOCH
    return (since.days * 86400 + since.seconds) * 10**9 + since.microseconds * 1000


def iso_time(text: str, zone: datetime.tzinfo) -> int:
    match = ISO.fullmatch(text)
    if not match:
        raise ValueError(f"no time: {text!r}")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    if offset == "Z":
        zone = datetime.timezone.utc
    elif offset:
        minutes = int(offset[1:3]) * 60 + int(offset[-2:])
        zone = datetime.timezone(
            datetime.timedelta(minutes=-minutes if offset[0] == "-" else minutes)
        )
    moment = datetime.datetime(
        int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=zone
    )
    return nanoseconds(moment) + int((fraction or "").ljust(9, "0"))


def time_of(text: str, dataset: Dataset, zone: datetime.tzinfo, date: str | None) -> int:
    """A row's stamp in ns since the epoch. With a date in the file's name it is a time of day."""
    if dataset.unit == "iso":
        return iso_time(text, zone)
    if "%" in dataset.unit:
        return nanoseconds(datetime.datetime.strptime(text, dataset.unit).replace(tzinfo=zone))
    unit = UNIT_BY_DIGITS[len(text)] if dataset.unit == "auto" else dataset.unit
    stamp = int(text) * UNITS[unit]
    if date is None:
        return stamp
    wall = datetime.datetime.strptime(date, "%Y%m%d") + datetime.timedelta(
        microseconds=stamp // 1000
    )
    return nanoseconds(wall.replace(tzinfo=zone))


def interval_ns(text: str) -> int:
    return 0 if text == "0" else int(text[:-1]) * DURATION[text[-1]] * 10**9


def count_rows(dataset: Dataset, data_dir: str) -> int:
    return sum(len(rows_of(path, dataset.columns)[1]) for path, _ in files_of(dataset, data_dir))


def expected(dataset: Dataset, data_dir: str) -> list[Record]:
    """The records in the order in which Hindcast must serve them from one partition."""
    zone = zoneinfo.ZoneInfo(dataset.zone or "UTC")
    interval = interval_ns(dataset.interval)
    shift = 0 if dataset.stamp == "close" else interval
    ordered = []
    seen = set()
    for path, parts in files_of(dataset, data_dir):
        names, rows = rows_of(path, dataset.columns)
        time_column = names.index(dataset.time)
        symbol_column = names.index("symbol") if "symbol" in names else None
        symbol = parts.get("symbol") or dataset.symbol
        prefixes = [f"{json.dumps(name, ensure_ascii=False)}:" for name in names]
        head = "{" if symbol is None else f'{{"symbol":{json.dumps(symbol, ensure_ascii=False)},'
        for row in rows:
            visible = time_of(row[time_column], dataset, zone, parts.get("date")) + shift
            key = row[symbol_column] if symbol is None and symbol_column is not None else symbol
            value = head + ",".join(map(str.__add__, prefixes, map(json_cell, row))) + "}"
            if interval:
                identity = (key, *row)
                if identity in seen:
                    continue
                seen.add(identity)
            ordered.append(
                (visible, b"" if key is None else key.encode(), len(ordered), key, value)
            )
    ordered.sort()
    for one, other in zip(ordered, ordered[1:]) if interval else ():
        if one[:2] == other[:2]:
            raise ValueError(f"{dataset.name}: two bars of one time: {one[4]} {other[4]}")
    return [
        Record(visible // 1_000_000, None if key is None else raw, value.encode())
        for visible, raw, _, key, value in ordered
    ]


def murmur2(data: bytes) -> int:
    """The hash by which the Java client's default partitioner places a key."""
    mask, m = 0xFFFFFFFF, 0x5BD1E995
    h = (0x9747B28C ^ len(data)) & mask
    whole = len(data) & ~3
    for i in range(0, whole, 4):
        k = int.from_bytes(data[i : i + 4], "little") * m & mask
        k = (k ^ (k >> 24)) * m & mask
        h = (h * m & mask) ^ k
    if whole != len(data):
        h = (h ^ int.from_bytes(data[whole:], "little")) * m & mask
    h = (h ^ (h >> 13)) * m & mask
    return h ^ (h >> 15)


def partitioned(records: list[Record], partitions: int) -> list[list[Record]]:
    split: list[list[Record]] = [[] for _ in range(partitions)]
    for record in records:
        index = 0 if record.key is None else (murmur2(record.key) & 0x7FFFFFFF) % partitions
        split[index].append(record)
    return split


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    wrong = 0
    for dataset in DATASETS:
        rows = count_rows(dataset, sys.argv[1])
        records = expected(dataset, sys.argv[1])
        good = rows == dataset.rows and len(records) == dataset.records
        wrong += not good
        print(f"{'ok ' if good else 'BAD'} {dataset.name}: {rows:,} rows, {len(records):,} records")
        if records:
            print(f"    {records[0].timestamp} {records[0].key} {records[0].value.decode()}")
            print(f"    {records[-1].timestamp} {records[-1].key} {records[-1].value.decode()}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
