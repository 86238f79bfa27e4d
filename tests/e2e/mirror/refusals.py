"""Every finding of preflight and every refusal to resume, produced at a real cluster."""

import audit
from confluent_kafka import admin as kafka_admin
from world import Source, World, check

NOTHING = "127.0.0.1:1"


def _refused(world: World, source: Source, name: str, code: str, *more: str, servers: str = "") -> str:
    """The mirror ends with 6, names the finding, and sends nothing."""
    topic = f"{name}-candles"
    before = _records(world, topic)
    mirror = world.mirror(source, name, *more, servers=servers)
    status = mirror.end()
    text = next((line for line in mirror.log if line.startswith("hindcast: ")), "")
    check(status == 6 and f"{code}: " in text, f"{code}: status {status}, {text!r}", mirror)
    check(_records(world, topic) == before, f"{code}: records were sent", mirror)
    return text


def _records(world: World, topic: str) -> int:
    metadata = world.admin().list_topics(timeout=30)
    if topic not in metadata.topics:
        return 0
    partitions = len(metadata.topics[topic].partitions)
    return sum(map(len, audit.read(world.kafka.address, topic, partitions, "read_uncommitted")))


def _acl(world: World, kind, name: str, deny: bool, operation=None) -> None:
    everything = kafka_admin.AclOperation.ALL

    def binding(allowed, what):
        literal = kafka_admin.ResourcePatternType.LITERAL
        return kafka_admin.AclBinding(kind, name, literal, "User:ANONYMOUS", "*", what, allowed)

    permissions = kafka_admin.AclPermissionType
    bindings = [binding(permissions.DENY, operation or everything)]
    if operation:  # the first rule of a resource ends "everybody, where there are no rules"
        bindings.append(binding(permissions.ALLOW, everything))
    if deny:
        for future in world.admin().create_acls(bindings).values():
            future.result(30)
    else:
        pattern = kafka_admin.AclBindingFilter(
            kind, name, kafka_admin.ResourcePatternType.LITERAL, None, None,
            kafka_admin.AclOperation.ANY, kafka_admin.AclPermissionType.ANY,
        )  # fmt: skip
        for future in world.admin().delete_acls([pattern]).values():
            future.result(30)


def preflight(world: World) -> None:
    source = world.source(500)
    _refused(world, source, "away", "unreachable", servers=NOTHING)
    said = _refused(world, source, "absent", "topic-missing")
    check("--create --topic absent-candles --partitions 4" in said, said)

    world.create("count-candles", 3)
    _refused(world, source, "count", "partition-count")
    world.create("compacted-candles", 4, cleanup_policy="compact")
    _refused(world, source, "compacted", "compacted")
    world.create("kept-candles", 4, retention_ms="86400000")
    _refused(world, source, "kept", "retention")
    world.create("stamped-candles", 4, message_timestamp_type="LogAppendTime")
    _refused(world, source, "stamped", "append-time")
    world.create("old-candles", 4, message_timestamp_before_max_ms="3600000")
    _refused(world, source, "old", "timestamps-too-old")
    world.create("small-candles", 4, max_message_bytes="150")
    _refused(world, source, "small", "message-size")
    world.create("wide-candles", 4)
    world.create("hindcast-mirror-wide", 2, cleanup_policy="compact")
    _refused(world, source, "wide", "progress-partitions")
    world.create("fading-candles", 4)
    world.create("hindcast-mirror-fading", 1, cleanup_policy="delete")
    _refused(world, source, "fading", "progress-retention")
    _refused(
        world, source, "long", "transaction-timeout", "--create",
        "-X", "transaction.timeout.ms=7200000", "-X", "message.timeout.ms=7200000",
    )  # fmt: skip
    future(world)
    denied(world, source)
    dry_run(world, source)
    print("preflight: every finding was produced", flush=True)


def future(world: World) -> None:
    """Records ahead of the wall clock."""
    path = world.scratch / "future.csv"
    lines = [f"{4102444800000 + 60000 * i},BTC-USD,1,2,1,2,3\n" for i in range(10)]
    path.write_text("timestamp,symbol,open,high,low,close,volume\n" + "".join(lines))
    world.create("future-candles", 1, message_timestamp_after_max_ms="3600000")
    _refused(world, Source(path, 0, 1), "future", "timestamps-too-new")


