"""One run of a client program, and the comparison of what it printed with what it had to print."""

import base64
import os
import pathlib
import selectors
import signal
import struct
import subprocess
import sys
import tempfile
import time
import typing

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "e2e"))
import wire  # noqa: E402
from install import Program  # noqa: E402
from market import Log  # noqa: E402

DEADLINE_SECONDS = float(os.environ.get("HC_INTEROP_DEADLINE", "60"))
RECORDS_PER_SECOND = 4000  # the slowest client reads more than that on a busy machine


class Difference(Exception):
    """A client did not read what the log holds."""


class Run(typing.NamedTuple):
    """What a program is told; see clients/README.md."""

    bootstrap: str
    mode: str
    start: str
    group: str
    topics: list[str] = []
    count: int = 0

    def arguments(self) -> list[str]:
        return [
            "--bootstrap", self.bootstrap, "--topics", ",".join(self.topics), "--mode", self.mode,
            "--from", self.start, "--count", str(self.count), "--group", self.group,
        ]  # fmt: skip


def lines_of(program: Program, run: Run) -> typing.Iterator[list[bytes]]:
    """Runs the program; yields its lines as they come, a piece at a time."""
    seconds = DEADLINE_SECONDS + run.count / RECORDS_PER_SECOND
    deadline = time.monotonic() + seconds
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [*program.command, *run.arguments()],
            env={**os.environ, **program.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        try:
            yield from _pieces(process, deadline)
            status = process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            status = f"none after {seconds:.0f} s"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            process.stdout.close()
        if status != 0:
            errors.seek(0)
            tail = b"\n    ".join(errors.read()[-4000:].splitlines()[-12:]).decode(errors="replace")
            raise Difference(f"exit status {status}\n    {tail}")


def _pieces(process: subprocess.Popen, deadline: float) -> typing.Iterator[list[bytes]]:
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0, deadline - time.monotonic())):
                raise subprocess.TimeoutExpired(process.args, DEADLINE_SECONDS)
            piece = os.read(process.stdout.fileno(), 1 << 20)
            if not piece:
                if rest:
                    raise Difference(f"half a line at the end: {rest!r}")
                return
            lines = (rest + piece).split(b"\n")
            rest = lines.pop()
            if lines:
                yield lines


class Comparison:
    """Takes lines in any order of partitions, but without gap or repeat within one."""

    def __init__(self, logs: list[Log], starts: dict[str, list[int]] | None):
        """Without starts, each partition begins where its first line says."""
        self.logs = {log.topic.encode(): log for log in logs}
        self.next: dict[tuple[bytes, int], int] = {}
        self.first: dict[tuple[bytes, int], int] = {}
        if starts is not None:
            for topic, offsets in starts.items():
                for partition, offset in enumerate(offsets):
                    self.next[topic.encode(), partition] = offset
        self.count = 0

    def take(self, lines: list[bytes]) -> None:
        for line in lines:
            topic, partition, offset, _ = line.split(b"\t", 3)
            place, offset = (topic, int(partition)), int(offset)
            want = self.next.get(place, offset)
            held = self.logs[topic].lines[place[1]]
            if offset != want or offset >= len(held) or held[offset] != line:
                right = readable(held[want]) if want < len(held) else f"nothing at {want}"
                raise Difference(f"expected {right}\n    got      {readable(line)}")
            self.first.setdefault(place, offset)
            self.next[place] = offset + 1
            self.count += 1


def readable(line: bytes) -> str:
    """A line with its key and value as they were before Base64."""
    *place, key, value = line.split(b"\t")
    shown = ["null" if cell == b"-" else repr(base64.b64decode(cell)) for cell in (key, value)]
    return " ".join([*(word.decode() for word in place), *shown])


def read_whole(program: Program, run: Run, logs: list[Log], broker: str) -> None:
    """The client must read everything from a start on; a group's commits must say so afterwards."""
    starts = {log.topic: log.starts(run.start) for log in logs}
    count = sum(log.count(run.start) for log in logs)
    run = run._replace(topics=[log.topic for log in logs], count=count)
    comparison = Comparison(logs, starts)
    try:
        for lines in lines_of(program, run):
            comparison.take(lines)
    except Difference as problem:
        raise Difference(f"{comparison.count} of {count} records: {problem}") from problem
    if comparison.count != count:
        raise Difference(f"{comparison.count} records instead of {count}")
    for log in logs:
        for partition, held in enumerate(log.lines):
            place = log.topic.encode(), partition
            if comparison.next[place] != max(len(held), starts[log.topic][partition]):
                raise Difference(f"{log.topic} {partition}: ends at {comparison.next[place]}")
    if run.mode == "group":
        check_commits(broker, run.group, comparison)


def check_commits(broker: str, group: str, comparison: Comparison) -> None:
    connection = Groups(broker, timeout=10)
    for topic, log in comparison.logs.items():
        committed = connection.committed(group, log.topic, len(log.lines))
        for partition, offset in enumerate(committed):
            place = topic, partition
            if place in comparison.first and offset != comparison.next[place]:
                raise Difference(
                    f"committed offset of {log.topic} {partition}: {offset} "
                    f"instead of {comparison.next[place]}"
                )
    connection.close()


def read_live(program: Program, run: Run, log: Log, status: typing.Callable[[], dict]) -> None:
    """Reading from the end while the market runs: from where it was, without gap, never early."""
    connection = wire.Reader(run.bootstrap, timeout=10)
    partitions = range(len(log.lines))
    before = [connection.offset(log.topic, partition, -1) for partition in partitions]
    connection.close()
    comparison = Comparison([log], None)
    for lines in lines_of(program, run._replace(topics=[log.topic])):
        comparison.take(lines)
        market_ms = status()["market_time_ms"]
        latest = max(int(line.split(b"\t", 4)[3]) for line in lines)
        if latest > market_ms:
            raise Difference(f"a record of {latest} was read when it was {market_ms}")
    if comparison.count != run.count:
        raise Difference(f"{comparison.count} records instead of {run.count}")
    for (_, partition), first in comparison.first.items():
        if first < before[partition]:
            raise Difference(f"partition {partition}: began at {first}, below {before[partition]}")
    if run.mode == "group":
        check_commits(run.bootstrap, run.group, comparison)


def read_some(program: Program, run: Run, log: Log) -> None:
    """The first records of a topic from a start on."""
    comparison = Comparison([log], {log.topic: log.starts(run.start)})
    for lines in lines_of(program, run._replace(topics=[log.topic])):
        comparison.take(lines)
    if comparison.count != run.count:
        raise Difference(f"{comparison.count} records instead of {run.count}")


class Groups(wire.Reader):
    """What wire.Reader does, and committed offsets."""

    OFFSET_FETCH = 9

    def committed(self, group: str, topic: str, partitions: int) -> list[int]:
        body = struct.pack(">h", len(group)) + group.encode() + struct.pack(">i", 1)
        body += struct.pack(">h", len(topic)) + topic.encode()
        body += struct.pack(f">i{partitions}i", partitions, *range(partitions))
        answer = self._ask(self.OFFSET_FETCH, 1, body)
        answer.i32(), answer.string()
        offsets = [-1] * partitions
        for _ in range(answer.i32()):
            partition, offset = answer.i32(), answer.i64()
            answer.string()
            error = answer.i16()
            if error:
                raise wire.WireError(f"OffsetFetch of {topic} {partition}: error {error}")
            offsets[partition] = offset
        return offsets
