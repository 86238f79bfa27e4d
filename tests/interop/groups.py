#!/usr/bin/env python3
"""Groups of real consumers while members come, go and die, and while the broker is killed.

    tests/interop/groups.py HINDCAST-BINARY [--kills N]

Members: 4 consumers on 10 partitions, one joins, one leaves, one is killed with -9. Every record must be
read by the group, none skipped, and what the dead one had must be read by others within session
timeout + heartbeat interval + 1 s.

Kills: the broker, with a data directory, is killed with -9 under committing consumers. No commit that it
had acknowledged may be lost, and no record that it had delivered may lie above the end afterwards.

The last line tells the outcome. Exit status 77: confluent-kafka cannot be had here.
"""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import typing

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE / "harness"), str(HERE.parent / "e2e")]

import catalogue  # noqa: E402
import cells  # noqa: E402
import install  # noqa: E402
from broker import Broker, Failed, wait_for  # noqa: E402

PARTITIONS, SYMBOLS, DAYS = 10, 40, 5
START_MS, MINUTE_MS = 1_704_067_200_000, 60_000
SESSION_MS, HEARTBEAT_MS = 2000, 300
WAIT_SECONDS = 60
MEMBERS_SPEED, KILLS_SPEED = "2400", "1200"
EVERY_MEMBER_READS, SEED = 20, 7


def write_market(path: pathlib.Path) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write("open_time,symbol,open,high,low,close,volume\n")
        for minute in range(DAYS * 1440):
            for symbol in range(SYMBOLS):
                price = f"{symbol + 1}.{minute:05d}"
                stamp = START_MS + minute * MINUTE_MS
                file.write(f"{stamp},S{symbol:02d}USD,{price},{price},{price},{price},1\n")


class Member:
    """A consumer process; its lines are taken by a thread, under the lock of the whole test."""

    def __init__(self, watch: "Watch", python: list[str], bootstrap: str, group: str, mode: str):
        self.watch, self.mode = watch, mode
        self.first_read: dict[int, int] = {}  # partition: ns; cleared by whoever waits for it
        self.position: dict[int, int] = {}  # after the last record read
        self.acknowledged: dict[int, int] = {}
        self.reads = self.commits = 0
        self.problem: str | None = None
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [
                *python, str(HERE / "clients" / "python" / "member.py"), "--bootstrap", bootstrap,
                "--topic", "candles", "--group", group, "--mode", mode,
                "--session-ms", str(SESSION_MS), "--heartbeat-ms", str(HEARTBEAT_MS),
            ],
            stdout=subprocess.PIPE,
            stderr=self.errors,
        )  # fmt: skip
        self.thread = threading.Thread(target=self._take, daemon=True)
        self.thread.start()

    def _take(self) -> None:
        for line in self.process.stdout:
            words = line.split()
            if line[-1:] != b"\n":
                break  # cut by a kill
            with self.watch.changed:
                if words[0] == b"R":
                    self._read(int(words[1]), int(words[2]), int(words[3]))
                else:
                    self.acknowledged[int(words[1])] = int(words[2])
                    self.commits += 1
                self.watch.changed.notify_all()

    def _read(self, partition: int, offset: int, when: int) -> None:
        self.reads += 1
        self.first_read.setdefault(partition, when)
        self.watch.seen[partition].add(offset)
        before = self.position.get(partition)
        lowest = self.acknowledged.get(partition, 0) if self.mode == "subscribe" else before
        if self.watch.one_reader and before is not None and not lowest <= offset <= before:
            self.problem = f"{self.mode}, partition {partition}: {offset} read after {before - 1}"
        self.position[partition] = offset + 1

    def leave(self) -> None:
        self.process.terminate()
        if self.process.wait(WAIT_SECONDS) != 0:
            raise Failed(f"a member ended with {self.process.returncode}: {self.tail()}")
        self.thread.join()

    def kill(self) -> int:
        """The instant at which it was dead."""
        self.process.kill()
        self.process.wait()
        when = time.monotonic_ns()
        self.thread.join()
        return when

    def tail(self) -> str:
        self.errors.seek(0)
        return self.errors.read()[-1000:].decode(errors="replace")