def denied(world: World, source: Source) -> None:
    kinds = kafka_admin.ResourceType
    world.create("secret-candles", 4)
    _acl(world, kinds.TOPIC, "secret-candles", True)
    mirror = world.mirror(source, "secret")
    status = mirror.end()
    check(status == 6 and "denied-topic" in mirror.findings(), "denied-topic", mirror)
    _acl(world, kinds.TOPIC, "secret-candles", False)

    world.create("position-candles", 4)
    world.create("hindcast-mirror-position", 1, cleanup_policy="compact")
    _acl(world, kinds.TOPIC, "hindcast-mirror-position", True)
    _refused(world, source, "position", "denied-progress")
    _acl(world, kinds.TOPIC, "hindcast-mirror-position", False)

    _acl(world, kinds.TRANSACTIONAL_ID, "hindcast-mirror/id", True)
    _refused(world, source, "id", "denied-transactions", "--create")
    _acl(world, kinds.TRANSACTIONAL_ID, "hindcast-mirror/id", False)

    world.create("hidden-candles", 4)
    describe = kafka_admin.AclOperation.DESCRIBE_CONFIGS
    _acl(world, kinds.TOPIC, "hidden-candles", True, describe)
    mirror = world.mirror(source, "hidden")
    status = mirror.end()
    check(status == 0 and "configs-hidden" in mirror.findings(), "configs-hidden", mirror)
    _acl(world, kinds.TOPIC, "hidden-candles", False)

    places = (kinds.BROKER, "kafka-cluster"), (kinds.TOPIC, "uncreated-candles")
    for kind, name in places:
        _acl(world, kind, name, True, kafka_admin.AclOperation.CREATE)
    _refused(world, source, "uncreated", "cannot-create", "--create")
    for kind, name in places:
        _acl(world, kind, name, False)


def dry_run(world: World, source: Source) -> None:
    mirror = world.mirror(source, "dry", "--create", "--dry-run")
    check(mirror.end() == 0, "a dry run without findings", mirror)
    topics = world.admin().list_topics(timeout=30).topics
    check(not any(name.endswith("dry-candles") for name in topics), "a dry run made a topic")


def resume(world: World) -> None:
    """After a stop: what has changed is named, and nothing is sent."""
    source = world.source(500)
    window = ["--range", "2024-01-01..2031-01-01"]
    early = world.mirror(source, "fewer", "--create", *window, "--to", "2024-01-01T02:00:00Z")
    check(early.end() == 0, "fewer: the first run", early)
    later = [*window, "--from", "2024-01-01T05:00:00Z"]
    _refused(world, source, "fewer", "start-moved", *later)
    for name in ("changed", "gone", "lost", "back", "emptied", "again"):
        mirror = world.mirror(source, name, "--create")
        check(mirror.end() == 0, f"{name}: the first run", mirror)
    said = _refused(world, source, "changed", "source-changed", "--numbers", "string")
    check("numbers" in said, f"the setting is not named: {said}")
    world.delete("gone-candles")
    world.create("gone-candles", 4)
    _refused(world, source, "gone", "target-recreated")
    world.delete("hindcast-mirror-lost")
    _refused(world, source, "lost", "progress-lost")
    _regressed(world, "back")
    _refused(world, source, "back", "progress-regressed")
    world.delete("hindcast-mirror-emptied")
    world.create("hindcast-mirror-emptied", 1, cleanup_policy="compact")
    _refused(world, source, "emptied", "progress-lost")
    again = world.mirror(source, "again", "--restart")
    check(again.end() == 0, "--restart", again)
    check(_records(world, "again-candles") == 2 * source.records, "--restart writes all anew")
    print("resume: every refusal was produced", flush=True)


def _regressed(world: World, name: str) -> None:
    """Somebody writes an old progress record once more."""
    topic = f"hindcast-mirror-{name}"
    log = audit.read(world.kafka.address, topic, 1)[0]
    old = next(record for _, record in log if record.key == b"progress")
    world.produce(topic, 0, old.key, old.value)
