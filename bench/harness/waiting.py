"""Rows h, i: fetches that wait."""

import statistics
import time

from measure import Row
from servers import TOPIC, Data, Hindcast

GAP_MS = 50  # wall time between two records


def lateness_once(bench, data: Data, speed: int, waiters: int, seconds: int) -> tuple[float, float, float]:
    """p99 in us of the fetches that waited, and of this machine's timers meanwhile; server CPU for each answer in us."""
    csv = data.csv(2 * seconds * 1000 // GAP_MS + 200, 1, GAP_MS * speed)
    more = ["--interval", "0", "--speed", str(speed), "--start", "first-consumer"]
    with Hindcast(bench.binary, data, csv, 1, *more) as server:
        before = server.cpu_ns()
        with bench.programs.start("timer_jitter", GAP_MS, seconds) as timers:
            ours = bench.programs.run("lateness", server.address, TOPIC, waiters, speed, seconds)
            jitter = bench.parse(timers.communicate()[0])
        spent = server.cpu_ns() - before
    return ours["p99_us"], jitter["p99_us"], spent / 1e3 / ours["samples"]


def lateness(bench, speeds: list[int], waiters: list[int], seconds: int) -> list[Row]:
    rows, runs = [], min(bench.runs, 2)
    at_50: dict[int, float] = {}
    for speed in speeds:
        for count in waiters:
            results = [lateness_once(bench, bench.data, speed, count, seconds) for _ in range(runs)]
            ours, jitter = [r[0] for r in results], [r[1] for r in results]
            row = Row("h", f"lateness p99, {speed}x, {count} waiting", "us", ours, jitter, "timerfd of this machine")
            if count <= 50:
                at_50[speed] = row.median
                row.promised("within 1 ms of the machine's timers", row.median <= row.peer_median + 1000)
            else:
                each = (row.median - at_50.get(speed, 0)) / (count - 50)
                row.promised(f"15 us for each further one ({each:.1f})", each <= 15)
                # What bounds it on a quiet machine, and does not depend on how busy this one is.
                name = f"server CPU for each answer, {speed}x, {count} waiting"
                rows.append(Row("h", name, "us", [r[2] for r in results]))
                rows[-1].promised("15 us", rows[-1].median <= 15)
            rows.append(row)
    return rows


def idle(bench, count: int, seconds: int) -> list[Row]:
    csv = bench.data.csv(64_000)
    with Hindcast(bench.binary, bench.data, csv) as server:
        empty = server.rss_anon_kib()
        with bench.programs.start("idle_polls", server.address, TOPIC, count, 5000, seconds + 2) as client:
            client.stdout.readline()
            time.sleep(1)
            before, begin = server.cpu_ns(), time.monotonic()
            samples = []
            for _ in range(seconds):
                time.sleep(1)
                samples.append(server.rss_anon_kib())
            share = 100 * (server.cpu_ns() - before) / 1e9 / (time.monotonic() - begin)
            client.communicate()
    full = statistics.median(samples)
    memory = Row("i", f"{count:,} waiting fetches: memory (RssAnon)", "MB", [full * 1024 / 1e6])
    memory.note = f"{(full - empty) * 1024 / count:,.0f} bytes a connection"
    work = Row("i", f"{count:,} waiting fetches, asked anew every 5 s: CPU", "% of a core", [share])
    return [
        memory.promised("64 MB", memory.median <= 64),
        work.promised("1 % of a core", share <= 1),
    ]
