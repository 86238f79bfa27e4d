"""`hindcast serve` as a child process, on free ports of loopback, never left behind."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

START_SECONDS, ANSWER_SECONDS, STOP_SECONDS = 60, 60, 10


class Failed(Exception):
    """The broker did not do what was expected of it."""


def clean_environment() -> dict[str, str]:
    """Ours without HINDCAST_*, which are settings of the broker."""
    return {name: value for name, value in os.environ.items() if name[:9] != "HINDCAST_"}


def wait_for(condition, seconds: float, what: str):
    """Polls until the condition holds and returns what it gave; Failed after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed(f"{what}: not within {seconds} s")
        time.sleep(0.002)


def read_line(process: subprocess.Popen, seconds: float) -> bytes | None:
    """The first line of standard output; None where it ends before; Failed after the deadline."""
    line, deadline = b"", time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(max(0, deadline - time.monotonic())):
                raise Failed(f"no ready line within {seconds} s")
            piece = os.read(process.stdout.fileno(), 4096)
            if not piece:
                return None
            line += piece
    return line


class Broker:
    """Leaving its context sends SIGTERM and expects exit 0."""

    def __init__(self, binary: str, arguments: list[str], log: str | None = None, **popen):
        self.log = log or tempfile.mkstemp(prefix="hindcast-e2e-", suffix=".log")[1]
        self._own_log = log is None
        command = [binary, "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", *arguments]
        with open(self.log, "wb") as errors:
            self.process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                stdin=subprocess.DEVNULL,
                env=clean_environment(),
                **popen,
            )
        try:
            line = read_line(self.process, START_SECONDS)
            if line is None:
                raise Failed(f"exit {self.process.wait()} instead of ready\n{self.tail()}")
            self.ready = json.loads(line)
        except BaseException:
            self.kill()
            raise
        self.kafka, self.http = self.ready["kafka"], self.ready["http"]

    def tail(self, lines: int = 20) -> str:
        with open(self.log, errors="replace") as log:
            return "".join(log.readlines()[-lines:])

    def get(self, path: str, method: str = "GET") -> bytes:
        ask = urllib.request.Request(f"http://{self.http}{path}", method=method)
        with urllib.request.urlopen(ask, timeout=ANSWER_SECONDS) as answer:
            return answer.read()

    def status(self) -> dict:
        return json.loads(self.get("/v1/sessions/main"))

    def post(self, command: str) -> dict:
        return json.loads(self.get(f"/v1/sessions/main/{command}", "POST"))

    def metrics(self) -> dict[str, float]:
        """Every sample by its name with labels."""
        samples = (line for line in self.get("/metrics").decode().splitlines() if line[:1] != "#")
        return {name: float(value) for name, value in (s.rsplit(" ", 1) for s in samples if s)}

    def until(self, state: str, seconds: float = START_SECONDS) -> dict:
        """The status once the session is in that state."""

        def reached():
            status = self.status()
            return status if status["state"] == state else None

        return wait_for(reached, seconds, f"state {state}")

    def rss_anon_kib(self) -> int:
        return self._proc_status("RssAnon")

    def _proc_status(self, key: str) -> int:
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith(key + ":"):
                    return int(line.split()[1])
        raise Failed(f"no {key}")

    def cpu_seconds(self) -> float:
        """Time on a processor, of all threads (schedstat, in ns)."""
        total = 0
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            with contextlib.suppress(FileNotFoundError):
                with open(f"/proc/{self.process.pid}/task/{task}/schedstat") as stat:
                    total += int(stat.read().split()[0])
        return total / 1e9

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"still running after {seconds} s\n{self.tail()}") from None

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        self.signal(signal.SIGTERM)
        try:
            return self.wait()
        finally:
            self.kill()

    def kill(self) -> None:
        """SIGKILL where it still runs; its log goes with it."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        if self._own_log:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.log)

    def __enter__(self) -> "Broker":
        return self

    def __exit__(self, kind, value, trace) -> None:
        if kind is not None:
            self.kill()
            return
        tail = self.tail()
        ended = self.process.poll()
        status = self.stop() if ended is None else ended
        if status != 0:
            self.kill()
            raise Failed(f"exit status {status}\n{tail}")
        self.kill()
