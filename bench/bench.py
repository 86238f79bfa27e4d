#!/usr/bin/env python3
"""Measures Hindcast beside Apache Kafka, and its pacing beside the machine's own timers.

    bench/run.sh HINDCAST_BINARY [--json FILE] [--write] [--records N] [--runs N] [--smoke]

Runs are interleaved, medians are told. --write renews docs/performance.md; --smoke is a quick run of
everything but Kafka, which proves nothing but that the benchmark works.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "e2e"))
sys.path.insert(0, str(HERE))

import kafka_node  # noqa: E402
import pacing  # noqa: E402
from broker import Broker  # noqa: E402

TOPIC = "candles"
PEER = kafka_node.KafkaNode.name
CONSUME_SECONDS = 300
MINUTES = 1440


def compile_tools(folder: str) -> None:
    for name, libraries in (("consume", ["-lrdkafka"]), ("jitter", [])):
        source, program = HERE / f"{name}.c", os.path.join(folder, name)
        flags = ["-std=c17", "-D_GNU_SOURCE", "-O2"]
        subprocess.run(["cc", *flags, str(source), "-o", program, *libraries], check=True)


class Results:
    def __init__(self):
        self.rows: list[dict] = []

    def add(self, name, unit, ours, peer=None, peer_name=None) -> None:
        """Lists of measurements; their medians are kept."""
        mine = statistics.median(ours)
        other = statistics.median(peer) if peer else None
        row = {"name": name, "ours": round(mine, 4), "peer": other and round(other, 4)}
        row |= {"peer_name": peer_name, "unit": unit}
        row |= {"ratio": round(mine / other, 4) if other else None, "runs": len(ours)}
        self.rows.append(row)
        print(self.line(row), flush=True)

    @staticmethod
    def line(row: dict) -> str:
        peer = f"{row['peer']:>14,.4g}  {row['peer_name']}" if row["peer"] else ""
        ratio = f"{row['ratio']:>9.3g} x" if row["ratio"] else " " * 11
        return f"{row['name']:<44}{row['ours']:>14,.4g} {row['unit']:<12}{ratio}{peer}"


class Bench:
    def __init__(self, options: argparse.Namespace, scratch: str):
        self.options, self.scratch, self.results = options, scratch, Results()
        compile_tools(scratch)
        symbols, days = (10, -(-options.records // (10 * MINUTES)))
        self.source = f"demo:?symbols={symbols}&interval=1m&days={days}"
        self.cache = os.path.join(scratch, "cache")

    def program(self, name: str, *arguments: str) -> dict:
        command = [os.path.join(self.scratch, name), *arguments]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=CONSUME_SECONDS)
        return json.loads(done.stdout)

    def serve(self, *arguments: str) -> Broker:
        flags = ("--speed", "max", "--cache-dir", self.cache)
        return Broker(self.options.binary, ["--source", self.source, *arguments, *flags])

    def consume(self, address: str, partitions: int, pid: int) -> dict:
        """One run: records a second, and what a million cost the server and the client."""
        before = kafka_node.cpu_seconds(pid)
        count = str(self.options.records)
        told = self.program("consume", address, TOPIC, str(partitions), count)
        millions = told["records"] / 1e6
        return {
            "rate": told["records"] / told["seconds"],
            "server": (kafka_node.cpu_seconds(pid) - before) / millions,
            "client": told["cpu"] / millions,
        }

    def throughput(self, partitions: int) -> None:
        with contextlib.ExitStack() as stack:
            ours = stack.enter_context(self.serve("--partitions", str(partitions)))
            ours.until("ended", CONSUME_SECONDS)
            servers = {"ours": (ours.kafka, ours.process.pid)}
            if not self.options.smoke:
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hindcast-kafka-"))
                node = stack.enter_context(kafka_node.KafkaNode(folder))
                node.create(TOPIC, partitions)
                self.copy(ours.kafka, partitions, node.kafka)
                servers["peer"] = (node.kafka, node.process.pid)
            runs: dict[str, list[dict]] = {name: [] for name in servers}
            for number in range(self.options.runs + 1):
                for name, (address, pid) in servers.items():
                    run = self.consume(address, partitions, pid)
                    if number:  # the first warms up
                        runs[name].append(run)
            self.tell_throughput(partitions, runs)
            memory = {name: [kafka_node.rss_anon_mib(pid)] for name, (_, pid) in servers.items()}
            what = (
                f"anonymous memory after it, {partitions} partition{'s' if partitions > 1 else ''}"
            )
            self.results.add(what, "MiB", memory["ours"], memory.get("peer"), PEER)

    def copy(self, address: str, partitions: int, target: str) -> None:
        count = str(self.options.records)
        self.program("consume", address, TOPIC, str(partitions), count, "--to", target)

    def tell_throughput(self, partitions: int, runs: dict[str, list[dict]]) -> None:
        for key, what, unit in (
            ("rate", "one librdkafka consumer", "records/s"),
            ("server", "processor time of the server", "s/million"),
            ("client", "processor time of the client", "s/million"),
        ):
            values = {name: [run[key] for run in some] for name, some in runs.items()}
            name = f"{what}, {partitions} partition{'s' if partitions > 1 else ''}"
            self.results.add(name, unit, values["ours"], values.get("peer"), PEER)

    def starts(self) -> None:
        """From exec to the ready line, with nothing in the cache and with everything."""
        cold, warm, peer = [], [], []
        for number in range(self.options.runs):
            cache = os.path.join(self.scratch, f"start{number}")
            flags = ["--source", "demo:", "--cache-dir", cache]
            for times in (cold, warm):
                begin = time.monotonic()
                with Broker(self.options.binary, flags) as broker:
                    times.append((time.monotonic() - begin) * 1000)
                    broker.until("running")
            if not self.options.smoke:
                with tempfile.TemporaryDirectory(prefix="hindcast-kafka-") as folder:
                    with kafka_node.KafkaNode(folder) as node:
                        peer.append(node.started * 1000)
        self.results.add("start to first accept, cold", "ms", cold, peer or None, PEER)
        self.results.add("start to first accept, warm", "ms", warm, peer or None, PEER)

    def pace(self) -> None:
        """Lateness of waiting fetches, beside a bare timerfd of the same rhythm in the same run."""
        for speed in (1, 10, 100, 1000):
            count = 100 if self.options.smoke else 1000
            interval_us = 10_000
            jitter = self.program("jitter", str(interval_us), str(count))
            got = pacing.measure(self.options.binary, self.scratch, speed, interval_us, count)
            for quantile in ("p50", "p99"):
                for name, where in (
                    ("client", "seen by the client"),
                    ("server", "told by /metrics"),
                ):
                    self.results.add(
                        f"release lateness at {speed}x, {quantile}, {where}",
                        "us",
                        [got[name][quantile]],
                        [jitter[quantile]],
                        "a bare timerfd",
                    )

    def run(self) -> list[dict]:
        self.pace()
        self.starts()
        for partitions in (1, 10):
            self.throughput(partitions)
        return self.results.rows


PAGE = """# Performance

