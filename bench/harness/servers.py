"""What is measured: Hindcast, and beside it Apache Kafka, librdkafka's mock and a bare loop of writev."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

from programs import CACHE, ROOT, Programs

sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "tests" / "e2e" / "mirror")]
sys.path.append(str(ROOT / "tests" / "interop" / "harness"))

import broker as e2e  # noqa: E402
import catalogue  # noqa: E402
import install  # noqa: E402
import kafka_node  # noqa: E402

TOPIC = "candles"
SYMBOLS, INTERVAL_MS, SEED = 640, 60_000, 1
BASE_MS = 1672531200000
# What kafka-cluster.md's reference was measured with: one batch of up to 1 MiB is one Fetch answer of a partition.
PRODUCER = ["batch.size=1000000", "linger.ms=100", "message.max.bytes=2000000", "acks=1"]
PRODUCER += ["queue.buffering.max.kbytes=1048576", "queue.buffering.max.messages=10000000"]


def cpu_ns(pid: int) -> int:
    """Processor time of all threads, those that ended excepted, in ns."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(FileNotFoundError):
            total += int(pathlib.Path(f"/proc/{pid}/task/{task}/schedstat").read_text().split()[0])
    return total


class Data:
    """Bars as CSV files, made once, and where Hindcast keeps what it loaded of them."""

    def __init__(self, folder: pathlib.Path, programs: Programs):
        self.folder, self.programs = folder, programs
        folder.mkdir(parents=True, exist_ok=True)
        self.cache = folder / "cache"

    def csv(self, records: int, symbols: int = SYMBOLS, interval_ms: int = INTERVAL_MS) -> str:
        """The first `records` bars, whole instants; returns its path."""
        path = self.folder / f"bars-{records}-{symbols}-{interval_ms}.csv"
        if not path.exists():
            print(f"making {path.name}", file=sys.stderr, flush=True)
            unfinished = path.with_suffix(".part")
            bars = max(records // symbols, 1)
            command = [self.programs.path("candles"), str(symbols), str(bars), str(interval_ms)]
            with open(unfinished, "wb") as out:
                subprocess.run([*command, str(SEED)], stdout=out, check=True)
            unfinished.rename(path)
        return str(path)


class Hindcast(e2e.Broker):
    """Serves a CSV file, or the built-in market; ready once all of it is loaded."""

    def __init__(
        self,
        binary: str,
        data: Data,
        csv: str | None,
        partitions: int = 1,
        *more: str,
    ):
        arguments = ["--cache-dir", str(data.cache), "--partitions", str(partitions)]
        arguments += ["--source", f"csv:{csv}" if csv else "demo:"]
        if "--speed" not in more:
            arguments += ["--speed", "max"]
        super().__init__(binary, [*arguments, *more])
        if "--speed" not in more:
            self.until("ended", 600)
        else:
            e2e.wait_for(self._loaded, 60, "load-done")

    def _loaded(self) -> bool:
        return any('"load-done"' in line for line in self.tail(40).splitlines())

    @property
    def address(self) -> str:
        return self.kafka

    def cpu_ns(self) -> int:
        return cpu_ns(self.process.pid)


class Kafka(kafka_node.Kafka):
    """One node with the flags of Kafka's own start script, half its heap; batches of up to 2 MB."""

    def __init__(self, folder: pathlib.Path):
        shutil.rmtree(folder, ignore_errors=True)
        # The tests' node checks permissions; an ordinary one does not.
        extra = "authorizer.class.name=\nmessage.max.bytes=2000000\nbroker.session.timeout.ms=9000\n"
        tools = catalogue.kafka_tools(install.Toolchains(may_install=True))
        super().__init__(str(tools / "classpath.args"), folder, stock=True, extra=extra)

    def cpu_ns(self) -> int:
        return cpu_ns(self.process.pid)

    def fill(self, programs: Programs, topic: str, partitions: int, records: int, source: str) -> None:
        """A topic with the records of `source`, partition by partition, and its groups' topic warm."""
        create = ["--bootstrap-server", self.address, "--create", "--topic", topic]
        self.tool("org.apache.kafka.tools.TopicCommand", *create, "--partitions", str(partitions))
        programs.run("copy", source, self.address, topic, partitions, records, *PRODUCER)


class Child:
    """A program of ours that prints its address and serves until its standard input ends."""

    def __init__(self, programs: Programs, name: str, *arguments):
        self.process = programs.start(name, *arguments)
        self.address = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *failure) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def cpu_ns(self) -> int:
        return cpu_ns(self.process.pid)


def versions(binary: str) -> dict[str, str]:
    def first(command: list[str]) -> str:
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError:
            return "not there"
        return (done.stdout or done.stderr).splitlines()[0].strip()

    library = "dpkg-query -W -f=${Version} librdkafka1".split()
    return {
        "hindcast": first([binary, "version"]),
        "Apache Kafka": catalogue.KAFKA,
        "Java": first(["java", "-version"]),
        "librdkafka": first(library),
        "kernel": os.uname().release,
    }


def read_to_nothing(path: str) -> None:
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


def parse(process: subprocess.Popen) -> dict:
    return json.loads(process.stdout.readline())
