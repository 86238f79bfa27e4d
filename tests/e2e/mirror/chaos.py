"""Kills, broker kills, cuts: whatever happens, every record is there once and in order."""

import random
import signal
import time

import transactions
from audit import audit, read
from fault_proxy import FaultProxy
from kafka_node import Kafka
from mirror_process import Mirror
from world import Failed, Source, World, check

RECORDS_A_KILL = 12_000  # more than a life can write
IN_TRANSACTION_MIN = 0.6


def _conclude(world: World, source: Source, name: str, what: str) -> None:
    found = audit(world.kafka.address, f"{name}-candles", source.expected())
    check(found.clean and found.records == source.records, f"{what}: {found}")
    verifier = world.verify(source, name)
    check(verifier.status == 0, f"{what}: verify says {verifier.status}", verifier)
    print(f"{what}: {found}", flush=True)


def _wait_until_open(world: World, mirror: Mirror, transactional_id: str) -> None:
    """A machine may be slow: from here on the moment is random again."""
    deadline = time.monotonic() + 60
    while transactions.state(world.kafka.address, transactional_id) != "Ongoing":
        if mirror.process.poll() is not None or time.monotonic() > deadline:
            return
        time.sleep(0.002)


def kills(world: World, count: int, seed: int, name: str = "kills") -> None:
    """SIGKILL at random moments; most must fall into an open transaction, or nothing was tested."""
    rng = random.Random(seed)
    source = world.source(count * RECORDS_A_KILL // 8 + 2000)
    inside = 0
    for number in range(count):
        mirror = world.mirror(source, name, "--create")
        if not mirror.wait_for("mirror-positioned"):
            raise Failed(f"life {number} ended with {mirror.end()}\n{mirror.tail()}")
        if number % 5:  # the others fall where they fall
            _wait_until_open(world, mirror, f"hindcast-mirror/{name}")
        time.sleep(rng.uniform(0.0, 0.12))
        if mirror.process.poll() is not None:
            raise Failed(f"everything was mirrored after {number} kills: more records are needed")
        mirror.kill()
        inside += transactions.state(world.kafka.address, f"hindcast-mirror/{name}") == "Ongoing"
    last = world.mirror(source, name, "--create")
    status = last.end(600)
    check(status == 0, f"the last life ended with {status}", last)
    share = inside / count
    check(
        share >= IN_TRANSACTION_MIN,
        f"only {share:.0%} of the kills fell into an open transaction: the test tested nothing",
    )
    uncommitted = read(world.kafka.address, f"{name}-candles", source.partitions, "read_uncommitted")
    aborted = sum(map(len, uncommitted)) - source.records
    check(aborted > 0, "no kill left an aborted record behind: the test tested nothing")
    what = f"{count} kills, {inside} inside a transaction, {aborted} records aborted"
    _conclude(world, source, name, what)


def broker_kills(world: World, count: int, seed: int) -> None:
    """The broker dies while the mirror writes, and comes back over the same data."""
    rng = random.Random(seed)
    source = world.source(count * 6000 + 10_000)
    kafka = Kafka(world.classpath, world.scratch / "kafka-killed")
    own = World(world.binary, world.classpath, world.scratch, kafka)
    with kafka:
        mirror = own.mirror(source, "brokers", "--create")
        check(mirror.wait_for("mirror-positioned"), "it did not start", mirror)
        for number in range(count):
            time.sleep(rng.uniform(0.1, 0.6))
            if mirror.process.poll() is not None:
                raise Failed(f"ended with {mirror.end()} after {number} broker kills\n{mirror.tail()}")
            kafka.kill()
            kafka.start()
        status = mirror.end(300)
        check(status == 0, f"ended with {status}", mirror)
        _conclude(own, source, "brokers", f"{count} broker kills")


def cuts(world: World, count: int, seed: int) -> None:
    """Connections are cut, reset and stalled on their way to the broker."""
    rng = random.Random(seed)
    proxy = FaultProxy()
    source = world.source(count * 1200 + 10_000)
    kafka = Kafka(world.classpath, world.scratch / "kafka-cut", advertised=proxy.port)
    proxy.forward_to(kafka.address)
    own = World(world.binary, world.classpath, world.scratch, kafka)
    done = {"cut": 0, "reset": 0, "stall": 0}
    with kafka:
        mirror = own.mirror(source, "cuts", "--create", servers=proxy.address)
        check(mirror.wait_for("mirror-positioned"), "it did not start", mirror)
        while sum(done.values()) < count and mirror.process.poll() is None:
            time.sleep(rng.uniform(0.02, 0.25))
            fault = min(done, key=done.get) if rng.random() < 0.5 else rng.choice(sorted(done))
            done[fault] += 1
            if fault == "stall":
                proxy.stall()
                time.sleep(rng.uniform(0.1, 1.5))
                proxy.flow()
            else:
                proxy.cut(reset=fault == "reset")
        faults = sum(done.values())
        check(faults == count, f"mirrored after {faults} faults: more records are needed", mirror)
        status = mirror.end(300)
        check(status == 0, f"ended with {status}", mirror)
        _conclude(own, source, "cuts", f"{faults} faults {done}")
    proxy.close()


def double_start(world: World) -> None:
    """The newer one lives; the older one ends with 7 and leaves nothing behind."""
    source = world.source(30_000)
    older = world.mirror(source, "double", "--create")
    check(older.wait_for("mirror-positioned"), "the older did not start", older)
    newer = world.mirror(source, "double", "--create")
    statuses = older.end(), newer.end()
    check(statuses == (7, 0), f"older and newer ended with {statuses}", older)
    _conclude(world, source, "double", "double start")


def zombie(world: World) -> None:
    """Stopped for three transaction timeouts, then continued: it does nothing."""
    source = world.source(30_000)
    timeout = ["-X", "transaction.timeout.ms=2000"]
    stopped = world.mirror(source, "zombie", "--create", *timeout)
    check(stopped.wait_for("mirror-positioned"), "the first did not start", stopped)
    time.sleep(0.1)
    stopped.process.send_signal(signal.SIGSTOP)
    check(
        transactions.state(world.kafka.address, "hindcast-mirror/zombie") == "Ongoing",
        "it was not stopped inside a transaction",
    )
    other = world.mirror(source, "zombie", "--create", *timeout)
    check(other.end() == 0, "the second did not finish", other)
    time.sleep(6)
    stopped.process.send_signal(signal.SIGCONT)
    status = stopped.end()
    check(status == 7, f"the zombie ended with {status}", stopped)
    _conclude(world, source, "zombie", "zombie after three transaction timeouts")


def sleeper(world: World) -> None:
    """The same without a second mirror: its transaction timed out, and it goes on by itself."""
    source = world.source(30_000)
    mirror = world.mirror(source, "sleeper", "--create", "-X", "transaction.timeout.ms=2000")
    check(mirror.wait_for("mirror-positioned"), "it did not start", mirror)
    time.sleep(0.1)
    mirror.process.send_signal(signal.SIGSTOP)
    time.sleep(12)
    mirror.process.send_signal(signal.SIGCONT)
    status = mirror.end()
    check(status == 0, f"ended with {status}", mirror)
    _conclude(world, source, "sleeper", "slept through its transaction timeout")
