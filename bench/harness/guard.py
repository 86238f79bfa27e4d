"""What one Fetch of whole stored batches costs the server, counted, not timed, against bench/guard.json:

    python3 bench/harness/guard.py HINDCAST-BINARY BUILD-TYPE

Instructions by callgrind: the difference of two runs that differ only in how many requests are sent. Allocations and
system calls by count_calls.c. Without valgrind the first is left out, and the status is 77, unless HC_STRICT is set.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

from programs import Programs
from servers import TOPIC, Data, Hindcast, e2e

ANSWER_BYTES, REQUESTS, ROUNDS, RECORDS = 65_536, 25, 40, 16_000
BOUNDS = json.loads((pathlib.Path(__file__).resolve().parents[1] / "guard.json").read_text())
SKIPPED = 77


class Wrapped:
    """`hindcast serve` of warm data below another program, until its context ends."""

    def __init__(self, folder: pathlib.Path, data: Data, csv: str, command: list[str], env: dict | None = None, partitions: int = 1):
        self.ready, self.log = folder / "ready", folder / "log"
        self.ready.unlink(missing_ok=True)
        command = [*command, "serve", "--listen", "127.0.0.1:0", "--http", "off"]
        command += ["--cache-dir", str(data.cache), "--source", f"csv:{csv}", "--speed", "max"]
        command += ["--partitions", str(partitions), "--ready-file", str(self.ready)]
        environment = {**e2e.clean_environment(), **(env or {})}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log, env=environment)

    def __enter__(self) -> str:
        def address():
            loaded = "load-done" in self.log.read_text(errors="replace") and self.ready.exists()
            return json.loads(self.ready.read_text())["kafka"] if loaded else None

        try:
            return e2e.wait_for(address, 120, "ready")
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise

    def __exit__(self, *failure) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def fetch(programs: Programs, address: str, rounds: int, *more, at_ready=lambda: None) -> int:
    """`more`: partitions, bytes of each. How many requests were sent after the first pass."""
    partitions, bytes_each = more or (1, ANSWER_BYTES)
    client = programs.start("raw_fetch", address, TOPIC, partitions, rounds, bytes_each, REQUESTS)
    with client:
        client.stdout.readline()
        at_ready()
        out, _ = client.communicate("\n")
    return json.loads(out.splitlines()[-1])["requests"]


def instructions(binary: str, programs: Programs, folder: pathlib.Path, data: Data, csv: str) -> float:
    totals = []
    for rounds in (1, 1 + ROUNDS):
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder / 'callgrind'}", binary]
        served = Wrapped(folder, data, csv, command)
        with served as address:
            if fetch(programs, address, rounds) != rounds * REQUESTS:
                raise RuntimeError("too little data")
        totals.append(int(re.search(r"Collected : (\d+)", served.log.read_text(errors="replace"))[1]))
    return (totals[1] - totals[0]) / (ROUNDS * REQUESTS)


def calls(binary: str, programs: Programs, folder: pathlib.Path, data: Data, csv: str, *more) -> list[float]:
    """For each request: allocations, system calls besides epoll, epoll waits."""
    counters = folder / "counters"
    counters.unlink(missing_ok=True)
    env = {"LD_PRELOAD": programs.path("count_calls.so"), "HC_COUNT_FILE": str(counters)}
    before: list[int] = []

    def read() -> tuple[int, ...]:
        return struct.unpack("6Q", counters.read_bytes())

    with Wrapped(folder, data, csv, [binary], env, *more[:1]) as address:
        fetch(programs, address, 1, *more)  # arenas have their size, blocks are verified
        sent = fetch(programs, address, ROUNDS, *more, at_ready=lambda: before.extend(read()))
        after = read()
    each = [(b - a) / sent for a, b in zip(before, after)]
    return [each[0], each[1] + each[2] + each[5], each[3]]


def main() -> int:
    binary, build_type = os.path.realpath(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory(prefix="hindcast-guard-") as name:
        folder = pathlib.Path(name)
        programs = Programs(folder)
        data = Data(folder / "data", programs)
        csv = data.csv(RECORDS)
        with Hindcast(binary, data, csv):
            pass  # loaded into the cache
        names = ("allocations", "system calls besides epoll", "epoll waits")
        found = dict(zip(names, calls(binary, programs, folder, data, csv)))
        # Answers of megabytes, which fill the socket.
        found["allocations, 10 partitions"] = calls(binary, programs, folder, data, csv, 10, 1 << 20)[0]
        counted = shutil.which("valgrind") is not None
        if counted:
            found["instructions"] = instructions(binary, programs, folder, data, csv)
        elif os.environ.get("HC_STRICT"):
            raise RuntimeError("valgrind is not installed")
    bad = 0
    for what, value in found.items():
        bound = BOUNDS[what][build_type] if what == "instructions" else BOUNDS[what]
        bad += value > bound
        print(f"{what} for each Fetch: {value:,.2f}, at most {bound:,}{'' if value <= bound else ': TOO MANY'}")
    return 1 if bad else 0 if counted else SKIPPED


if __name__ == "__main__":
    sys.exit(main())
