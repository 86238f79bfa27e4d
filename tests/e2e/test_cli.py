#!/usr/bin/env python3
"""The tool as scripts meet it: exit statuses, messages, reports, ready line.

python3 tests/e2e/test_cli.py HINDCAST_BINARY [unittest arguments]
"""

import json
import os
import re
import subprocess
import sys
import urllib.error

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import case  # noqa: E402
import protocol  # noqa: E402
from test_determinism import FetchError, read  # noqa: E402
from tool import (  # noqa: E402
    ADDRESS,
    BARS,
    DAY,
    DIRECTORY,
    DONE,
    HEADER,
    NO_SERVER,
    SOURCE,
    STORAGE,
    USAGE,
    Tool,
)

KAFKA_STORAGE_ERROR = 56


class Messages(Tool):
    """What is wrong names the flag, key, file and line, and what would be right."""

    def test_usage(self):
        for arguments, says in (
            (["srve"], ["srve", "serve"]),
            (["serve", "--sped", "3"], ["--sped", "--speed"]),
            (["serve", "--speed", "fast"], ["--speed", "fast", "max"]),
            (["serve", "--speed", "0"], ["--speed", "0"]),
            (["serve", "--speed"], ["--speed"]),
            (["serve", "--from", "2025-13-01"], ["--from", "2025-13-01", "2023-01-01"]),
            (["serve", "--from", "2025-02-01", "--to", "2025-01-01"], ["--to", "2025-02-01"]),
            (["serve", "--start", "soon"], ["--start", "first-consumer"]),
            (["serve", "--start", "members:0"], ["--start", "members:N"]),
            (["serve", "--on-end", "stop"], ["--on-end", "hold"]),
            (["serve", "--compression", "brotli"], ["--compression", "zstd"]),
            (["serve", "--partitions", "0"], ["--partitions"]),
            (["serve", "--listen", "nowhere"], ["--listen"]),
            (["serve", "--source", "cvs:x.csv"], ["cvs", "csv"]),
            (["serve", "--symbol", "X", "stray"], ["stray"]),
            (["version", "more"], ["more"]),
            (["config", "explain"], ["config show", "config check"]),
        ):
            with self.subTest(arguments):
                server = NO_SERVER if arguments[0] == "serve" else []  # a later flag wins
                self.fails(USAGE, [arguments[0], *server, *arguments[1:]], *says)

    def test_nothing_given_teaches(self):
        done = self.run_tool()
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("hindcast serve", done.stdout + done.stderr)
        for arguments in (
            ["--help"],
            ["serve", "--help"],
            ["check", "--help"],
            ["config", "--help"],
        ):
            done = self.run_tool(*arguments)
            self.assertEqual((done.returncode, done.stderr), (DONE, ""))
            self.assertIn("Usage", done.stdout)

    def test_file(self):
        for text, line, says in (
            ("replay:\n  speed: 60\n  sped: 3\n", 3, ["replay.sped", "speed"]),
            ("listen: 127.0.0.1:0\nreplay:\n  speed: [1]\n", 3, ["replay.speed"]),
            ("topics:\n  a: {source: 'demo:', interval: 1x}\n", 2, ["topics.a.interval", "1m"]),
            ("limits: {conections: 5}\n", 1, ["conections", "connections"]),
            ("replay:\n speed: 1\nreplay:\n speed: 2\n", 3, ["replay"]),
            ("replay: {speed: 1\n", None, []),
            ("a: &a [*a]\n", None, []),
        ):
            with self.subTest(text):
                path = self.file("hindcast.yaml", text)
                where = path if line is None else f"{path}:{line}"
                self.fails(USAGE, ["config", "check", "--config", path], where, *says)
                self.fails(USAGE, ["serve", "--config", path, *NO_SERVER], where, *says)

    def test_environment(self):
        said = self.fails(USAGE, ["serve"], "fast", environment={"HINDCAST_SPEED": "fast"})
        self.assertIn("HINDCAST_SPEED", said)

    def test_source(self):
        missing = self.path("none.csv")
        self.fails(SOURCE, ["serve", "--source", f"csv:{missing}", *NO_SERVER], missing)
        cases = (
            ("cell", HEADER + BARS + "1700012040,1,x,3,4,5\n", ":202:3", "x"),
            ("width", HEADER + BARS + "1700012040,1,2\n", ":202", "--max-refused"),
            ("time", HEADER + BARS + "yesterday,1,2,3,4,5\n", ":202:1", "yesterday"),
            ("empty", "", "empty", ""),
            ("twice", HEADER + BARS + "1700000040,10,12,9,11.5,0\n", ":202", ":2"),
        )
        for name, text, *says in cases:
            with self.subTest(name):
                path = self.file(f"{name}.csv", text)
                arguments = ["--source", f"csv:{path}", "--symbol", "X"]
                for command in (["check"], ["serve", *NO_SERVER, "--speed", "max"]):
                    self.fails(SOURCE, [*command, *arguments], f"{name}.csv", *says)

    def test_a_topic_is_known_before_its_source_turns_out_wrong(self):
        path = self.file("late.csv", HEADER + BARS + "1700012040,1,x,3,4,5\n")
        serve = ["serve", "--source", f"csv:{path}", "--symbol", "X", *NO_SERVER]
        done = self.run_tool(*serve)
        self.assertEqual(done.returncode, SOURCE, done.stderr)
        self.assertIn("late.csv:202:3", done.stderr)
        self.assertIs(json.loads(done.stdout)["ready"], True)
        done = self.run_tool(*serve, "--topic", "bars-{symbol}")
        self.assertEqual((done.returncode, done.stdout), (SOURCE, ""), "only the survey knows the name")

    def test_refused_rows_are_counted_when_allowed(self):
        path = self.file("some.csv", HEADER + BARS + "bad,1,2,3,4,5\n1700012100,1,2,1,?,5\n")
        arguments = ["--source", f"csv:{path}", "--symbol", "X"]
        check = ["check", *arguments, "--max-refused", "1"]
        self.fails(SOURCE, check, "some.csv:202:1", "2 refused, 1 allowed")
        report = self.run_tool(*check).stdout
        for place in ("some.csv:202:1", "some.csv:203:5"):
            self.assertIn(place, report, "all refused rows are reported")
        self.fails(SOURCE, ["serve", *NO_SERVER, *check[1:]], "some.csv:203:5")
        done = self.run_tool("check", *arguments, "--max-refused", "2", "--json")
        self.assertEqual(done.returncode, DONE, done.stderr)
        (topic,) = json.loads(done.stdout)["sources"][0]["topics"]
        self.assertEqual((topic["rows"], topic["records"], topic["refused"]), (200, 200, 2))

    def test_a_zone_that_does_not_exist(self):
        path = self.file("XY.csv", HEADER + BARS)
        arguments = ["--source", f"csv:{path}", "--symbol", "XY", "--timezone", "Europe/Berlim"]
        self.fails(USAGE, ["check", *arguments], "Europe/Berlim")

    def test_a_symbol_that_nothing_names(self):
        path = self.file("1.csv", HEADER + BARS)
        self.fails(USAGE, ["check", "--source", f"csv:{path}"], "{symbol}", "--symbol")

    def test_unreadable_source(self):
        if os.geteuid() == 0:
            self.skipTest("root reads everything")
        path = self.file("secret.csv", HEADER + BARS)
        os.chmod(path, 0)
        self.fails(SOURCE, ["check", "--source", f"csv:{path}"], path)


