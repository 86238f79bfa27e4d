"""Commits that come late, at the reference target: without the tail scan they double records."""

import random

from audit import audit
from reference_target import Target
from world import Failed, World, check

LIVES_MAX = 200


def commits(world: World, count: int, seed: int) -> None:
    """`count` transactions are committed half done, by a request that outlived its own."""
    found, target = _run(world, world.binary, count, seed)
    check(found.clean, f"{target.torn} late commits: {found}")
    print(f"{target.torn} torn transactions of {target.held} held commits: {found}", flush=True)


def mutant(world: World, binary: str, count: int, seed: int) -> None:
    """The same with a mirror that does not believe the tails: the test must notice."""
    found, target = _run(world, binary, count, seed)
    check(found.duplicate > 0, f"no duplicates without the tail scan ({target.torn} torn): {found}")
    print(f"without the tail scan: {found}", flush=True)


def _run(world: World, binary: str, count: int, seed: int):
    rng = random.Random(seed)
    target = Target(2, lambda: rng.uniform(0.1, 0.3))
    source = world.source(count * 8000 + 5000)
    own = World(binary, world.classpath, world.scratch, world.kafka)
    for _ in range(LIVES_MAX):
        mirror = own.mirror(source, "late", "--create", servers=target.address)
        status = mirror.end(300)
        if target.torn >= count:
            target.hold_every = 0
        damaged = any("target-damaged" in line for line in mirror.log)
        if status == 0 or damaged:
            break
        if status != 6:
            raise Failed(f"ended with {status}\n{mirror.tail()}")
    found = audit(target.address, "late-candles", source.expected())
    if not damaged and target.torn < count:
        raise Failed(f"only {target.torn} of {count} transactions were torn: the test tested nothing")
    target.close()
    return found, target
