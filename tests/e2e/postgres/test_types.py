#!/usr/bin/env python3
"""Every type at its edges: what is served is what the server itself writes."""

import json

from support import Database, case, expected, read_all, served, rows, spell

VALUES = [
    ("smallint", "int2", ["-32768", "0", "32767"]),
    ("integer", "int4", ["-2147483648", "0", "2147483647"]),
    ("bigint", "int8", ["-9223372036854775808", "-1", "9223372036854775807"]),
    ("numeric", "numeric", ["0", "-0.1", "1e-30", "1e30", "0.00000001", "12345678901234567890.1234567890",
                            "100000000", "9999", "10000", "99990000", "0.0001", "0.00010000", "-10000.5",
                            "1" + "0" * 300, "0." + "0" * 299 + "1", "5e-324", "20000.0000", "0.000"]),
    ("decimal(20,8)", "numeric", ["0", "-0.00000001", "999999999999.99999999", "-999999999999.99999999",
                                  "1", "0.1", "10000.00010000"]),
    ("decimal(5,0)", "numeric", ["99999", "-1", "0"]),
    ("real", "float4", ["0", "-0", "1e-45", "3.4028235e38", "0.1", "16777217", "1e10", "1e-5", "123456.7"]),
    ("double precision", "float8", ["0", "-0", "5e-324", "1.7976931348623157e308", "0.1", "1e15", "1e16",
                                    "9007199254740993", "0.30000000000000004", "2.2250738585072014e-308",
                                    "1e22", "1e23", "123456789.125"]),
    ("boolean", "bool", ["true", "false"]),
    ("text", "text", ["", "a", "\\N", 'quote " and \\ back', "tab\tnewline\nreturn\r", "Grüße, 世界 🎉",
                      "\x01\x1f", "null", "12"]),
    ("varchar(20)", "text", ["", " padded ", "x"]),
    ("char(5)", "char", ["ab", "", "12345"]),
    ("uuid", "text", ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"]),
    ("mood", "text", ["sad", "very happy"]),
    ("json", "json", ['{"a": [1, 2.50], "b":null}', "[]", '"x"', "1.10", '{ "a":1,\n "a":2}']),
    ("jsonb", "jsonb", ['{"b": 1, "a": 1e400}', "null", '"\\u00e9"']),
    ("timestamptz", "timestamptz", ["1970-01-01T00:00Z", "2023-06-01T12:34:56.789Z", "1969-12-31T23:59:59.999999Z",
                                    "0001-01-01T00:00Z", "9999-12-31T23:59:59.999999Z", "2000-02-29T00:00:00.1Z"]),
    ("timestamp", "timestamp", ["2023-01-01", "1900-02-28T23:59:59.000001", "2400-02-29T00:00"]),
    ("date", "text", ["1970-01-01", "2024-02-29", "0001-01-01", "9999-12-31"]),
    ("interval", "text", ["1 day 02:03:04.5", "-1 mon"]),
    ("bytea", "text", ["\\x00ff"]),
    ("inet", "text", ["10.0.0.1/8"]),
]
ARRAYS = [("integer[]", "{1,NULL,3}", "[1,null,3]"), ("numeric[]", "{1.50,-0.00000001}", "[1.50,-0.00000001]"),
          ("text[]", '{a,"b \\"c",NULL}', '["a","b \\"c",null]'), ("integer[]", "{}", "[]"),
          ("integer[]", "{{1,2},{3,4}}", "[[1,2],[3,4]]")]


def quoted(text: str) -> str:
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


class Types(Database):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.create_database("types")
        cls.server.sql("types", "CREATE TYPE mood AS ENUM ('sad', 'very happy'); CREATE DOMAIN price "
                                "AS numeric(12,4) CHECK (value >= 0);")

    def fill(self, table: str, kind: str, values: list[str | None]) -> None:
        lines = "".join(f"INSERT INTO {table} VALUES ({i * 60}::int8 + 1672531200, 'S', 1, 2, 0.5, 1.5, "
                        f"{'NULL' if value is None else quoted(value) + '::' + kind});\n"
                        for i, value in enumerate(values))
        self.server.sql("types", f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (ts bigint "
                                 "PRIMARY KEY, symbol text, open numeric, high numeric, low numeric, "
                                 f"close numeric, v {kind});\n{lines}ANALYZE {table};")

    def load(self, table: str, *flags: str) -> list:
        with self.serve("--source", self.server.uri("types"), "--table", table, "--interval", "1m",
                        "--speed", "max", "--refresh", *flags) as broker:
            return read_all(broker, table)

    def test_every_type_as_the_server_writes_it(self):
        for number, (kind, form, values) in enumerate(VALUES):
            with self.subTest(kind):
                table = f"t{number}"
                self.fill(table, kind, [*values, None])
                columns = [("ts", "int8"), ("symbol", "text"), ("open", "numeric"), ("high", "numeric"),
                           ("low", "numeric"), ("close", "numeric")]
                # char loses its padding when cast to text, and not when it is written
                columns.append(("v", "timestamp" if form == "char" else form))
                wanted = self.expected_rows(table, columns, form)
                self.assertEqual(served(self.load(table)), wanted)

    def expected_rows(self, table: str, columns: list, form: str) -> list:
        if form != "char":
            return expected(self.server, "types", table, columns, "ts * 1000", "60000", "symbol")

        out = []
        for row in rows(self.server, "types", f"SELECT ts, v FROM {table} ORDER BY ts"):
            value = (f'{{"ts":{row[0]},"symbol":"S","open":1,"high":2,"low":0.5,"close":1.5,'
                     f'"v":{spell("text", row[1])}}}')
            out.append((int(row[0]) * 1000 + 60000, b"S", value.encode()))
        return out

    def test_every_value_is_json(self):
        for record in self.load("t0"):
            json.loads(record.value)

    def test_arrays_are_arrays(self):
        for number, (kind, literal, wanted) in enumerate(ARRAYS):
            self.fill(f"a{number}", kind, [literal])
            self.assertIn(f'"v":{wanted}}}'.encode(), self.load(f"a{number}")[0].value)

    def test_domains_are_what_they_are_made_of(self):
        self.fill("d", "price", ["12.5", "0"])
        values = [record.value for record in self.load("d")]
        self.assertTrue(values[0].endswith(b'"v":12.5000}') and values[1].endswith(b'"v":0.0000}'))

    def test_numbers_in_quotes(self):
        self.fill("q", "decimal(20,8)", ["0.1"])
        self.assertIn(b'"open":"1","high":"2","low":"0.5","close":"1.5","v":"0.10000000"',
                      self.load("q", "--numbers", "string")[0].value)

    def test_what_is_not_finite(self):
        for number, (kind, value) in enumerate((kind, value) for kind in ("numeric", "real", "double precision")
                                               for value in ("NaN", "Infinity", "-Infinity")):
            table = f"n{number}"
            self.fill(table, kind, ["1", value])
            uri = self.server.uri("types")
            self.refused(3, ["--source", uri, "--table", table, "--interval", "1m"],
                         f"public.{table}: the row of S that opens at 2023-01-01T00:01:00.000Z",
                         "`v` is not finite", "--nonfinite null")
            found = self.checked("--source", uri, "--table", table, "--interval", "1m", "--max-refused", "1")
            self.assertEqual(found["topics"][0]["records"], 1)
            self.assertTrue(self.load(table, "--nonfinite", "null")[1].value.endswith(b'"v":null}'))

    def test_epochs_by_their_digits(self):
        for factor, unit in ((1, "seconds"), (1000, "milliseconds"), (10**6, "microseconds"),
                             (10**9, "nanoseconds")):
            self.server.sql("types", "DROP TABLE IF EXISTS e; CREATE TABLE e (t bigint PRIMARY KEY, o real, h "
                                     f"real, l real, c real); INSERT INTO e SELECT (1672531200 + i * 60) * "
                                     f"{factor}::int8, 1, 2, 0, 1 FROM generate_series(0::int8, 9) i")
            found = self.checked("--source", self.server.uri("types"), "--table", "e")
            self.assertIn(f"epoch {unit}", " ".join(found["topics"][0]["notes"]))
            self.assertEqual(found["example"]["timestamp"], 1672531260000)
            self.assertEqual(found["example"]["value"]["t"], 1672531200 * factor)

    def test_a_row_needs_a_time(self):
        self.server.sql("types", "CREATE TABLE w (ts timestamptz, o real, h real, l real, c real); INSERT INTO w "
                                 "SELECT timestamptz '2023-01-01' + i * interval '1 min', 1, 2, 0, 1 FROM "
                                 "generate_series(1, 5) i; INSERT INTO w VALUES (NULL), ('infinity'), ('-infinity')")
        uri = self.server.uri("types")
        self.refused(3, ["--source", uri, "--table", "w"], "`ts` of 3 rows is NULL, infinite")
        found = self.checked("--source", uri, "--table", "w", "--max-refused", "3")
        self.assertEqual((found["topics"][0]["records"], found["topics"][0]["refused"]), (5, 3))


if __name__ == "__main__":
    case.main()
