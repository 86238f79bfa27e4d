"""The mirror against a real Kafka: see run.sh."""

import argparse
import pathlib
import sys
import tempfile
import time

import chaos
import confluent_kafka
import late
import offsets
import refusals
from kafka_node import Kafka
from world import Failed, World

CASES = {
    "kills": lambda world, args: chaos.kills(world, args.kills, args.seed),
    "double": lambda world, args: chaos.double_start(world),
    "zombie": lambda world, args: chaos.zombie(world),
    "sleeper": lambda world, args: chaos.sleeper(world),
    "preflight": lambda world, args: refusals.preflight(world),
    "resume": lambda world, args: refusals.resume(world),
    "offsets": lambda world, args: offsets.exact(world),
    "weaker": lambda world, args: offsets.at_least_once(world),
    "verify": lambda world, args: offsets.differences(world),
    "late": lambda world, args: late.commits(world, args.late, args.seed),
    "mutant": lambda world, args: late.mutant(world, args.mutant, args.late, args.seed),
    "brokers": lambda world, args: chaos.broker_kills(world, args.broker_kills, args.seed),
    "cuts": lambda world, args: chaos.cuts(world, args.cuts, args.seed),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--classpath", required=True)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--broker-kills", type=int, default=2)
    parser.add_argument("--cuts", type=int, default=10)
    parser.add_argument("--late", type=int, default=5)
    parser.add_argument("--mutant", help="a hindcast built with HINDCAST_MIRROR_NO_TAIL_SCAN")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=sorted(CASES))
    args = parser.parse_args()
    if "mutant" in (args.only or []) and not args.mutant:
        parser.error("--only mutant needs --mutant BINARY")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="hindcast-mirror-") as folder:
        scratch = pathlib.Path(folder)
        with Kafka(args.classpath, scratch / "kafka") as kafka:
            world = World(args.binary, args.classpath, scratch, kafka)
            for name in args.only or [name for name in CASES if name != "mutant" or args.mutant]:
                began = time.monotonic()
                try:
                    CASES[name](world, args)
                    print(f"ok   {name} ({time.monotonic() - began:.1f} s)", flush=True)
                except (Failed, RuntimeError, confluent_kafka.KafkaException) as failure:
                    failed += 1
                    print(f"FAIL {name}: {failure}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
