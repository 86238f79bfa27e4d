"""Steering a replay from outside: HTTP, `hindcast ctl`, sessions, `hindcast run`, `hindcast hash`."""

import json
import os
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request

import case
from case import EPOCH_2025, Case, demo, wait_for

MINUTE = 60_000


class Control(Case):
    def ask(self, broker, method: str, path: str, body=None) -> tuple[int, dict]:
        """Status code and the JSON that came with it."""
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{broker.http}{path}", data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else {}
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def post(self, broker, path: str, body=None) -> tuple[int, dict]:
        return self.ask(broker, "POST", f"/v1/sessions/main/{path}", {} if body is None else body)

    def tool(self, *arguments: str, **popen) -> subprocess.CompletedProcess:
        return subprocess.run(
            [case.BINARY, *arguments], capture_output=True, text=True, timeout=120, **popen
        )


class TestSteering(Control):
    def test_a_debugging_session(self):
        with self.serve("--source", demo(), "--from", "2025-01-01", "--start", "paused") as broker:
            broker.until("paused")
            code, status = self.post(broker, "step", {"instants": 5})
            self.assertEqual((code, status["stepped"]), (200, {"records": 5, "instants": 5}))
            self.assertEqual(status["market_time_ms"], EPOCH_2025 + 5 * MINUTE)
            code, status = self.post(broker, "step", {"duration": "10m"})
            self.assertEqual(status["topics"]["candles"]["partitions"][0]["high_watermark"], 15)
            code, status = self.post(broker, "step", {"records": 10})
            self.assertEqual(status["stepped"]["records"], 10)
            code, status = self.post(broker, "seek", {"time": "2025-01-01T00:03:00Z"})
            self.assertEqual((code, status["generation"], status["state"]), (200, 1, "paused"))
            partition = status["topics"]["candles"]["partitions"][0]
            self.assertEqual((partition["high_watermark"], partition["leader_epoch"]), (3, 1))
            code, at = self.ask(broker, "GET", "/v1/sessions/main/at?time=2025-01-01T00:02:00Z")
            self.assertEqual(at["topics"]["candles"]["partitions"][0]["offset"], 2)
            code, at = self.ask(
                broker, "GET", "/v1/sessions/main/at?topic=candles&partition=0&offset=2"
            )
            self.assertEqual(at["time_ms"], EPOCH_2025 + 3 * MINUTE)
            code, status = self.post(broker, "speed", {"speed": "max"})
            self.assertEqual((code, status["market_time_ms"]), (200, EPOCH_2025 + 3 * MINUTE))
            self.assertEqual(self.post(broker, "resume")[0], 200)
            code, status = self.ask(broker, "GET", "/v1/sessions/main/wait?until=ended")
            self.assertEqual((code, status["state"]), (200, "ended"))
            code, status = self.post(broker, "reset")
            self.assertEqual((status["state"], status["market_time_ms"]), ("paused", EPOCH_2025))

    def test_refusals(self):
        with self.serve("--source", demo(), "--from", "2025-01-01", "--to", "2025-01-02") as broker:
            broker.until("running")
            rows = [
                ("POST", "main/seek", b"{", 400),
                ("POST", "main/seek", b"[]", 400),
                ("POST", "main/seek", b'{"time":1,"time":2}', 400),
                ("POST", "main/seek", {}, 422),
                ("POST", "main/seek", {"time": "soon"}, 422),
                ("POST", "main/seek", {"time": "2025-01-01T01:00:00Z", "skipp": True}, 422),
                ("POST", "main/seek", {"time": "2024-12-31"}, 422),
                ("POST", "main/seek", {"time": "2025-01-03"}, 422),
                ("POST", "main/seek", {"time": 2**63 - 1}, 422),
                ("POST", "main/speed", {"speed": 0}, 422),
                ("POST", "main/speed", {"speed": -1}, 422),
                ("POST", "main/speed", {"speed": 1e300}, 422),
                ("POST", "main/speed", {"speed": "fast"}, 422),
                ("POST", "main/step", {}, 422),
                ("POST", "main/step", {"records": 0}, 422),
                ("POST", "main/step", {"records": 1, "instants": 1}, 422),
                ("POST", "main/step", {"records": 1}, 409),
                ("POST", "nobody/step", {"records": 0}, 422),
                ("POST", "nobody/step", {"records": 1}, 404),
                ("GET", "main/wait?until=ended&timeout=10ms", None, 408),
                ("GET", "main/wait?until=2025-01-03T00:00:00Z", None, 422),
                ("GET", "main/wait?until=never", None, 422),
                ("GET", "main/wait?untill=ended", None, 422),
                ("GET", "main/at?time=2025-01-01T12:00:00Z", None, 422),
                ("GET", "main/at?topic=candles&partition=0&offset=1000", None, 422),
                ("GET", "main/at?topic=none&partition=0&offset=0", None, 422),
                ("DELETE", "main", None, 409),
                ("PUT", "main", b"{}", 405),
            ]
            for method, path, body, expected in rows:
                with self.subTest(path=path, body=body):
                    code, problem = self.ask(broker, method, f"/v1/sessions/{path}", body)
                    self.assertEqual((code, problem["status"]), (expected, expected), problem)
                    self.assertTrue(problem["detail"])
            self.assertEqual(broker.status()["generation"], 0)

    def test_a_rewind_survives_a_kill(self):
        data = self.path("data")
        arguments = ("--source", demo(), "--from", "2025-01-01", "--data-dir", data)
        broker = self.serve(*arguments, "--start", "paused")
        broker.until("paused")
        self.post(broker, "step", {"records": 100})
        self.post(broker, "seek", {"time": "2025-01-01T00:30:00Z"})
        broker.kill()
        with self.serve(*arguments) as broker:
            status = broker.until("paused")
            partition = status["topics"]["candles"]["partitions"][0]
            self.assertEqual(status["market_time_ms"], EPOCH_2025 + 30 * MINUTE)
            self.assertEqual(status["generation"], 1)
            self.assertEqual((partition["high_watermark"], partition["leader_epoch"]), (30, 1))
        with self.serve(*arguments, "--fresh", "--start", "paused") as broker:
            status = broker.until("paused")
            self.assertEqual((status["market_time_ms"], status["generation"]), (EPOCH_2025, 2))
            self.assertEqual(status["topics"]["candles"]["partitions"][0]["leader_epoch"], 2)

    def test_a_loop_begins_again_once_it_is_drained(self):
        flags = ("--source", demo(), "--speed", "max", "--on-end", "loop", "--drain-timeout", "1s")
        with self.serve(*flags) as broker:
            # Nobody reads: it goes on when the time to drain is over.
            wait_for(lambda: broker.status()["generation"] >= 2, 60, "two loops")
            read = ["kcat", "-b", broker.kafka, "-C", "-t", "candles", "-o", "beginning", "-q"]
            done = subprocess.run([*read, "-c", "1440"], capture_output=True, timeout=60)
            self.assertEqual(len(done.stdout.splitlines()), 1440, done.stderr)

    def test_ctl(self):
        with self.serve("--source", demo(), "--from", "2025-01-01", "--start", "paused") as broker:
            broker.until("paused")
            env = {**os.environ, "HINDCAST_HTTP": broker.http}
            done = self.tool("ctl", "step", "--records", "7", "--json", env=env)
            self.assertEqual((done.returncode, json.loads(done.stdout)["stepped"]["records"]), (0, 7))
            self.assertIn("paused", self.tool("ctl", "status", env=env).stdout)
            self.assertEqual(self.tool("ctl", "step", "5m", env=env).returncode, 0)
            self.assertEqual(self.tool("ctl", "seek", "2025-01-01T00:02:00Z", env=env).returncode, 0)
            self.assertEqual(broker.status()["market_time_ms"], EPOCH_2025 + 2 * MINUTE)
            self.assertEqual(self.tool("ctl", "speed", "0", env=env).returncode, 2)
            self.assertEqual(self.tool("ctl", "wait", "--timeout", "10ms", env=env).returncode, 8)
            self.assertEqual(self.tool("ctl", "dance", env=env).returncode, 2)
            self.assertEqual(self.tool("ctl", "speed", "max", env=env).returncode, 0)
            self.assertEqual(self.tool("ctl", "resume", env=env).returncode, 0)
            self.assertEqual(self.tool("ctl", "wait", env=env).returncode, 0)
        self.assertEqual(self.tool("ctl", "status", "--http", broker.http).returncode, 4)