Medians of {runs} interleaved runs, {records:,} synthetic candles, one machine with {cpus} processors ({machine}),
everything on loopback. Repeat it: `./dev bench --write`, which renews this page. A ratio is ours by theirs.

| what | Hindcast | unit | beside it | ratio | which is |
|---|---:|---|---:|---:|---|
{rows}

- Apache Kafka runs with the flags of its own start script at half its heap, one node, page cache warm, and holds the very
  same records, copied from Hindcast by a producer with batches of up to 900 kB.
- The consumer is librdkafka in C with its default settings (`bench/consume.c`); where it is the slower side, the rates are
  its own, and the processor time of the server tells more.
- Release lateness is from the instant at which a record became visible until the client has its answer, or, by
  `hindcast_release_lateness_seconds`, until the answer had left; quantiles of the latter are the upper bounds of its buckets. Client times
  are relative to the earliest one, since clocks are not shared. Beside it stands what a bare timerfd does (`bench/jitter.c`).
"""


def write_page(rows: list[dict], options: argparse.Namespace) -> None:
    def cell(value) -> str:
        return "" if value is None else f"{value:,.4g}" if isinstance(value, float) else str(value)

    keys = ("name", "ours", "unit", "peer", "ratio", "peer_name")
    table = "\n".join("| " + " | ".join(cell(row[key]) for key in keys) + " |" for row in rows)
    page = PAGE.format(
        runs=options.runs,
        records=options.records,
        cpus=os.cpu_count(),
        machine=platform.machine(),
        rows=table,
    )
    (HERE.parent / "docs" / "performance.md").write_text(page)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("binary")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    if options.smoke:
        options.records, options.runs = 20_000, 1
    return options


def main() -> int:
    options = parse()
    with tempfile.TemporaryDirectory(prefix="hindcast-bench-") as scratch:
        rows = Bench(options, scratch).run()
    if options.json:
        with open(options.json, "w") as file:
            json.dump(rows, file, indent=1)
            file.write("\n")
    if options.write:
        write_page(rows, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
