"""Offsets that equal the source's, delivery without transactions, and what verify finds."""

from audit import audit, read
from world import Source, World, check


def _kill_and_finish(world: World, source: Source, name: str, *flags: str) -> None:
    for _ in range(3):
        mirror = world.mirror(source, name, "--create", *flags)
        check(mirror.wait_for("mirror-positioned"), "it did not start", mirror)
        mirror.kill()
    last = world.mirror(source, name, "--create", *flags)
    check(last.end() == 0, "the last run", last)


def exact(world: World) -> None:
    """Without transactions every offset is ours; a foreign record is noticed at once."""
    source = world.source(5000)
    _kill_and_finish(world, source, "exact", "--offsets", "exact")
    logs = read(world.kafka.address, "exact-candles", source.partitions)
    for wanted, log in zip(source.expected(), logs):
        check([s for s, _ in log] == list(range(len(wanted))), "an offset is not its sequence")
    found = audit(world.kafka.address, "exact-candles", source.expected())
    check(found.clean, str(found))
    world.produce("exact-candles", 1, b"somebody", b"else")
    mirror = world.mirror(source, "exact", "--offsets", "exact")
    status = mirror.end()
    check(status == 6 and "offsets-differ" in mirror.tail(), f"foreign record: {status}", mirror)
    print(f"offsets exact: {found}", flush=True)


def at_least_once(world: World) -> None:
    """Nothing is missing and nothing else is there; records may be there twice."""
    source = world.source(5000)
    _kill_and_finish(world, source, "weaker", "--delivery", "at-least-once")
    found = audit(world.kafka.address, "weaker-candles", source.expected())
    check(found.missing == 0 and found.different == 0, str(found))
    print(f"at least once: {found}", flush=True)


def differences(world: World) -> None:
    """verify finds what somebody has done to the target."""
    source = world.source(500)
    mirror = world.mirror(source, "verified", "--create")
    check(mirror.end() == 0, "the mirror", mirror)
    check(world.verify(source, "verified").status == 0, "verify finds a difference where none is")
    _, record = read(world.kafka.address, "verified-candles", source.partitions)[1][-1]
    progress = read(world.kafka.address, "hindcast-mirror-verified", 1)[0]
    text = next(r.value for _, r in reversed(progress) if r.key == b"progress").decode()
    incarnation = text.split("incarnation ")[1].split("\n")[0]
    headers = [
        ("hindcast-mirror", f"verified/{incarnation}".encode()),
        ("hindcast-sequence", b"3"),
    ]
    world.produce("verified-candles", 1, record.key, record.value, headers)
    verifier = world.verify(source, "verified")
    check(verifier.status == 6 and "twice" in verifier.tail(), "a duplicate is not found", verifier)
    print("verify: a difference was found", flush=True)