class Watch:
    """What all members have read, and waiting for it to change."""

    def __init__(self, one_reader: bool):
        """With one reader for each group, a record must follow the one before, or a commit."""
        self.one_reader = one_reader
        self.changed = threading.Condition()
        self.seen: list[set[int]] = [set() for _ in range(PARTITIONS)]
        self.members: list[Member] = []

    def until(self, condition: typing.Callable[[], bool], what: str) -> None:
        with self.changed:
            if not self.changed.wait_for(condition, WAIT_SECONDS):
                raise Failed(f"{what}: not within {WAIT_SECONDS} s")

    def start(self, *arguments) -> Member:
        self.members.append(Member(self, *arguments))
        return self.members[-1]

    def end(self) -> None:
        for member in self.members:
            if member.process.poll() is None:
                member.kill()


def members(binary: str, python: list[str], scratch: pathlib.Path) -> str:
    arguments = [
        "--source", f"csv:{scratch / 'market.csv'}", "--partitions", str(PARTITIONS),
        "--cache-dir", str(scratch / "cache"), "--from", "2024-01-01T00:00:00Z",
        "--speed", MEMBERS_SPEED,
    ]  # fmt: skip
    watch = Watch(one_reader=False)
    with Broker(binary, arguments) as broker:
        try:
            begin = [watch.start(python, broker.kafka, "team", "subscribe") for _ in range(4)]
            everybody_reads(watch, begin)
            fifth = watch.start(python, broker.kafka, "team", "subscribe")
            everybody_reads(watch, [*begin, fifth])
            begin[0].leave()
            everybody_reads(watch, [*begin[1:], fifth])
            late = takeover(watch, begin[1], [*begin[2:], fifth])
            for member in [*begin[2:], fifth]:
                member.leave()
            check_none_skipped(broker, watch)
        finally:
            watch.end()
    records = sum(map(len, watch.seen))
    return f"{records} records and none skipped, a dead member's partitions read after {late:.1f} s"


def everybody_reads(watch: Watch, group: list[Member]) -> None:
    """Until each member has read some more, and between them all partitions."""
    with watch.changed:
        before = [member.reads for member in group]
        for member in watch.members:
            member.first_read.clear()

    def reading() -> bool:
        enough = all(m.reads >= b + EVERY_MEMBER_READS for m, b in zip(group, before))
        return enough and len({p for m in group for p in m.first_read}) == PARTITIONS

    watch.until(reading, f"{len(group)} members read all partitions")


def takeover(watch: Watch, victim: Member, heirs: list[Member]) -> float:
    """Kills a member; the seconds until all of its partitions are read by others."""
    with watch.changed:
        for member in watch.members:
            member.first_read.clear()
    watch.until(lambda: victim.first_read, "the victim reads")
    with watch.changed:
        mine = set(victim.first_read)
        for heir in heirs:
            mine -= set(heir.first_read)
    dead = victim.kill()

    def inherited() -> dict[int, int]:
        return {
            partition: min(h.first_read[partition] for h in heirs if partition in h.first_read)
            for partition in mine
            if any(partition in h.first_read for h in heirs)
        }

    watch.until(lambda: len(inherited()) == len(mine), "others read a dead member's partitions")
    with watch.changed:
        late = (max(inherited().values()) - dead) / 1e9
    allowed = (SESSION_MS + HEARTBEAT_MS) / 1000 + 1
    if late > allowed:
        raise Failed(
            f"a dead member's partitions were read after {late:.2f} s, allowed {allowed} s"
        )
    return late


def check_none_skipped(broker: Broker, watch: Watch) -> None:
    """Each partition was read from 0 to its committed offset without a hole."""
    connection = cells.Groups(broker.kafka, WAIT_SECONDS)
    committed = connection.committed("team", "candles", PARTITIONS)
    connection.close()
    for partition, (offset, seen) in enumerate(zip(committed, watch.seen)):
        holes = set(range(offset)) - seen
        if offset < 1 or holes:
            raise Failed(
                f"partition {partition}: of {offset} committed, not read {sorted(holes)[:5]}"
            )


