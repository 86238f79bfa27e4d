"""Rows a, b, c: reading a backlog at full speed, and what it costs the server."""

import concurrent.futures
import statistics
import time

from measure import Row, interleaved
from servers import TOPIC, Child, Hindcast, Kafka

# Without these librdkafka 2.12 and later stands still for most of each second (fetch.queue.backoff.ms); with them it
# never has as much queued as it takes to wait.
CLIENT = ["queued.min.messages=2000000", "queued.max.messages.kbytes=2097151"]
CLIENT_NOTE = ", ".join(CLIENT)


def consume(bench, server, partitions: int, records: int) -> dict:
    before = server.cpu_ns()
    result = bench.programs.run("consume", server.address, TOPIC, partitions, records, 0, 1, *CLIENT)
    result["cpu_ms_per_million"] = (server.cpu_ns() - before) / result["records"]
    return result


def rates(results: list[dict]) -> list[float]:
    return [result["records"] / result["seconds"] / 1e6 for result in results]


def costs(results: list[dict]) -> list[float]:
    return [result["cpu_ms_per_million"] for result in results]


def against_kafka(bench, partitions: int, records: int) -> list[Row]:
    csv = bench.data.csv(records)
    with Hindcast(bench.binary, bench.data, csv, partitions) as ours:
        kafka = bench.kafka(TOPIC, partitions, records, ours.address)
        with kafka:
            here, there = interleaved(
                bench.runs,
                lambda: consume(bench, ours, partitions, records),
                lambda: consume(bench, kafka, partitions, records),
            )
    if {r["sum"] for r in here} != {r["sum"] for r in there}:
        raise RuntimeError("Kafka does not hold the same records")
    what = f"{records:,} records, {partitions} partition{'s' if partitions > 1 else ''}"
    rate = Row("a", f"one librdkafka consumer, {what}", "M records/s", rates(here), rates(there), "Apache Kafka")
    rate.promised("ahead of Kafka", rate.ratio > 1).note = CLIENT_NOTE
    cost = Row("b", f"server CPU, {what}", "ms per M records", costs(here), costs(there), "Apache Kafka")
    cost.promised("at most half of Kafka's (aim a third)", cost.ratio <= 0.5)
    return [rate, cost]


def against_mock(bench, partitions: int, records: int) -> list[Row]:
    csv = bench.data.csv(records)
    with (
        Hindcast(bench.binary, bench.data, csv, partitions) as ours,
        Child(bench.programs, "mock", TOPIC, partitions) as mock,
    ):
        bench.programs.run(
            "copy", ours.address, mock.address, TOPIC, partitions, records, "batch.size=900000", "linger.ms=100"
        )
        here, there = interleaved(
            bench.runs,
            lambda: consume(bench, ours, partitions, records),
            lambda: consume(bench, mock, partitions, records),
        )
    if {r["sum"] for r in here} != {r["sum"] for r in there}:
        raise RuntimeError("the mock does not hold the same records")
    row = Row(
        "a",
        f"one librdkafka consumer beside the mock, {records:,} records, {partitions} partitions",
        "M records/s",
        rates(here),
        rates(there),
        "librdkafka's mock",
        note=CLIENT_NOTE,
    )
    return [row.promised("at least 95 % of the mock", row.ratio >= 0.95)]


def together(bench, server, consumers: int, partitions: int, records: int) -> float:
    """M records/s of several consumers, each with its share of the partitions."""

    def one(index: int) -> dict:
        return bench.programs.run("consume", server.address, TOPIC, partitions, share, index, consumers, *CLIENT)

    share = records // consumers
    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(consumers) as pool:
        total = sum(result["records"] for result in pool.map(one, range(consumers)))
    return total / (time.monotonic() - begin) / 1e6


def several(bench, records: int) -> list[Row]:
    csv, partitions, rows = bench.data.csv(records), 64, []
    with Hindcast(bench.binary, bench.data, csv, partitions) as ours:
        kafka = bench.kafka(TOPIC, partitions, records, ours.address)
        with kafka:
            for consumers in (1, 4, 16):
                here, there = interleaved(
                    bench.runs,
                    lambda: together(bench, ours, consumers, partitions, records),
                    lambda: together(bench, kafka, consumers, partitions, records),
                )
                name = f"{consumers} consumer processes, {partitions} partitions, start included"
                rows.append(Row("a", name, "M records/s", here, there, "Apache Kafka"))
    return rows


def raw_pass(bench, server, partitions: int, rounds: int) -> tuple[dict, float]:
    """The client that throws bytes away; with the server's processor time of the measured part in ns."""
    client = bench.programs.start("raw_fetch", server.address, TOPIC, partitions, rounds)
    with client:
        client.stdout.readline()
        before = server.cpu_ns()
        out, _ = client.communicate("\n")
        used = server.cpu_ns() - before
    return bench.parse(out), used


def raw(bench, records: int, partitions: int = 1) -> list[Row]:
    """The same bytes, answer by answer as large, from the same files, by a loop that does nothing else."""
    csv, rounds = bench.data.csv(records), max(20_000_000 // records, 1)
    with Hindcast(bench.binary, bench.data, csv, partitions) as ours:
        first, _ = raw_pass(bench, ours, partitions, 1)
        size = round(first["bytes"] / first["requests"])
        segment = max(bench.data.cache.glob("topics/*/*.segment"), key=lambda file: file.stat().st_size)
        with Child(bench.programs, "bare_loop", segment, size) as bare:

            def bare_pass() -> tuple[dict, float]:
                before = bare.cpu_ns()
                out = bench.programs.run("raw_client", bare.address, first["requests"] * rounds)
                return out, bare.cpu_ns() - before

            here, there = interleaved(
                bench.runs, lambda: raw_pass(bench, ours, partitions, rounds), bare_pass
            )
    per_byte = first["records"] / first["bytes"]

    def speed(results) -> list[float]:
        return [out["bytes"] / out["seconds"] / 1e9 for out, _ in results]

    def cost(results) -> list[float]:
        return [used / (out["bytes"] * per_byte) for out, used in results]

    what = f"answers of {size:,} bytes, {partitions} partition{'s' if partitions > 1 else ''}"
    wall = Row("c", f"raw fetch, {what}", "GB/s", speed(here), speed(there), "bare writev loop")
    wall.promised("at least 90 % of the bare loop", wall.ratio >= 0.9)
    work = Row("b", f"server CPU of raw fetch, {what}", "ms per M records", cost(here), cost(there), "bare writev loop")
    work.promised("at most 1.5 times the bare loop (aim 1.25)", work.ratio <= 1.5)
    return [wall, work]


def growth(bench, records: int) -> list[Row]:
    """Server CPU for each record, by how much there is."""
    rows = []
    for scale in (1, 10):
        csv = bench.data.csv(records * scale)
        with Hindcast(bench.binary, bench.data, csv, 1) as ours:
            results = [raw_pass(bench, ours, 1, max(20 // scale, 1)) for _ in range(bench.runs)]
        spent = [used / out["records"] for out, used in results]
        rows.append(Row("n", f"server CPU of raw fetch, topic of {records * scale:,} records", "ms per M records", spent))
    level = statistics.median(rows[-1].ours) / statistics.median(rows[0].ours)
    rows[-1].promised("cost of a record does not grow with the data", level <= 1.25)
    return rows
