"""Rows d, e, f, g, j: how soon, how small."""

import json
import pathlib
import signal
import subprocess
import tempfile
import time

from measure import Row, interleaved
from servers import TOPIC, Hindcast, kafka_node, read_to_nothing


def start_once(bench, *source: str) -> float:
    port = kafka_node.free_port()
    command = [bench.binary, "serve", "--listen", f"127.0.0.1:{port}", "--http", "off", *source]
    return bench.programs.run("first_accept", f"127.0.0.1:{port}", *command)["accept_ms"]


def first_accept(bench, records: int) -> list[Row]:
    csv, repeats = bench.data.csv(records), 3 * bench.runs
    with Hindcast(bench.binary, bench.data, csv):
        pass  # loaded once: from now on it is warm
    warm = ["--cache-dir", str(bench.data.cache), "--source", f"csv:{csv}", "--speed", "max"]
    with tempfile.TemporaryDirectory() as empty:
        small = pathlib.Path(empty) / "one.csv"
        with open(csv) as whole, open(small, "w") as out:
            out.writelines(whole.readline() for _ in range(2))
        least = ["--cache-dir", f"{empty}/cache", "--source", f"csv:{small}"]
        least += ["--interval", "1m", "--speed", "max"]
        here, there = interleaved(
            repeats, lambda: start_once(bench, *least), lambda: start_once(bench, *warm)
        )
    rows = [
        Row("d", "start to first accept, one record", "ms", here),
        Row("d", f"start to first accept, {records:,} records loaded before", "ms", there),
    ]
    rows[1].promised("5 ms or less", rows[1].median <= 5)
    return rows


def settled_kib(server: Hindcast) -> int:
    """RssAnon once it no longer changes."""
    before = -1
    while (now := server.rss_anon_kib()) != before:
        before = now
        time.sleep(0.5)
    return now


def memory(bench, sizes: list[int]) -> list[Row]:
    rows = []
    for size in sizes:
        if size == 0:
            with Hindcast(bench.binary, bench.data, None) as server:
                used = settled_kib(server)
            name = "memory of its own (RssAnon), built-in market"
        else:
            csv = bench.data.csv(size)
            with Hindcast(bench.binary, bench.data, csv):
                pass
            with Hindcast(bench.binary, bench.data, csv) as server:
                bench.programs.run("raw_fetch", server.address, TOPIC, 1, 1)
                used = settled_kib(server)
            name = f"memory of its own (RssAnon), {size:,} records, all of them read once"
        row = Row("e", name, "MB", [used * 1024 / 1e6])
        rows.append(row.promised("8 MB or less", row.median <= 8))
    grown = rows[-1].median / rows[1].median
    rows[-1].promised("8 MB or less, flat", rows[-1].median <= 8 and grown <= 1.25)
    return rows


def first_once(bench, server, mode: str, group: str, *settings: str) -> float:
    with bench.programs.start("first_record", server.address, TOPIC, 1, mode, group, *settings) as client:
        line = client.stdout.readline()
        client.stdin.close()
        client.wait(60)
    return json.loads(line)["ms"]


def first_record(bench, records: int) -> list[Row]:
    counter, rows = iter(range(1_000_000)), []

    def measures(server) -> list:
        def one(mode: str):
            return lambda: first_once(bench, server, mode, f"first-{next(counter)}")

        return [one(mode) for mode in ("offset", "beginning", "group")]

    with Hindcast(bench.binary, bench.data, bench.data.csv(records)) as ours:
        if bench.small:
            results = interleaved(bench.runs, *measures(ours)) + [[], [], []]
        else:
            with bench.kafka(TOPIC, 1, records, ours.address) as kafka:
                results = interleaved(bench.runs, *measures(ours), *measures(kafka))
    for place, mode in enumerate(("assign by offset", "assign from beginning", "group subscribe")):
        row = Row("f", f"first record, {mode}", "ms", results[place], results[place + 3])
        if row.peer:
            row.peer_name = "Apache Kafka"
            # The client's floor is not known apart from a broker: never later than with Kafka by 2 ms.
            row.promised("the client's own floor + 2 ms (Kafka taken as the floor)", row.median <= row.peer_median + 2)
        rows.append(row)
    return rows


def killed_once(bench, server, group: str, *settings: str) -> float:
    """A member is killed with SIGKILL while it reads; the time of the next one, from its main."""
    with bench.programs.start("first_record", server.address, TOPIC, 1, "group", group, *settings) as first:
        first.stdout.readline()
        first.kill()
    return first_once(bench, server, "group", group, *settings)


def after_kill(bench, records: int) -> list[Row]:
    csv, counter = bench.data.csv(records), iter(range(1_000_000))
    config = bench.folder / "expel.yaml"
    config.write_text("groups: {on-disconnect: expel-after 0s}\n")
    settings = ["auto.commit.interval.ms=100000"]
    with Hindcast(bench.binary, bench.data, csv, 1, "--config", str(config)) as ours:
        here, alone = interleaved(
            bench.runs,
            lambda: killed_once(bench, ours, f"killed-{next(counter)}", *settings),
            lambda: first_once(bench, ours, "group", f"alone-{next(counter)}", *settings),
        )
    row = Row("g", "next member's first record after kill -9", "ms", here, alone, "a group of its own")
    return [row.promised("within 200 ms of its own join", row.median <= 200)]


def ingest(bench, records: int) -> list[Row]:
    csv = bench.data.csv(records)
    size = pathlib.Path(csv).stat().st_size

    def load() -> float:
        with tempfile.TemporaryDirectory(dir=bench.folder) as cache:
            command = [bench.binary, "serve", "--listen", "127.0.0.1:0", "--http", "off"]
            command += ["--cache-dir", cache, "--source", f"csv:{csv}", "--speed", "max"]
            begin = time.monotonic()
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
                try:
                    for line in server.stderr:
                        if b"load-done" in line:
                            return records / (time.monotonic() - begin) / 1e6
                finally:
                    server.send_signal(signal.SIGTERM)
                    server.stderr.read()
        raise RuntimeError("load-done was never said")

    def read() -> float:
        begin = time.monotonic()
        read_to_nothing(csv)
        return records / (time.monotonic() - begin) / 1e6

    here, there = interleaved(min(bench.runs, 3), load, read)
    row = Row("j", f"CSV ingest, {records:,} rows, {size / 1e6:.0f} MB", "M rows/s", here, there, "reading the file")
    return [row.promised("1 M rows/s a core", row.median >= 1)]