def kills(binary: str, python: list[str], scratch: pathlib.Path, count: int) -> str:
    chance, watch = random.Random(SEED), Watch(one_reader=True)
    arguments = [
        "--source", f"csv:{scratch / 'market.csv'}", "--partitions", str(PARTITIONS),
        "--cache-dir", str(scratch / "cache"), "--data-dir", str(scratch / "data"),
        "--from", "2024-01-01T00:00:00Z", "--speed", KILLS_SPEED,
    ]  # fmt: skip
    broker = Broker(binary, arguments)
    begin = time.monotonic()
    try:
        arguments += ["--listen", broker.kafka]  # the port stays
        joined = watch.start(python, broker.kafka, "joined", "subscribe")
        alone = watch.start(python, broker.kafka, "alone", "assign")
        for number in range(count):
            commit_some(watch, alone, chance.randint(1, 8))
            if number % 10 == 9:
                commit_some(watch, joined, 1)
            broker.signal(signal.SIGKILL)
            broker.wait()
            broker.kill()
            broker = Broker(binary, arguments)
            wait_for(lambda: broker.status()["loading"]["complete"], WAIT_SECONDS, "loaded")
            for member, group in (joined, "joined"), (alone, "alone"):
                check_after_kill(broker, watch, member, group)
        for member in joined, alone:
            commit_some(watch, member, 1)
            member.leave()
        broker.stop()
    finally:
        watch.end()
        broker.kill()
    commits = joined.commits + alone.commits
    seconds = time.monotonic() - begin
    return f"{count} kills of the broker in {seconds:.0f} s, {commits} commits and none lost"


def commit_some(watch: Watch, member: Member, more: int) -> None:
    goal = member.commits + more

    def enough() -> bool:
        return member.commits >= goal or member.process.poll() is not None or bool(member.problem)

    watch.until(enough, f"{member.mode} commits")
    if member.process.poll() is not None:
        raise Failed(f"{member.mode} ended with {member.process.returncode}: {member.tail()}")
    if member.problem:
        raise Failed(member.problem)


def check_after_kill(broker: Broker, watch: Watch, member: Member, group: str) -> None:
    connection = cells.Groups(broker.kafka, WAIT_SECONDS)
    with watch.changed:  # what was said before the broker is asked
        acknowledged, position = dict(member.acknowledged), dict(member.position)
    committed = connection.committed(group, "candles", PARTITIONS)
    for partition in range(PARTITIONS):
        end = connection.offset("candles", partition, -1)
        if committed[partition] < acknowledged.get(partition, -1):
            raise Failed(
                f"{group} {partition}: {acknowledged[partition]} was acknowledged, "
                f"{committed[partition]} is committed"
            )
        if position.get(partition, 0) > end:
            raise Failed(
                f"{group} {partition}: {position[partition] - 1} was delivered, the end is {end}"
            )
    connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("binary", type=os.path.abspath)
    parser.add_argument("--kills", type=int, default=200)
    options = parser.parse_args()
    (client,) = (client for client in catalogue.CLIENTS_ALL if client.name == "confluent-kafka")
    try:
        python = client.setup(client, install.Toolchains(may_install=False)).command[:1]
    except install.Missing as reason:
        print(reason)
        return 77
    with tempfile.TemporaryDirectory(prefix="hindcast-groups-") as folder:
        scratch = pathlib.Path(folder)
        write_market(scratch / "market.csv")
        try:
            outcomes = [
                members(options.binary, python, scratch),
                kills(options.binary, python, scratch, options.kills),
            ]
        except (Failed, cells.wire.WireError, OSError) as problem:
            print(f"{type(problem).__name__}: {problem}")
            return 1
    print("; ".join(outcomes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