class TestSessions(Control):
    def test_come_and_go(self):
        with self.serve("--source", demo(), "--from", "2025-01-01", "--to", "2025-01-02") as broker:
            broker.until("running")
            body = {"name": "fast", "speed": "max", "from": "2025-01-01T12:00:00Z"}
            code, status = self.ask(broker, "POST", "/v1/sessions", body)
            self.assertEqual((code, status["name"]), (201, "fast"))
            code, status = self.ask(broker, "GET", "/v1/sessions/fast/wait")
            self.assertEqual(status["topics"]["candles"]["partitions"][0]["log_start"], 720)
            self.assertNotEqual(status["kafka"], broker.status()["kafka"])
            self.assertEqual(self.ask(broker, "POST", "/v1/sessions", body)[0], 409)
            for wrong in (
                {"from": "2024-01-01"},
                {"to": "2025-02-01"},
                {"topics": ["nothing"]},
                {"speeed": 1},
                {"name": "a/b"},
                {"listen": "nowhere"},
            ):
                with self.subTest(wrong=wrong):
                    self.assertEqual(self.ask(broker, "POST", "/v1/sessions", wrong)[0], 422)
            self.assertEqual(self.ask(broker, "DELETE", "/v1/sessions/fast")[0], 204)
            self.assertEqual(self.ask(broker, "GET", "/v1/sessions/fast")[0], 404)
            self.assertEqual(self.ask(broker, "POST", "/v1/sessions", {"ttl": "50ms"})[0], 201)
            count = lambda: len(self.ask(broker, "GET", "/v1/sessions")[1]["sessions"])  # noqa: E731
            wait_for(lambda: count() == 1, 30, "the ttl passes")

    def test_two_thousand(self):
        with self.serve("--source", demo()) as broker:
            broker.until("running")
            descriptors = lambda: len(os.listdir(f"/proc/{broker.process.pid}/fd"))  # noqa: E731
            before = descriptors(), broker.rss_anon_kib()
            for i in range(2000):
                self.assertEqual(self.ask(broker, "POST", "/v1/sessions", {"name": f"s{i}"})[0], 201)
            self.assertLess(broker.rss_anon_kib() - before[1], 2000 * 64)
            for i in range(2000):
                self.assertEqual(self.ask(broker, "DELETE", f"/v1/sessions/s{i}")[0], 204)
            wait_for(lambda: descriptors() <= before[0] + 1, 30, "descriptors are closed")


