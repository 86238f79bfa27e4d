"""What every script here begins with: a server, databases, and what the server itself says of rows."""

import csv
import io
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import case  # noqa: E402
from broker import clean_environment, wait_for  # noqa: E402
from server import Server  # noqa: E402
from wire import Reader  # noqa: E402

STRICT = os.environ.get("HC_STRICT") == "1"
MINUTE = 60_000


class Database(case.Case):
    """One server for all tests of a class."""

    server: Server
    settings: dict[str, str] = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = Server(cls.settings)
        cls.addClassCleanup(cls.server.close)

    def check(self, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess:
        return subprocess.run([case.BINARY, "check", *arguments], capture_output=True, text=True,
                              timeout=seconds, env=clean_environment(), stdin=subprocess.DEVNULL)

    def checked(self, *arguments: str) -> dict:
        done = self.check("--json", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["sources"][0]

    def refused(self, status: int, arguments: list[str], *says: str) -> None:
        done = self.check(*arguments)
        self.assertEqual(done.returncode, status, done.stderr + done.stdout)
        for text in says:
            self.assertIn(text, done.stderr)
        self.assertNotIn("secret", done.stderr)


def read_all(broker, topic: str, seconds: float = 120) -> list:
    """Every record of partition 0, once everything is loaded and visible."""
    def loaded():
        status = broker.status()
        return status["loading"]["complete"] and status["state"] == "ended"

    wait_for(loaded, seconds, "everything loaded")
    reader = Reader(broker.kafka)
    try:
        end = reader.offset(topic, 0, -1)
        records = []
        while len(records) < end:
            _, more = reader.fetch(topic, 0, len(records), 1000)
            records += more
        return records
    finally:
        reader.close()


STAMP = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?(?:\+00)?")


def iso(text: str) -> str:
    """A timestamp of the server's, as ISO 8601 with 3 or 6 digits of the second."""
    day, clock, fraction = STAMP.fullmatch(text).groups()
    digits = (fraction or "").ljust(3, "0")
    return f'"{day}T{clock}.{digits if len(digits) == 3 else digits.ljust(6, "0")}Z"'


NUMBERS = {"int2", "int4", "int8", "numeric", "float4", "float8"}
EMBEDDED = {"json", "jsonb"}


def spell(kind: str, text: str | None) -> str:
    """The JSON of one value of which the server says `text`."""
    if text is None:
        return "null"
    if kind in NUMBERS or kind in EMBEDDED:
        return text
    if kind == "bool":
        return "true" if text in ("t", "true") else "false"
    if kind in ("timestamp", "timestamptz"):
        return iso(text)
    return json.dumps(text, ensure_ascii=False)


def rows(server: Server, database: str, sql: str) -> list[list[str | None]]:
    """The server's own text of every value: CSV, in which NULL is a bare \\N."""
    text = server.sql(database, "SET timezone = 'UTC'; SET datestyle = 'ISO';"
                                f"COPY ({sql}) TO STDOUT (FORMAT csv, NULL '\\N', FORCE_QUOTE *);")
    found = []
    for line in split_lines(text):
        cells = next(csv.reader(io.StringIO(line, newline="")))
        bare = [raw == "\\N" for raw in split_cells(line)]
        found.append([None if is_null else cell for cell, is_null in zip(cells, bare)])
    return found


def split_lines(text: str) -> list[str]:
    lines, start, quoted = [], 0, False
    for at, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == "\n" and not quoted:
            lines.append(text[start:at])
            start = at + 1
    return lines


def split_cells(line: str) -> list[str]:
    cells, start, quoted = [], 0, False
    for at, letter in enumerate(line + ","):
        if letter == '"':
            quoted = not quoted
        elif letter == "," and not quoted:
            cells.append(line[start:at])
            start = at + 1
    return cells


def expected(server: Server, database: str, table: str, columns: list[tuple[str, str]], opens: str,
             interval_ms: str, key: str, where: str = "true") -> list[tuple[int, bytes, bytes]]:
    """Timestamp, key, value of every record, sorted as Hindcast must serve them."""
    names = ", ".join(f"{name}::text" if kind not in ("timestamp", "timestamptz") else name
                      for name, kind in columns)
    out = []
    for stamp, text, *cells in rows(server, database,
                                    f"SELECT ({opens}) + ({interval_ms}), {key}, {names} FROM "
                                    f"{table} WHERE {where}"):
        value = ",".join(f'"{name}":{spell(kind, cell)}'
                         for (name, kind), cell in zip(columns, cells))
        out.append((int(stamp), text.encode(), ("{" + value + "}").encode()))
    return sorted(out)


def served(records: list) -> list[tuple[int, bytes, bytes]]:
    return [(record.timestamp, record.key, record.value) for record in records]
