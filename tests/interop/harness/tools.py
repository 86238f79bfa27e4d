"""Apache Kafka's own command-line tools against hindcast: those that read, describe, list or reset."""

import base64
import datetime
import json
import os
import pathlib
import signal
import subprocess
import typing
import uuid

import brokers
import catalogue
import market
from install import Missing, Toolchains
from suite import BETWEEN_MS, OFFSET, World

TOOLS = "org.apache.kafka.tools"
GROUPS = f"{TOOLS}.consumer.group.ConsumerGroupCommand"
JAVA = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
DEADLINE_SECONDS = 60
MEMBER_TRIES = 10


class Wrong(Exception):
    """A tool printed something else than it had to."""


class Output(typing.NamedTuple):
    status: int
    text: str  # standard output
    errors: str

    def rows(self) -> list[list[str]]:
        return [line.split() for line in self.text.splitlines() if line.strip()]


class Tools:
    """The commands, each a method `check_...`, in the order in which they are written."""

    def __init__(self, folder: pathlib.Path, broker: brokers.Hindcast, log: market.Log):
        self.folder, self.broker, self.log = folder, broker, log
        self.group = f"tools-{uuid.uuid4().hex[:8]}"
        self.archive = folder / "tool.jsa"
        self.config = folder / "log4j2.xml"
        self.config.write_text(
            '<Configuration><Appenders><Console name="c" target="SYSTEM_ERR"/></Appenders>'
            '<Loggers><Root level="warn"><AppenderRef ref="c"/></Root></Loggers></Configuration>\n'
        )

    # What every tool run has in common.

    def run(
        self,
        main: str,
        *arguments: str,
        given: str = "",
        java: tuple[str, ...] = (),
        server: bool = True,
    ) -> Output:
        flags = [*JAVA, f"-Dlog4j2.configurationFile={self.config}", *java]
        if self.archive.exists() and not java:
            flags.append(f"-XX:SharedArchiveFile={self.archive}")
        command = ["java", *flags, f"@{self.folder / 'classpath.args'}", main, *arguments]
        if server:
            command += ["--bootstrap-server", self.broker.bootstrap]
        try:
            done = subprocess.run(
                command,
                input=given,
                capture_output=True,
                text=True,
                timeout=DEADLINE_SECONDS,
            )
        except subprocess.TimeoutExpired as late:
            raise Wrong(
                f"not done after {DEADLINE_SECONDS} s: {late.stdout} {late.stderr}"
            ) from late
        return Output(done.returncode, done.stdout, done.stderr)

    def good(self, main: str, *arguments: str) -> Output:
        output = self.run(main, *arguments)
        if output.status != 0:
            raise Wrong(f"exit {output.status}: {output.text}{output.errors}")
        return output

    def expect(self, output: Output, *wanted: str) -> None:
        for text in wanted:
            if text not in output.text:
                raise Wrong(f"no {text!r} in {output.text!r} {output.errors!r}")

    def ends(self) -> list[int]:
        return [len(lines) for lines in self.log.lines]

    def archive_classes(self) -> None:
        """Classes loaded once and kept: later runs start in half the time."""
        if not self.archive.exists():
            made = self.archive.with_suffix(f".{os.getpid()}")
            self.run(f"{TOOLS}.TopicCommand", "--list", java=(f"-XX:ArchiveClassesAtExit={made}",))
            if made.exists():
                made.rename(self.archive)

    # Topics and offsets.

    def check_topics_list(self) -> None:
        output = self.good(f"{TOOLS}.TopicCommand", "--list")
        if output.text.split() != ["candles"]:
            raise Wrong(output.text)

    def check_topics_describe(self) -> None:
        output = self.good(f"{TOOLS}.TopicCommand", "--describe", "--topic", "candles")
        self.expect(output, "PartitionCount: 4", "ReplicationFactor: 1", "Partition: 3\tLeader: 1")

    def _offsets(self, when: str, wanted: list[int]) -> None:
        output = self.good(f"{TOOLS}.GetOffsetShell", "--topic", "candles", "--time", when)
        rows = dict(line.rsplit(":", 1) for line in output.text.split())
        found = [int(rows.get(f"candles:{partition}", -1)) for partition in range(len(wanted))]
        if found != wanted:
            raise Wrong(f"{found} instead of {wanted}")

    def check_get_offsets_latest(self) -> None:
        self._offsets("-1", self.ends())

    def check_get_offsets_earliest(self) -> None:
        self._offsets("-2", [0] * len(self.log.lines))

    def check_get_offsets_max_timestamp(self) -> None:
        self._offsets("-3", [times.index(max(times)) for times in self.log.times])

    def check_get_offsets_by_time(self) -> None:
        starts = self.log.starts(f"time:{BETWEEN_MS}")
        wanted = [at if at < end else -1 for at, end in zip(starts, self.ends())]
        self._offsets(str(BETWEEN_MS), wanted)

    # Records.

    def _console(self, *arguments: str, count: int) -> list[str]:
        show = []
        for what in ("timestamp", "partition", "offset", "key"):
            show += ["--formatter-property", f"print.{what}=true"]
        output = self.good(
            f"{TOOLS}.consumer.ConsoleConsumer",
            *("--topic", "candles", "--max-messages", str(count)),
            *(*show, *arguments),
        )
        return [line for line in output.text.splitlines() if line.startswith("CreateTime:")]

    def _printed(self, partition: int, offset: int) -> str:
        topic, _, _, time, key, value = self.log.lines[partition][offset].split(b"\t")
        key, value = (base64.b64decode(part).decode() for part in (key, value))
        return f"CreateTime:{time.decode()}\tPartition:{partition}\tOffset:{offset}\t{key}\t{value}"

    def check_console_consumer_by_partition(self) -> None:
        lines = self._console("--partition", "1", "--offset", str(OFFSET), count=500)
        if lines != [self._printed(1, OFFSET + i) for i in range(500)]:
            raise Wrong(f"other records, the first of them {lines[:1]}")

    def check_console_consumer_by_group(self) -> None:
        count = sum(self.ends())
        lines = self._console("--group", self.group, "--from-beginning", count=count)
        wanted = [self._printed(p, o) for p, end in enumerate(self.ends()) for o in range(end)]
        if sorted(lines) != sorted(wanted):
            raise Wrong(f"{len(lines)} records instead of {count}, or others")

    # Groups: the console consumer's group has read and committed everything.

    def check_consumer_groups_list(self) -> None:
        self.expect(self.good(GROUPS, "--list"), self.group)

    def _positions(self) -> dict[int, list[str]]:
        rows = self.good(GROUPS, "--describe", "--group", self.group).rows()
        return {int(row[2]): row for row in rows if row[:2] == [self.group, "candles"]}

    def check_consumer_groups_describe(self) -> None:
        found = [self._positions()[p][3:6] for p in range(len(self.ends()))]
        if found != [[str(end), str(end), "0"] for end in self.ends()]:
            raise Wrong(str(found))

    def check_consumer_groups_state(self) -> None:
        output = self.good(GROUPS, "--describe", "--group", self.group, "--state")
        self.expect(output, "Empty", self.broker.bootstrap)

    def check_consumer_groups_members(self) -> None:
        """Of a group with a member: kcat, which stays."""
        group = f"{self.group}-live"
        member = subprocess.Popen(
            ["kcat", "-b", self.broker.bootstrap, "-G", group, "candles"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            for _ in range(MEMBER_TRIES):
                output = self.run(GROUPS, "--describe", "--group", group, "--members", "--verbose")
                rows = [row for row in output.rows() if row[0] == group]
                if rows and "candles:0,1,2,3" in output.text:
                    break
            else:
                raise Wrong(f"{output.text}{output.errors}")
            if len(rows) != 1 or not rows[0][1].startswith("rdkafka-") or rows[0][3] != "rdkafka":
                raise Wrong(str(rows))
        finally:
            os.killpg(member.pid, signal.SIGTERM)
            member.wait()

    def _reset(self, *how: str, wanted: list[int]) -> None:
        base = ["--group", self.group, "--topic", "candles", "--reset-offsets"]
        output = self.good(GROUPS, *base, *how, "--execute")
        rows = {int(row[2]): row[3] for row in output.rows() if row[:2] == [self.group, "candles"]}
        told = [int(rows.get(partition, -1)) for partition in range(len(wanted))]
        kept = [int(self._positions()[partition][3]) for partition in range(len(wanted))]
        if told != wanted or kept != wanted:
            raise Wrong(f"told {told}, kept {kept}, instead of {wanted}")

    def check_consumer_groups_reset_to_earliest(self) -> None:
        self._reset("--to-earliest", wanted=[0] * len(self.log.lines))

    def check_consumer_groups_reset_to_datetime(self) -> None:
        moment = datetime.datetime.fromtimestamp(BETWEEN_MS / 1000, datetime.timezone.utc)
        text = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self._reset("--to-datetime", text, wanted=self.log.starts(f"time:{BETWEEN_MS}"))

    def check_consumer_groups_reset_to_offset(self) -> None:
        self._reset("--to-offset", str(OFFSET), wanted=[OFFSET] * len(self.log.lines))

    def check_consumer_groups_reset_to_latest(self) -> None:
        self._reset("--to-latest", wanted=self.ends())

    def check_consumer_groups_delete_offsets(self) -> None:
        arguments = ["--group", self.group, "--topic", "candles:2", "--delete-offsets"]
        self.expect(self.good(GROUPS, *arguments), "Successful")
        if 2 in self._positions() and self._positions()[2][3] != "-":
            raise Wrong(f"still there: {self._positions()[2]}")

    def check_consumer_groups_delete(self) -> None:
        self.expect(self.good(GROUPS, "--group", self.group, "--delete"), "successful")
        if self.group in self.good(GROUPS, "--list").text.split():
            raise Wrong("still listed")

    # What the broker says of itself.

    def check_configs_topic(self) -> None:
        arguments = ["--entity-type", "topics", "--entity-name", "candles", "--describe", "--all"]
        self.expect(self.good("kafka.admin.ConfigCommand", *arguments), "retention.ms=-1")

    def check_configs_broker(self) -> None:
        arguments = ["--entity-type", "brokers", "--entity-name", "1", "--describe"]
        output = self.good("kafka.admin.ConfigCommand", *arguments)
        self.expect(output, "replay.state=", "replay.speed=max", "replay.time=")

    def check_log_dirs(self) -> None:
        output = self.good(f"{TOOLS}.LogDirsCommand", "--describe", "--topic-list", "candles")
        (answer,) = [json.loads(line) for line in output.text.splitlines() if line[:1] == "{"]
        (folder,) = answer["brokers"][0]["logDirs"]
        sizes = {row["partition"]: row["size"] for row in folder["partitions"]}
        for partition, lines in enumerate(self.log.lines):
            if sizes.get(f"candles-{partition}", 0) < 60 * len(lines):
                raise Wrong(f"sizes {sizes}")

    def check_cluster_id(self) -> None:
        output = self.good(f"{TOOLS}.ClusterTool", "cluster-id")
        again = self.good(f"{TOOLS}.ClusterTool", "cluster-id")
        if not output.text.startswith("Cluster ID: ") or output.text != again.text:
            raise Wrong(output.text + again.text)

    def check_broker_api_versions(self) -> None:
        output = self.good(f"{TOOLS}.BrokerApiVersionsCommand")
        self.expect(output, self.broker.bootstrap, "Fetch(1): 4 to 18 [usable: 18]")

    def check_transactions_list(self) -> None:
        """There are none; a broker without that API says so, and is told from one that hangs."""
        server = ("--bootstrap-server", self.broker.bootstrap)  # here it stands before the command
        output = self.run(f"{TOOLS}.TransactionsCommand", *server, "list", server=False)
        if output.status != 0 and "UnsupportedVersionException" not in output.errors + output.text:
            raise Wrong(f"exit {output.status}: {output.text}{output.errors}")

    def check_console_producer_is_refused(self) -> None:
        output = self.run(f"{TOOLS}.ConsoleProducer", "--topic", "candles", given="a record\n")
        said = output.text + output.errors
        if "PolicyViolationException" not in said:
            raise Wrong(f"exit {output.status}: {said}")
        if self.log_end() != self.ends():
            raise Wrong("something was written")

    def log_end(self) -> list[int]:
        connection = brokers.wire.Reader(self.broker.direct, 10)
        ends = [connection.offset("candles", p, -1) for p in range(len(self.log.lines))]
        connection.close()
        return ends


def run(world: World, toolchains: Toolchains) -> tuple[dict, list[str], str | None]:
    """The outcome of each command, what failed, and why the tools could not be had."""
    try:
        folder = catalogue.kafka_tools(toolchains)
        toolchains.need("java", "default-jdk-headless")
        toolchains.need("kcat", "kcat")
    except Missing as reason:
        return {}, [], str(reason)
    try:
        arguments = [*market.flags(world.day), "--speed", "max"]
        with brokers.Hindcast(world.binary, world.scratch, "tools", arguments) as broker:
            broker.wait_for(world.day_log)
            result = run_checks(Tools(folder, broker, world.day_log))
    except brokers.Failed as problem:
        return {}, [f"the broker: {problem}"], None
    failures = [f"{name}: {problem}" for name, problem in result.items() if problem != "ok"]
    return result, failures, None


def run_checks(tools: Tools) -> dict[str, str]:
    """Each command with `ok` or what was wrong."""
    result = {}
    tools.archive_classes()
    for name, check in vars(Tools).items():
        if name.startswith("check_"):
            try:
                check(tools)
                problem = "ok"
            except (Wrong, brokers.wire.WireError, OSError, KeyError, ValueError) as one:
                problem = f"{type(one).__name__}: {one}"
            result[name.removeprefix("check_")] = problem
    return result
