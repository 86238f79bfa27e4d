#!/usr/bin/env python3
"""Serves every real data set, reads it whole and compares it with an independent reading.

    python3 tests/e2e/real_data.py HINDCAST_BINARY DATA_DIR [options]

Offset, timestamp, key and value must be equal, byte by byte; the log must start at 0 and end with
the last record; the session must report that it ended with nothing refused. Prints zero differences
or the first one for each data set. Without DATA_DIR there is nothing to test: that is said and
passes, unless --strict-data is given.

--client raw        (default) a bare socket, standard library only
--client confluent  confluent-kafka, installed into a virtual environment below
                    ${XDG_CACHE_HOME:-~/.cache}/hindcast-dev
--detect            give only the flags that no detection can know
--partitions N      spread the keys over N partitions
--restart           serve each set a second time from the same cache directory and read it again
--only NAME         one data set (repeatable); --list names them
--flags ...         everything after it goes to `hindcast serve` as it is
"""

import argparse
import itertools
import os
import shlex
import subprocess
import sys
import tempfile
import time
import typing

import reader
import wire
from broker import Broker, Failed

TOPIC = "candles"
STALL_SECONDS = 60
FLAGS = (  # a data set's setting and the flag that tells the broker
    ("columns", "--columns"),
    ("time", "--time"),
    ("unit", "--time-unit"),
    ("zone", "--timezone"),
    ("stamp", "--stamp"),
    ("interval", "--interval"),
    ("symbol", "--symbol"),
)


class Difference(Exception):
    """What the broker served is not what the files hold."""


def flags(dataset: reader.Dataset, data_dir: str, detect: bool) -> list[str]:
    """The command line that describes a data set: all of its settings, or only the needed ones."""
    arguments = ["--source", "csv:" + os.path.join(data_dir, dataset.source)]
    for setting, flag in FLAGS:
        value = getattr(dataset, setting)
        if value is not None and (not detect or setting in dataset.needed):
            arguments += [flag, value]
    return arguments


def read_raw(broker: Broker, partition: int, count: int) -> typing.Iterator[wire.Record]:
    """Every record of a partition until the session has ended and nothing more comes."""
    connection = wire.Reader(broker.ready["kafka"])
    position, deadline = 0, time.monotonic() + STALL_SECONDS
    while True:
        ended = position >= count and broker.status()["state"] == "ended"
        high_watermark, records = connection.fetch(TOPIC, partition, position, 0 if ended else 200)
        yield from records
        if records:
            position, deadline = records[-1].offset + 1, time.monotonic() + STALL_SECONDS
        elif ended and high_watermark == position:
            break
        elif time.monotonic() > deadline:
            raise Difference(
                f"partition {partition} stands at {position} of {count} (end {high_watermark}), "
                f"state {broker.status()['state']}\n{broker.tail()}"
            )
    connection.close()


def read_confluent(broker: Broker, partition: int, count: int) -> typing.Iterator[wire.Record]:
    """The same through librdkafka, which checks every batch's CRC."""
    import confluent_kafka

    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": broker.ready["kafka"],
            "group.id": "real-data",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "check.crcs": True,
            "auto.offset.reset": "error",
        }
    )
    consumer.assign([confluent_kafka.TopicPartition(TOPIC, partition, 0)])
    position, deadline = 0, time.monotonic() + STALL_SECONDS
    while True:
        messages = consumer.consume(10_000, 0.2)
        got = [message for message in messages if message.error() is None]
        for message in messages:
            if (
                message.error()
                and message.error().code() != confluent_kafka.KafkaError._PARTITION_EOF
            ):
                raise Difference(f"partition {partition} at {position}: {message.error()}")
        for message in got:
            yield wire.Record(
                message.offset(), message.timestamp()[1], message.key(), message.value()
            )
        if got:
            position, deadline = got[-1].offset() + 1, time.monotonic() + STALL_SECONDS
        elif position >= count and broker.status()["state"] == "ended":
            break
        elif time.monotonic() > deadline:
            raise Difference(
                f"partition {partition} stands at {position} of {count}\n{broker.tail()}"
            )
    consumer.close()


