"""One Apache Kafka node from its jars, with the flags of Kafka's own start script at half its heap."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests" / "interop" / "harness"))

import catalogue  # noqa: E402
import install  # noqa: E402

FLAGS = (
    "-server -Xms512m -Xmx512m -XX:+UseG1GC -XX:MaxGCPauseMillis=20"
    " -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent"
).split()
CLUSTER_ID = "SGluZGNhc3QtS2Fma2EtMQ"
START_SECONDS, TOOL_SECONDS = 60, 60
PROBE = bytes.fromhex("0000000a0012000000000001ffff")
PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={folder}/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=8388608
log.retention.ms=-1
"""


def free_ports(count: int) -> list[int]:
    holders = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [holder.getsockname()[1] for holder in holders]
    for holder in holders:
        holder.close()
    return ports


class KafkaNode:
    """Formats a new folder and starts; leaving the context stops it."""

    name = "Apache Kafka 4.3.1"

    def __init__(self, folder: str):
        self.folder = pathlib.Path(folder)
        self.jars = catalogue.kafka_tools(install.Toolchains(may_install=True))
        port, controller = free_ports(2)
        self.kafka = f"127.0.0.1:{port}"
        self.properties = self.folder / "server.properties"
        self.properties.write_text(
            PROPERTIES.format(port=port, controller=controller, folder=folder)
        )
        (self.folder / "log4j2.xml").write_text(
            '<Configuration><Appenders><File name="f" fileName="{0}/log"/></Appenders><Loggers>'
            '<Root level="warn"><AppenderRef ref="f"/></Root></Loggers></Configuration>'.format(
                folder
            )
        )
        config = ["--config", str(self.properties)]
        self.tool("kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER_ID, *config)
        self.process = None

    def java(self, flags: list[str], *arguments: str) -> list[str]:
        logs = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.xml'}"
        return ["java", *flags, logs, f"@{self.jars / 'classpath.args'}", *arguments]

    def tool(self, *arguments: str) -> None:
        command = self.java(["-XX:TieredStopAtLevel=1"], *arguments)
        subprocess.run(command, check=True, capture_output=True, timeout=TOOL_SECONDS)

    def create(self, topic: str, partitions: int) -> None:
        where = ["--bootstrap-server", self.kafka, "--topic", topic]
        count = ["--partitions", str(partitions)]
        limit = ["--config", "max.message.bytes=2000000"]
        self.tool("org.apache.kafka.tools.TopicCommand", "--create", *where, *count, *limit)

    def start(self) -> float:
        """Seconds until it answers ApiVersions."""
        begin = time.monotonic()
        command = self.java(FLAGS, "kafka.Kafka", str(self.properties))
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        host, port = self.kafka.split(":")
        while time.monotonic() < begin + START_SECONDS:
            try:
                with socket.create_connection((host, int(port)), 5) as probe:
                    probe.sendall(PROBE)
                    if probe.recv(10)[4:] == b"\0\0\0\1\0\0":
                        return time.monotonic() - begin
            except OSError:
                pass
            time.sleep(0.005)
        raise TimeoutError("Kafka did not start")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> "KafkaNode":
        self.started = self.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop()


def cpu_seconds(pid: int) -> float:
    """Time on a processor of all live threads."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/schedstat") as stat:
                total += int(stat.read().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total / 1e9


def rss_anon_mib(pid: int) -> float:
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
    raise RuntimeError("no RssAnon")
