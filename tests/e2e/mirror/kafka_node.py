"""A real Apache Kafka, one node, from its published jars: started, stopped, killed and started again."""

import pathlib
import signal
import socket
import subprocess
import time

QUICK = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
STOCK = [
    "-server", "-Xms512m", "-Xmx512m", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20",
    "-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent",
]  # fmt: skip
READY_SECONDS = 90
CLUSTER_ID = "SGluZGNhc3QtS2Fma2EtMQ"
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{advertised}
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
broker.session.timeout.ms=2000
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=true
"""
# Log files of the broker itself are not wanted: its standard output is kept.
PROBE = bytes.fromhex("0000000a" "0012" "0000" "00000001" "ffff")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class Kafka:
    """A context manager. `advertised` is the port that clients are told, a proxy's perhaps."""

    def __init__(
        self,
        classpath: str,
        folder: pathlib.Path,
        advertised: int | None = None,
        stock: bool = False,
        extra: str = "",
    ):
        self.classpath, self.folder = classpath, folder
        self.port, controller = free_port(), free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.flags = STOCK if stock else QUICK
        folder.mkdir(parents=True)
        self.config = folder / "server.properties"
        text = PROPERTIES.format(
            port=self.port,
            controller=controller,
            advertised=advertised or self.port,
            folder=folder,
        )
        self.config.write_text(text + extra)
        format_it = ["kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER_ID]
        self._java([*format_it, "--config", str(self.config)])
        self.process: subprocess.Popen | None = None
        self.start()

    def __enter__(self) -> "Kafka":
        return self

    def __exit__(self, *failure) -> None:
        self.stop()

    def start(self) -> None:
        log = open(self.folder / "broker.log", "ab")
        command = ["java", *self.flags, f"-Dkafka.logs.dir={self.folder}"]
        settings = pathlib.Path(self.classpath).parent / "log4j2.xml"
        command += [f"-Dlog4j2.configurationFile={settings}", f"@{self.classpath}"]
        self.process = subprocess.Popen(
            [*command, "kafka.Kafka", str(self.config)], stdout=log, stderr=log
        )
        log.close()
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Kafka did not start: see {self.folder}/broker.log")
            time.sleep(0.05)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def tool(self, main: str, *arguments: str) -> str:
        return self._java([main, *arguments])

    def _java(self, arguments: list[str]) -> str:
        settings = pathlib.Path(self.classpath).parent / "log4j2.xml"
        command = ["java", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        command += [f"-Dlog4j2.configurationFile={settings}", f"@{self.classpath}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.settimeout(5)
                connection.sendall(PROBE)
                answer = b""
                while len(answer) < 10:
                    piece = connection.recv(4096)
                    if not piece:
                        return False
                    answer += piece
                return answer[4:10] == bytes.fromhex("000000010000")
        except OSError:
            return False