class Reports(Tool):
    def test_check(self):
        done = self.run_tool("check", "--source", case.demo(days=2, symbols=3), "--speed", "60")
        self.assertEqual(done.returncode, DONE)
        for text in ("8,640 rows", "2025-01-01T00:01:00.000Z", "2025-01-03T00:00:00.000Z", "1m"):
            self.assertIn(text, done.stdout)
        self.assertIn("47 min", done.stdout)  # 2,879 minutes of market at 60
        self.assertEqual(os.listdir(self.scratch), [], "check writes nothing")

    def test_check_json(self):
        rows = BARS.splitlines(keepends=True)
        text = HEADER + "".join(rows[:50] + rows[53:60] + rows[59:])  # a hole, a repeat
        path = self.file("XY-1m.csv", text)
        done = self.run_tool("check", "--json", "--source", f"csv:{path}", "--symbol", "XY")
        self.assertEqual(done.returncode, DONE, done.stderr)
        report = json.loads(done.stdout)
        (topic,) = report["sources"][0]["topics"]
        self.assertEqual((topic["rows"], topic["records"], topic["duplicates"]), (198, 197, 1))
        self.assertEqual((topic["gaps"], topic["missing"]), (1, 3))
        self.assertEqual((topic["symbols"], topic["intervals"]), (["XY"], ["1m"]))
        example = report["sources"][0]["example"]
        self.assertEqual(example["value"]["volume"], 0)
        self.assertEqual(example["timestamp"], 1_700_000_100_000)

    def test_config_show(self):
        path = self.file("h.yaml", "replay:\n  speed: 60\nlog: {level: warn}\n")
        done = self.run_tool(
            "config", "show", "--config", path, "--speed", "90", "--from", "2025-01-01",
            environment={"HINDCAST_WARMUP": "2h"},
        )  # fmt: skip
        self.assertEqual(done.returncode, DONE, done.stderr)
        origins = {}
        for line in done.stdout.splitlines():
            match = re.fullmatch(r"\s*([\w-]+): (.*?)\s+# (.*)", line)
            if match:
                origins[match[1]] = (match[2], match[3])
        self.assertEqual(origins["speed"][0].strip('"'), "90")
        self.assertIn("--speed", origins["speed"][1])
        self.assertEqual(origins["warmup"][0], "2h")
        self.assertIn("HINDCAST_WARMUP", origins["warmup"][1])
        self.assertEqual(origins["level"], ("warn", f"{path}:3"))
        self.assertEqual(origins["listen"], ("127.0.0.1:9092", "default"))
        shown = self.file("shown.yaml", done.stdout)
        again = self.run_tool("config", "show", "--config", shown)
        self.assertEqual(again.returncode, DONE, again.stderr)
        self.assertIn("speed: 90", again.stdout.replace('"', ""))

    def test_version(self):
        done = self.run_tool("version")
        self.assertEqual(done.returncode, DONE)
        self.assertRegex(done.stdout, r"^hindcast \d+\.\d+\.\d+\n")

    def test_output_that_nobody_reads(self):
        """A closed pipe or a full disk is not success."""
        with open("/dev/full", "w") as full:
            done = subprocess.run([case.BINARY, "version"], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, STORAGE)


