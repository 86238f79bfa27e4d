#!/usr/bin/env python3
"""Faults in mid-load: the log that results is that of an undisturbed load, byte for byte.

HC_FAULTS=N (20; 200 with HC_STRICT=1) faults for each way of reading.
"""

import hashlib
import os
import random
import signal
import subprocess
import threading

import layouts
from proxy import Proxy
from support import STRICT, Database, case, read_all, served

FAULTS = int(os.environ.get("HC_FAULTS", "200" if STRICT else "20"))
ROWS = 400_000


class Faults(Database):
    settings = {"max_connections": "20", "client_connection_check_interval": "200ms"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.create_database("faults")
        cls.server.sql("faults", layouts.fill_ohlcv(ROWS) + layouts.fill_klines(ROWS // 8))

    def digest(self, uri: str, table: str, cache: str) -> tuple[str, str]:
        with self.serve("--source", uri, "--table", table, "--topic", "t", "--cache-dir",
                        self.path(cache), "--speed", "max") as broker:
            records = served(read_all(broker, "t", 600))
            with open(broker.log, encoding="utf-8") as log:
                return hashlib.sha256(repr(records).encode()).hexdigest(), log.read()

    def disturb(self, proxy: Proxy, stop: threading.Event, counts: dict, seed: int) -> None:
        """Faults one after the other, as long as the load lasts; each after some more bytes."""
        chance = random.Random(seed)
        kinds = {
            "terminate": lambda: self.server.sql(
                "postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                            "'faults' AND application_name = 'hindcast'"),
            "cancel": lambda: self.server.sql(
                "postgres", "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = "
                            "'faults' AND application_name = 'hindcast'"),
            "reset": proxy.reset,
            "close": proxy.close_all,
        }
        rare = {
            "kill -9": lambda: self.server.kill_backends("faults", signal.SIGKILL),
            "restart": lambda: self.server.restart(chance.choice(["fast", "immediate"])),
        }
        while not stop.is_set() and sum(counts.values()) < FAULTS:
            name = chance.choice(list(rare)) if chance.random() < 0.05 else chance.choice(list(kinds))
            before = proxy.forwarded
            wanted = chance.choice([1, 1000, 300_000, 3_000_000])
            while proxy.forwarded - before < wanted and not stop.wait(0.005):
                pass
            try:
                (kinds | rare)[name]()
                counts[name] = counts.get(name, 0) + 1
            except RuntimeError:
                pass  # the server is down from the fault before

    def endure(self, table: str) -> None:
        uri = self.server.uri("faults")
        wanted, _ = self.digest(uri, table, "quiet")
        counts: dict[str, int] = {}
        loads = 0
        while sum(counts.values()) < FAULTS:
            loads += 1
            self.assertLess(loads, FAULTS + 1, "faults come too rarely")
            proxy = Proxy(self.server.port)
            stop = threading.Event()
            other = threading.Thread(target=self.disturb, args=(proxy, stop, counts, loads))
            try:
                other.start()
                got, log = self.digest(self.server.tcp_uri("faults", proxy.address), table, f"c{loads}")
            finally:
                stop.set()
                other.join()
                proxy.close()
            self.assertEqual(got, wanted)
        self.assertIn("source-degraded", log)
        print(f"\n{table}: {counts} in {loads} loads")

    def test_slices_of_time(self):
        self.endure("ohlcv")

    def test_blocks_of_a_table(self):
        self.endure("klines")

    def test_a_silent_drop(self):
        """Nothing passes and nobody says so: the connection is given up, the piece read again."""
        wanted, _ = self.digest(self.server.uri("faults"), "ohlcv", "quiet")
        proxy = Proxy(self.server.port)
        stop = threading.Event()

        def drop() -> None:
            while proxy.forwarded < 5_000_000 and not stop.wait(0.005):
                pass
            proxy.drop()

        other = threading.Thread(target=drop)
        try:
            other.start()
            got, log = self.digest(self.server.tcp_uri("faults", proxy.address), "ohlcv", "dropped")
        finally:
            stop.set()
            other.join()
            proxy.close()
        self.assertEqual(got, wanted)
        self.assertIn("no answer for", log)

    def test_too_many_connections(self):
        """53300 passes by itself."""
        psql = [os.path.join(self.server.bin, "psql"), "-X", "-d", self.server.uri("postgres"), "-c",
                "SELECT pg_sleep(600)"]
        greedy = [subprocess.Popen(psql, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                  for _ in range(25)]
        release = threading.Timer(2, lambda: [one.terminate() for one in greedy])
        try:
            release.start()
            got, _ = self.digest(self.server.uri("faults"), "ohlcv", "crowded")
        finally:
            release.cancel()
            for one in greedy:
                one.kill()
                one.wait()
        wanted, _ = self.digest(self.server.uri("faults"), "ohlcv", "quiet")
        self.assertEqual(got, wanted)


if __name__ == "__main__":
    case.main()
