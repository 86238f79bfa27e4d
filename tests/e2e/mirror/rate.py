"""The mirror's rate against a bare librdkafka loop (bench/bare_producer.c): same broker, same run, by turns."""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from kafka_node import Kafka
from world import Source, World, check

A_TRANSACTION = 20_000  # as the mirror's own


def _seconds(line: str) -> float:
    """The time of day of a log line."""
    hours, minutes, seconds = json.loads(line)["time"][11:-1].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def mirror_rate(world: World, source: Source, name: str) -> float:
    """Records a second, from the commit of the position to the end of the last transaction."""
    mirror = world.mirror(source, name, "--create")
    check(mirror.end(600) == 0, "the mirror", mirror)
    at = {
        event: _seconds(next(line for line in mirror.log if f'"event":"{event}"' in line))
        for event in ("mirror-positioned", "stopping")
    }
    return source.records / (at["stopping"] - at["mirror-positioned"])


def bare_rate(world: World, bare: str, source: Source, name: str) -> float:
    world.create(name, source.partitions)
    words = [bare, world.kafka.address, name, str(source.records), str(source.partitions)]
    done = subprocess.run(
        [*words, str(A_TRANSACTION)], capture_output=True, text=True, check=True, timeout=600
    )
    count, seconds = done.stdout.split()
    return int(count) / float(seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("bare")
    parser.add_argument("--classpath", required=True)
    parser.add_argument("--minutes", type=int, default=65_700, help="of eight symbols")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hindcast-rate-") as folder:
        scratch = pathlib.Path(folder)
        with Kafka(args.classpath, scratch / "kafka", stock=True) as kafka:
            world = World(args.binary, args.classpath, scratch, kafka)
            source = world.source(args.minutes)
            mirror_rate(world, source, "warm")
            ours, bare = [], []
            for run in range(args.runs):
                ours.append(mirror_rate(world, source, f"rate{run}"))
                bare.append(bare_rate(world, args.bare, source, f"bare{run}"))
    for name, rates in ("mirror", ours), ("bare loop", bare):
        middle = statistics.median(rates)
        print(f"{name}: {middle:,.0f} records/s ({min(rates):,.0f} to {max(rates):,.0f})")
    ratio = statistics.median(ours) / statistics.median(bare)
    print(f"{source.records} records, {args.runs} runs by turns: {ratio:.0%} of the bare loop")
    return 0


if __name__ == "__main__":
    sys.exit(main())