class TestGroups(Control):
    def test_lag_in_records_and_in_market_time(self):
        with self.serve("--source", demo(), "--from", "2025-01-01", "--start", "paused") as broker:
            broker.until("paused")
            self.post(broker, "step", {"instants": 10})
            script = (
                f"kcat -b {broker.kafka} -q -c 4 -X auto.offset.reset=earliest "
                "-X enable.auto.commit=true -G readers candles >/dev/null"
            )
            subprocess.run(["sh", "-c", script], check=True, timeout=60)
            code, group = self.ask(broker, "GET", "/v1/sessions/main/groups/readers")
            self.assertEqual((code, group["group"]), (200, "readers"))
            partition = group["partitions"][0]
            missing = 10 - partition["committed"]
            self.assertEqual(partition["lag_records"], missing)
            self.assertEqual(partition["lag_market_seconds"], max(missing - 1, 0) * 60)
            labels = 'session="main",group="readers",topic="candles",partition="0"'
            self.assertEqual(broker.metrics()[f"hindcast_group_lag_records{{{labels}}}"], missing)
            self.assertEqual(self.ask(broker, "GET", "/v1/sessions/main/groups/none")[0], 404)


class TestRun(Control):
    def run_with(self, script: str, *flags: str) -> tuple[subprocess.CompletedProcess, dict]:
        out = self.path("summary.json")
        done = self.tool(
            "run", "--source", demo(), "--cache-dir", self.cache.name, "--json", out, *flags,
            "--", "sh", "-c", script,
        )
        with open(out, encoding="utf-8") as file:
            return done, json.load(file)

    READ = "kcat -b $HINDCAST_BOOTSTRAP -C -t candles -o beginning -c 1440 -q -f '%o\\n' | tail -1"

    def test_statuses(self):
        for script, flags, expected in (
            ("exit 7", (), 7),
            ("kill -9 $$", (), 137),
            ("true", (), 0),
            ("true", ("--expect-drained",), 124),
            ("sleep 20", ("--start-timeout", "100ms"), 125),
        ):
            with self.subTest(script=script):
                done, summary = self.run_with(script, *flags)
                self.assertEqual(done.returncode, expected, done.stderr)
                self.assertEqual(summary["failure"] is not None, expected == 125)

    def test_hashes_are_equal_at_every_speed(self):
        wanted = self.tool("hash", "--source", demo(), "--cache-dir", self.cache.name)
        self.assertEqual(wanted.returncode, 0, wanted.stderr)
        for speed in ("max", "1000000", "20000"):
            with self.subTest(speed=speed):
                wait = "; hindcast=1; " + f"'{case.BINARY}' ctl wait >/dev/null"
                done, summary = self.run_with(self.READ + wait, "--speed", speed)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout.strip(), "1439")
                topic = summary["topics"][0]
                self.assertEqual(f"{topic['sha256']}  {topic['topic']}\n", wanted.stdout)

    def test_signals_are_forwarded(self):
        with tempfile.NamedTemporaryFile() as told:
            script = f"trap 'echo stopped > {told.name}; exit 3' TERM; echo up; while :; do sleep 0.1; done"
            process = subprocess.Popen(
                [case.BINARY, "run", "--source", demo(), "--cache-dir", self.cache.name, "--",
                 "sh", "-c", script],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
            )
            self.assertEqual(process.stdout.readline(), b"up\n")
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(timeout=60), 3)
            process.stdout.close()
            self.assertEqual(told.read(), b"stopped\n")


if __name__ == "__main__":
    case.main()