def compare(
    partition: int, expected: list[reader.Record], served: typing.Iterator[wire.Record]
) -> None:
    for offset, (want, got) in enumerate(itertools.zip_longest(expected, served)):
        if want is None or got is None or got != (offset, *want):
            raise Difference(
                f"partition {partition}, offset {offset}:\n"
                f"  the file: {want and wire.Record(offset, *want)}\n  served:   {got}"
            )


def check(broker: Broker, split: list[list[reader.Record]], client) -> None:
    connection = wire.Reader(broker.ready["kafka"])
    if connection.partitions(TOPIC) != len(split):
        raise Difference(f"{connection.partitions(TOPIC)} partitions instead of {len(split)}")
    for partition, expected in enumerate(split):
        compare(partition, expected, client(broker, partition, len(expected)))
        ends = connection.offset(TOPIC, partition, -2), connection.offset(TOPIC, partition, -1)
        if ends != (0, len(expected)):
            raise Difference(f"partition {partition} spans {ends} instead of (0, {len(expected)})")
    connection.close()
    refused = broker.status()["loading"]["refused"]
    if refused:
        raise Difference(f"{refused} rows refused\n{broker.tail()}")


def run(dataset: reader.Dataset, options: argparse.Namespace, scratch: str) -> str | None:
    """None when all is equal, else what is not."""
    expected = reader.expected(dataset, options.data_dir)
    if len(expected) != dataset.records:
        return f"the reader made {len(expected)} records of it instead of {dataset.records}"
    arguments = flags(dataset, options.data_dir, options.detect)
    arguments += ["--speed", "max", "--cache-dir", os.path.join(scratch, "cache")]
    if options.partitions != 1:
        arguments += ["--partitions", str(options.partitions)]
    arguments += options.flags
    client = read_confluent if options.client == "confluent" else read_raw
    for _ in range(2 if options.restart else 1):
        try:
            with Broker(options.binary, arguments, os.path.join(scratch, "log")) as broker:
                check(broker, reader.partitioned(expected, options.partitions), client)
        except (Difference, Failed, wire.WireError, OSError, KeyError, ValueError) as problem:
            return f"{type(problem).__name__}: {problem}\n  hindcast serve {shlex.join(arguments)}"
    return None


def with_confluent() -> None:
    """Goes on in a virtual environment that has confluent-kafka; makes it when it is missing."""
    try:
        import confluent_kafka  # noqa: F401
    except ImportError:
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        venv = os.path.join(cache, "hindcast-dev", "confluent-venv")
        python = os.path.join(venv, "bin", "python")
        if sys.executable == python:
            raise
        if not os.path.exists(python):
            subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run(
            [python, "-m", "pip", "-q", "install", "confluent-kafka==2.16.1"], check=True
        )
        os.execv(python, [python, *sys.argv])


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("binary")
    parser.add_argument("data_dir")
    parser.add_argument("--client", choices=("raw", "confluent"), default="raw")
    parser.add_argument("--detect", action="store_true")
    parser.add_argument("--partitions", type=int, default=1)
    parser.add_argument("--restart", action="store_true")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--strict-data", action="store_true")
    parser.add_argument("--flags", nargs=argparse.REMAINDER, default=[])
    options = parser.parse_args()
    names = {dataset.name for dataset in reader.DATASETS}
    for name in options.only:
        if name not in names:
            parser.error(f"no data set {name}; there are {', '.join(sorted(names))}")
    return options


def main() -> int:
    options = parse()
    chosen = [d for d in reader.DATASETS if not options.only or d.name in options.only]
    if options.list:
        for dataset in chosen:
            print(dataset.name, *flags(dataset, options.data_dir, options.detect))
        return 0
    if not os.path.isdir(options.data_dir):
        print(f"real data: skipped, no directory {options.data_dir}")
        return 1 if options.strict_data else 0
    if options.client == "confluent":
        with_confluent()
    different = 0
    for dataset in chosen:
        begin = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="hindcast-real-data-") as scratch:
            problem = run(dataset, options, scratch)
        different += problem is not None
        seconds = time.monotonic() - begin
        verdict = "zero differences" if problem is None else f"DIFFERENT: {problem}"
        print(
            f"{dataset.name}: {dataset.records:,} records, {seconds:.1f} s, {verdict}", flush=True
        )
    print(f"real data: {len(chosen) - different} of {len(chosen)} data sets with zero differences")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
