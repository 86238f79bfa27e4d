#!/usr/bin/env python3
"""Layouts that people have, served with nothing but the URI; every record compared with what the
server itself says, in databases whose locales sort differently."""

import json
import subprocess

import layouts
from support import MINUTE, Database, case, expected, read_all, served

FAST = ["--speed", "max"]


def english() -> str:
    """A locale that does not sort by bytes: of the system, else of ICU."""
    found = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout
    if "en_US.utf8" in found.split():
        return "LOCALE 'en_US.UTF-8'"
    return "LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"


class Layouts(Database):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.databases = ["c", "english"]
        for name, locale in zip(cls.databases, ["LOCALE 'C'", english()]):
            cls.server.sql("postgres", f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' "
                                       f"{locale}")
            cls.server.sql(name, layouts.fill_ohlcv(14000) + layouts.fill_market(12000) +
                           layouts.fill_klines(3000))

    def compare(self, topic: str, wanted: list, *flags: str, database: str) -> None:
        uri = self.server.uri(database)
        with self.serve("--source", uri, *flags, *FAST) as broker:
            got = served(read_all(broker, topic))
        self.assertEqual(len(got), len(wanted))
        for one, other in zip(got, wanted):
            self.assertEqual(one, other)

    def test_every_candle_table_is_a_topic(self):
        with self.serve("--source", self.server.uri("c"), *FAST) as broker:
            names = [topic["name"] for topic in json.loads(broker.get("/v1/topics"))["topics"]]
        self.assertEqual(sorted(names), ["klines", "market_ohlcv", "ohlcv"])

    def test_a_time_and_pair(self):
        for database in self.databases:
            wanted = layouts.expected_ohlcv(self.server, database)
            self.compare("ohlcv", wanted, "--table", "ohlcv", database=database)

    def test_a_a_day_is_1440_minutes(self):
        wanted = layouts.expected_ohlcv(
            self.server, "english", "timestamp >= '2023-01-01T00:00Z' AND timestamp < "
                                    "'2023-01-02T00:00Z' AND pair = 'btc-usd'")
        self.assertEqual(len(wanted), 1440)
        self.compare("ohlcv", wanted, "--table", "ohlcv", "--symbols", "btc-usd", "--range",
                     "2023-01-01..2023-01-02", database="english")

    def test_a_as_a_consumer_knows_it(self):
        flags = ["--table", "ohlcv", "--topic", "cryptocompare-realtime", "--header",
                 "source=simulator", "--fields", "timestamp,pair,open,high,low,close,volume"]
        with self.serve("--source", self.server.uri("c"), *flags, *FAST) as broker:
            records = read_all(broker, "cryptocompare-realtime")
        self.assertEqual(list(json.loads(records[0].value)),
                         ["timestamp", "pair", "open", "high", "low", "close", "volume"])

    def test_b_two_times_and_an_exchange(self):
        for database in self.databases:
            wanted = expected(self.server, database, "market_ohlcv", layouts.MARKET, "timestamp",
                              str(MINUTE), "symbol || ':' || exchange")
            self.compare("market_ohlcv", wanted, "--table", "market_ohlcv", database=database)

    def test_b_what_check_says(self):
        found = self.checked("--source", self.server.uri("c"), "--table", "market_ohlcv")
        told = " ".join(found["topics"][0]["notes"] + found["topics"][0]["warnings"])
        self.assertIn("time column `timestamp` (bigint, part of a unique key); rejected: "
                      "`datetime` (timestamp without time zone), `created_at`", told)
        self.assertIn("`id`, `created_at` stay in the value", told)
        self.assertIn("epoch milliseconds", told)
        self.assertEqual(found["example"]["key"], "BTCUSDT:Kraken")

    def test_c_an_interval_column_splits(self):
        steps = {"1-min": ("1m", MINUTE), "1-hour": ("1h", 60 * MINUTE), "1-day": ("1d", 1440 * MINUTE)}
        for database in self.databases:
            with self.serve("--source", self.server.uri(database), "--table", "klines", "--topic",
                            "candles-{interval-long}", *FAST) as broker:
                for name, (interval, step) in steps.items():
                    wanted = expected(self.server, database, "klines", layouts.KLINES, "open_time",
                                      str(step), "exchange || ':' || symbol",
                                      f"interval = '{interval}'")
                    self.assertEqual(served(read_all(broker, f"candles-{name}")), wanted)

    def test_c_mixed_in_one_topic(self):
        step = "CASE interval WHEN '1m' THEN 60000 WHEN '1h' THEN 3600000 ELSE 86400000 END"
        wanted = expected(self.server, "c", "klines", layouts.KLINES, "open_time", step,
                          "exchange || ':' || symbol")
        self.compare("all", wanted, "--table", "klines", "--topic", "all", database="c")
        late = [row for row in wanted if 1672617600000 < row[0] <= 1672704000000]
        self.compare("all", late, "--table", "klines", "--topic", "all", "--range",
                     "2023-01-02..2023-01-03", database="c")

    def test_c_an_index_on_the_time_serves_early(self):
        hint = 'CREATE INDEX ON "public"."klines" ("open_time")'
        found = self.checked("--source", self.server.uri("english"), "--table", "klines")
        self.assertIn(hint, " ".join(found["topics"][0]["notes"]))
        self.assertFalse(found["ordered"])
        before = found["topics"][0]["records"]
        self.server.sql("english", "CREATE INDEX klines_time ON klines (open_time)")
        try:
            found = self.checked("--source", self.server.uri("english"), "--table", "klines")
            self.assertTrue(found["ordered"])
            self.assertEqual(found["topics"][0]["records"], before)
            step = "CASE interval WHEN '1m' THEN 60000 WHEN '1h' THEN 3600000 ELSE 86400000 END"
            wanted = expected(self.server, "english", "klines", layouts.KLINES, "open_time", step,
                              "exchange || ':' || symbol")
            self.compare("ordered", wanted, "--table", "klines", "--topic", "ordered",
                         database="english")
        finally:
            self.server.sql("english", "DROP INDEX klines_time")

    def test_views_partitions_and_queries(self):
        self.server.sql("c", """
CREATE VIEW v_ohlcv AS SELECT timestamp AS bucket, pair, open AS o, high AS h, low AS l, close AS c
  FROM ohlcv;
CREATE MATERIALIZED VIEW m_ohlcv AS SELECT * FROM ohlcv;
CREATE TABLE p_ohlcv (LIKE ohlcv) PARTITION BY RANGE (timestamp);
CREATE TABLE p_1 PARTITION OF p_ohlcv FOR VALUES FROM (MINVALUE) TO ('2023-01-01T12:00Z');
CREATE TABLE p_2 PARTITION OF p_ohlcv FOR VALUES FROM ('2023-01-01T12:00Z') TO (MAXVALUE);
INSERT INTO p_ohlcv SELECT * FROM ohlcv; ANALYZE p_ohlcv;""")
        try:
            wanted = layouts.expected_ohlcv(self.server, "c")
            for table in ("m_ohlcv", "p_ohlcv"):
                self.compare(table, wanted, "--table", table, database="c")
            query = "SELECT * FROM ohlcv WHERE pair <> 'a b';"
            some = [row for row in wanted if row[1] != b"a b"]
            self.compare("chosen", some, "--query", query, "--topic", "chosen", database="c")
            found = self.checked("--source", self.server.uri("c"), "--table", "v_ohlcv")
            self.assertEqual(found["topics"][0]["records"], len(wanted))
            self.assertEqual(list(found["example"]["value"]), ["bucket", "pair", "o", "h", "l", "c"])
            found = self.checked("--source", self.server.uri("c"))
            names = [topic["topic"] for topic in found["topics"]]
            self.assertNotIn("p_1", names)
            self.assertIn("p_ohlcv", names)
        finally:
            self.server.sql("c", "DROP VIEW v_ohlcv; DROP MATERIALIZED VIEW m_ohlcv; "
                                 "DROP TABLE p_ohlcv")


if __name__ == "__main__":
    case.main()