class Ready(Tool):
    def test_ready_line_and_file(self):
        path = self.path("ready.json")
        flags = ("--from", "2025-01-01T06:00:00Z", "--speed", "60", "--ready-file", path)
        with self.serve("--source", DAY, *flags) as broker:
            line = broker.ready
            self.assertIs(line["ready"], True)
            self.assertEqual(line["pid"], broker.process.pid)
            self.assertEqual(line["kafka"], line["sessions"]["main"]["kafka"])
            with open(path) as file:
                self.assertEqual(json.load(file), line)
            self.assertEqual(os.listdir(self.scratch), ["ready.json"])
            self.assertEqual(broker.get("/healthz"), b'{"status":"ok"}\n')
            self.assertTrue(json.loads(broker.get("/readyz"))["ready"])
        with self.serve("--source", DAY, *flags) as broker:  # warm: the first record is known
            main = broker.ready["sessions"]["main"]
            self.assertIn(main["next_visible"], (None, "2025-01-01T06:01:00.000Z"))

    def test_without_from_nothing_of_the_future_is_told(self):
        with self.serve("--source", DAY, "--speed", "1") as broker:
            main = broker.ready["sessions"]["main"]
            self.assertEqual((main["next_visible"], main["next_in"]), (None, None))
            status = broker.until("running")
            self.assertIsNone(status["to"])

    def test_port_in_use(self):
        with self.serve("--source", DAY) as broker:
            for flag in ("--listen", "--http"):
                address = broker.kafka if flag == "--listen" else broker.http
                arguments = ["serve", *NO_SERVER, flag, address, "--cache-dir", self.cache.name]
                self.fails(ADDRESS, arguments, address)

    def test_address_that_is_not_ours(self):
        self.fails(ADDRESS, ["serve", "--listen", "192.0.2.1:9092", "--http", "off"], "192.0.2.1")

    def test_directories(self):
        data = self.path("data")
        flags = ("--source", DAY, "--data-dir", data)
        with self.serve(*flags):
            said = self.fails(DIRECTORY, ["serve", *NO_SERVER, *flags], data)
            self.assertRegex(said, r"lock|use|another")
        with self.serve(*flags):
            pass
        self.file("plain", "no directory")
        for flag in ("--data-dir", "--cache-dir"):
            arguments = ["serve", *NO_SERVER, flag, self.path("plain"), "--speed", "max"]
            self.fails(DIRECTORY, arguments, self.path("plain"))

    def test_foreign_data_directory(self):
        data = self.path("data")
        with self.serve("--source", DAY, "--data-dir", data):
            pass
        (database,) = [name for name in os.listdir(data) if name.endswith(".db")]
        with open(os.path.join(data, database), "r+b") as file:
            file.write(b"this is no database" * 10)
        self.fails(DIRECTORY, ["serve", *NO_SERVER, "--data-dir", data], data)

    def test_damaged_cache(self):
        """Damage is noticed: the data are the same, or refused with the file's name until --refresh."""
        cache = self.path("cache")
        flags = ("--source", DAY, "--speed", "max", "--cache-dir", cache)
        with self.serve(*flags) as broker:
            broker.until("ended")
            good = read(broker, 0, 1440)
        for damage in (truncate, scribble):
            for index in range(len(files_below(cache))):
                path = files_below(cache)[index]
                damage(path)
                with self.subTest(damage=damage.__name__, file=os.path.basename(path)):
                    with self.serve(*flags) as broker:
                        broker.until("ended")
                        self.same_or_refused(broker, path, good)
                    with self.serve(*flags, "--refresh") as broker:
                        broker.until("ended")
                        self.assertEqual(read(broker, 0, 1440), good)

    def same_or_refused(self, broker, path: str, good: list) -> None:
        """A damaged file may be refused; then /readyz must name it."""
        try:
            got = read(broker, 0, 1440)
        except FetchError as refusal:
            self.assertIn(f"error {KAFKA_STORAGE_ERROR}", str(refusal))
            with self.assertRaises(urllib.error.HTTPError) as unready:
                broker.get("/readyz")
            self.assertEqual(unready.exception.code, 503)
            self.assertIn(os.path.basename(path), unready.exception.read().decode())
        else:
            self.assertEqual(got, good)

    def test_full_disk(self):
        """/dev/full cannot be a directory, so a tiny file system, where we may mount one."""
        disk = self.path("disk")
        os.mkdir(disk)
        mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
            self.skipTest("mounting needs root")
        try:
            arguments = ["serve", *NO_SERVER, "--source", case.demo(days=30), "--cache-dir", disk]
            done = self.run_tool(*arguments)
            self.assertEqual(done.returncode, STORAGE, done.stderr)
            self.assertIn(disk, done.stderr)
        finally:
            subprocess.run(["umount", "-l", disk], check=True)


def files_below(directory: str) -> list[str]:
    """Files that hold something, in a lasting order."""
    paths = (os.path.join(top, name) for top, _, names in os.walk(directory) for name in names)
    return sorted(path for path in paths if os.path.getsize(path))


def truncate(path: str) -> None:
    os.truncate(path, os.path.getsize(path) // 2)


def scribble(path: str) -> None:
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) // 2)
        old = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([old[0] ^ 0x20]))


if __name__ == "__main__":
    case.main()
