#!/usr/bin/env python3
"""What is wrong for good is said in one sentence, with exit 3 (2 where a flag answers it)."""

import layouts
from support import Database, case


class Errors(Database):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.create_database("market")
        cls.server.sql("market", layouts.fill_ohlcv(700) + """
CREATE ROLE nobody LOGIN PASSWORD 'secret';
CREATE TABLE notes (id int, text text);
CREATE SCHEMA other; CREATE TABLE other.ohlcv AS SELECT * FROM public.ohlcv;
CREATE TABLE both_times (time timestamptz, date timestamptz, open real, high real, low real, close real);""")

    def test_sentences(self):
        uri, tcp = self.server.uri("market"), self.server.tcp_uri("market")
        cases = [
            (3, [tcp.replace("secret", "wrong")], ["password authentication failed"]),
            (3, [tcp.replace(":secret", "")], ["no password supplied", "PGPASSWORD"]),
            (3, [self.server.uri("markt")], ['database "markt" does not exist', "market"]),
            (3, [self.server.uri("market", "ghost")], ['role "ghost" does not exist']),
            (3, [uri, "--table", "ohlvc"], ['no table or view "ohlvc"', "ohlcv"]),
            (3, [self.server.uri("market", "nobody"), "--table", "other.ohlcv"],
             ["no permission to read other.ohlcv", "GRANT SELECT"]),
            (3, [uri, "--table", "other.ohlcv", "--time", "timestmp"], ['no column "timestmp"', "timestamp"]),
            (3, [uri, "--table", "other.ohlcv", "--key", "piar"], ['no column "piar"', "pair"]),
            (3, [uri, "--table", "other.ohlcv", "--fields", "opne"], ['no column "opne"', "open"]),
            (3, [uri, "--table", "other.ohlcv", "--time", "pair"], ["which is no time", "--query"]),
            (3, [uri, "--table", "notes"], ["--time COLUMN"]),
            (3, [uri, "--query", "SELECT nothing FROM other.ohlcv"], ["--query", 'column "nothing" does not exist']),
            (3, [self.server.uri("postgres")], ["no candle table", "--table or --query"]),
            (2, [uri, "--table", "ohlcv"], ["several tables", "--table other.ohlcv", "--table public.ohlcv"]),
            (2, [uri, "--table", "both_times"], ["`time` or `date`", "--time COLUMN"]),
            (2, [uri, "--table", "a", "--query", "SELECT 1"], ["--table or --query"]),
            (2, [uri, "--topic", "one"], ["candle tables for the topic one", "--table NAME"]),
            (2, ["postgresql://host:port:1/x"], ["PostgreSQL"]),
            (2, [uri + "&sslmode=sometimes"], ["sslmode"]),
        ]
        for status, (source, *flags), says in cases:
            with self.subTest(source=source, flags=flags):
                self.refused(status, ["--source", source, *flags], *says)

    def test_a_hostile_name(self):
        name = 'x"; DROP TABLE notes; --'
        quoted = '"' + name.replace('"', '""') + '"'
        self.server.sql("market", f"CREATE TABLE {quoted} (ts timestamptz, \"o\"\"'\" int, o real, h real, l real, "
                                  f"c real); INSERT INTO {quoted} SELECT timestamptz '2023-01-01' + i * interval "
                                  "'1 min', 1, 1, 2, 0, 1 FROM generate_series(1, 5) i")
        try:
            found = self.checked("--source", self.server.uri("market"), "--table", name, "--topic", "x")
            self.assertEqual(found["topics"][0]["records"], 5)
            self.assertIn("o\"'", found["example"]["value"])
            self.assertEqual(self.server.sql("market", "SELECT count(*) FROM notes").strip(), "0")
        finally:
            self.server.sql("market", f"DROP TABLE {quoted}")

    def test_duplicates_and_conflicts(self):
        self.server.sql("market", "CREATE TABLE twice AS SELECT * FROM public.ohlcv; INSERT INTO twice SELECT * FROM "
                                  "public.ohlcv LIMIT 10")
        uri = self.server.uri("market")
        found = self.checked("--source", uri, "--table", "twice")
        self.assertEqual((found["topics"][0]["records"], found["topics"][0]["duplicates"]), (700, 10))
        self.server.sql("market", "UPDATE twice SET close = 0 WHERE ctid = (SELECT max(ctid) FROM twice)")
        self.refused(3, ["--source", uri, "--table", "twice"], "two rows of key", "--duplicates")


if __name__ == "__main__":
    case.main()
