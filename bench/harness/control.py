"""Rows k, l, m: questions, groups, and the script that people write instead."""

import contextlib
import json
import os
import subprocess
import time

from measure import Row, interleaved
from programs import ROOT
from servers import BASE_MS, INTERVAL_MS, SYMBOLS, TOPIC, Hindcast, install

MEMBER = ["heartbeat.interval.ms=100", "session.timeout.ms=6000", "partition.assignment.strategy=range"]


def lookups(bench, records: int, count: int) -> list[Row]:
    span = [BASE_MS, BASE_MS + records // SYMBOLS * INTERVAL_MS]
    rows, partitions = [], 10

    def rate(server, what: str):
        def once() -> float:
            out = bench.programs.run("lookups", server.address, TOPIC, partitions, what, count, *span)
            return out["requests"] / out["seconds"] / 1e3

        return once

    with Hindcast(bench.binary, bench.data, bench.data.csv(records), partitions) as ours:
        with contextlib.ExitStack() as stack:
            servers = [ours]
            if not bench.small:
                servers.append(stack.enter_context(bench.kafka(TOPIC, partitions, records, ours.address)))
            for what, name in (("times", "ListOffsets by time"), ("offsets", "OffsetFetch")):
                results = interleaved(bench.runs, *(rate(server, what) for server in servers))
                row = Row("k", f"{name}, 10 partitions a request, one connection", "k requests/s", results[0])
                if len(results) > 1:
                    row.peer, row.peer_name = results[1], "Apache Kafka"
                rows.append(row)
    return rows


def group(bench, members: int) -> list[Row]:
    counter = iter(range(1_000_000))

    def once(server):
        return lambda: bench.programs.run(
            "group", server.address, TOPIC, 64, members, f"members-{next(counter)}", *MEMBER
        )

    with Hindcast(bench.binary, bench.data, bench.data.csv(64_000), 64) as ours:
        if bench.small:
            here, there = interleaved(bench.runs, once(ours)) + [[]]
        else:
            with bench.kafka(TOPIC, 64, 64_000, ours.address) as kafka:
                here, there = interleaved(bench.runs, once(ours), once(kafka))
    rows = []
    for key, what in (("form_ms", "all join at once"), ("leave_ms", "one leaves")):
        row = Row("l", f"group of {members}, {what}, until all have partitions", "ms", [r[key] for r in here])
        row.note = ", ".join(MEMBER)
        if there:
            row.peer, row.peer_name = [r[key] for r in there], "Apache Kafka, delay 0"
        rows.append(row)
    return rows


def script(bench, records: int) -> list[Row]:
    """The obvious script in front of Kafka: rows from a file, each produced with kafkajs, as fast as it can."""
    csv, partitions = bench.data.csv(records), 1
    tools = install.Toolchains(may_install=True)
    packages = install.node_packages("npm-kafkajs-2.2.4", ["kafkajs@2.2.4"], tools)
    program = ROOT / "bench" / "programs" / "obvious_script.cjs"
    rows: list[list[float]] = [[], []]
    with Hindcast(bench.binary, bench.data, csv, partitions) as ours:
        with bench.kafka("filled", partitions, 0, ours.address) as kafka:
            for turn in range(min(bench.runs, 3)):
                topic = f"{TOPIC}-{turn}"
                create = ["--bootstrap-server", kafka.address, "--create", "--topic", topic]
                kafka.tool("org.apache.kafka.tools.TopicCommand", *create, "--partitions", "1")
                command = ["node", str(program), kafka.address, topic, csv]
                env = {"NODE_PATH": str(packages / "node_modules")}
                rows[1].append(end_to_end(bench, command, env, kafka, topic, records))
                rows[0].append(end_to_end(bench, None, None, ours, TOPIC, records))
    row = Row("m", f"{records:,} rows from CSV to a consumer", "M records/s", rows[0], rows[1])
    row.peer_name = "Node script with kafkajs into Apache Kafka"
    return [row]


def end_to_end(bench, command, env, server, topic: str, records: int) -> float:
    """From the start of whatever sends until a consumer has every record; in millions a second."""
    begin = time.monotonic()
    with contextlib.ExitStack() as stack:
        if command:
            stack.enter_context(subprocess.Popen(command, env={**os.environ, **env}))
        out = bench.programs.run("consume", server.address, topic, 1, records, 0, 1)
    if out["records"] != records:
        raise RuntimeError(json.dumps(out))
    return records / (time.monotonic() - begin) / 1e6
