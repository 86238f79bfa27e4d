#!/usr/bin/env python3
"""Loading beside COPY: tests/e2e/postgres/bench.py HINDCAST_BINARY [ROWS]

Prints, for a table with its time first in an index and for one without, the rows a second of
COPY (SELECT ... ORDER BY ...) TO STDOUT (FORMAT binary) to a reader that throws them away, those of
a load into the store, their ratio, and the memory of its own above idle. The two take turns.
"""

import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import layouts  # noqa: E402
from broker import Broker  # noqa: E402
from server import Server  # noqa: E402

ROUNDS = 3


def copy_seconds(server: Server, database: str, sql: str) -> float:
    begin = time.monotonic()
    subprocess.run([os.path.join(server.bin, "psql"), "-X", "-q", "-d", server.uri(database), "-c",
                    f"COPY ({sql}) TO STDOUT (FORMAT binary)"], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - begin


def load_seconds(binary: str, server: Server, database: str, flags: list[str]) -> tuple[float, int]:
    """Until all is in the store, and the most of its own memory above what it began with."""
    with tempfile.TemporaryDirectory(prefix="hindcast-bench-") as cache:
        begin = time.monotonic()
        with Broker(binary, ["--source", server.uri(database), "--cache-dir", cache, *flags]) as broker:
            first = most = broker.rss_anon_kib()
            while not broker.status()["loading"]["complete"]:
                most = max(most, broker.rss_anon_kib())
                time.sleep(0.01)
            return time.monotonic() - begin, most - first


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
    server = Server({"shared_buffers": "512MB"})
    try:
        server.create_database("bench")
        server.sql("bench", layouts.fill_ohlcv(rows) + layouts.fill_klines(rows * 100 // 407))
        server.sql("bench", "VACUUM ANALYZE")
        for table, order, flags in (
            ("ohlcv", "timestamp, pair", ["--table", "ohlcv"]),
            ("klines", "open_time, exchange, symbol, interval",
             ["--table", "klines", "--topic", "candles-{interval-long}"]),
        ):
            count = int(server.sql("bench", f"SELECT count(*) FROM {table}"))
            copies, loads, memory = [], [], 0
            for _ in range(ROUNDS):
                copies.append(copy_seconds(server, "bench", f"SELECT * FROM {table} ORDER BY {order}"))
                seconds, own = load_seconds(sys.argv[1], server, "bench", flags)
                loads.append(seconds)
                memory = max(memory, own)
            copy, load = min(copies), min(loads)
            print(f"{table}: {count:,} rows; COPY {count / copy:,.0f} rows/s, load {count / load:,.0f} "
                  f"rows/s, ratio {copy / load:.2f}; own memory {memory / 1024:.0f} MiB")
    finally:
        server.close()


if __name__ == "__main__":
    main()
