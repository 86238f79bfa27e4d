#!/usr/bin/env python3
"""A second start: what is stored is served at once, the server is asked afterwards."""

import json
import os
import time

import layouts
from support import Database, case, expected, read_all, served, wait_for

FAST = ["--speed", "max"]


class Restart(Database):
    def setUp(self):
        super().setUp()
        self.server.create_database("again")
        self.addCleanup(self.server.sql, "postgres", "DROP DATABASE again WITH (FORCE)")
        self.server.sql("again", layouts.fill_ohlcv(7000))
        self.flags = ["--source", self.server.uri("again"), "--cache-dir", self.path("cache"), *FAST]
        with self.serve(*self.flags) as broker:
            self.first = served(read_all(broker, "ohlcv"))

    def source(self, broker) -> str:
        return broker.status()["sources"]["postgresql"]["state"]

    def logged(self, broker, event: str) -> bool:
        return event in broker.tail(50)

    def test_unchanged(self):
        with self.serve(*self.flags) as broker:
            self.assertTrue(self.logged(broker, "load-reused"))
            self.assertEqual(served(read_all(broker, "ohlcv")), self.first)
            wait_for(lambda: self.logged(broker, "source-ok"), 30, "the server asked")
            self.assertEqual(self.source(broker), "ok")

    def test_changed(self):
        changes = [
            "INSERT INTO ohlcv VALUES ('2030-01-01', 'new', 1, 1, 1, 1, 1)",
            "DELETE FROM ohlcv WHERE timestamp = '2023-01-01T00:05Z'",
            "UPDATE ohlcv SET close = close + 1 WHERE timestamp = (SELECT max(timestamp) FROM ohlcv)",
            "UPDATE ohlcv SET close = close + 1 WHERE timestamp = '2023-01-01T00:07Z'",
            "TRUNCATE ohlcv",
        ]
        for change in changes:
            with self.subTest(change):
                self.server.sql("again", change)
                # Counters become visible when the backend that wrote has ended.
                with self.serve(*self.flags) as broker:
                    self.assertEqual(served(read_all(broker, "ohlcv")), self.first)
                    wait_for(lambda: self.logged(broker, "source-changed"), 30, "the change told")
                    self.assertEqual(self.source(broker), "changed")

    def test_refresh_loads_again(self):
        self.server.sql("again", "DELETE FROM ohlcv WHERE pair = '_x'")
        with self.serve(*self.flags, "--refresh") as broker:
            self.assertEqual(served(read_all(broker, "ohlcv")),
                             layouts.expected_ohlcv(self.server, "again"))

    def test_while_the_server_is_down(self):
        self.server.stop()
        try:
            with self.serve(*self.flags) as broker:
                self.assertEqual(served(read_all(broker, "ohlcv")), self.first)
                wait_for(lambda: self.source(broker) in ("degraded", "lost"), 30, "the loss told")
                self.assertTrue(self.logged(broker, "source-degraded"))
                self.server.start()
                wait_for(lambda: self.source(broker) == "ok", 30, "the server back")
        finally:
            if not os.path.exists(os.path.join(self.server.data, "postmaster.pid")):
                self.server.start()

    def test_lost_after_loading(self):
        with self.serve(*self.flags, "--refresh") as broker:
            read_all(broker, "ohlcv")
            self.server.restart("immediate")
            self.assertEqual(served(read_all(broker, "ohlcv")), self.first)

    def test_a_warm_start_is_soon_there(self):
        """The measured time is printed, not judged: machines differ."""
        begin = time.monotonic()
        with self.serve(*self.flags) as broker:
            print(f"\nwarm start: {(time.monotonic() - begin) * 1000:.0f} ms until ready")
            self.assertIn("kafka", json.dumps(broker.ready))


class Order(Database):
    def test_ties_follow_the_key(self):
        """Trades of one instant, put in backwards: the order is that of the key, indexed or not."""
        self.server.create_database("ties")
        self.server.sql("ties", """
CREATE TABLE trades (id bigint PRIMARY KEY, symbol text, ts timestamptz NOT NULL, price numeric);
INSERT INTO trades SELECT 1000 - i, 'X', timestamptz '2023-01-01' + (i / 100) * interval '1 s', i
  FROM generate_series(1, 1000) i; ANALYZE trades;""")
        flags = ["--source", self.server.uri("ties"), "--table", "trades", *FAST]
        wanted = [(stamp, key, value) for stamp, _, key, value in sorted(
            (stamp, json.loads(value)["id"], key, value) for stamp, key, value in expected(
                self.server, "ties", "trades", [("id", "int8"), ("symbol", "text"),
                                                ("ts", "timestamptz"), ("price", "numeric")],
                "(extract(epoch FROM ts) * 1000)::int8", "0", "symbol"))]
        for index in ("SELECT 1", "CREATE INDEX trades_ts ON trades (ts)"):
            self.server.sql("ties", index)
            with self.serve(*flags, "--refresh") as broker:
                self.assertEqual(served(read_all(broker, "trades")), wanted)


if __name__ == "__main__":
    case.main()
