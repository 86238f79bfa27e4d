"""What one client goes through."""

import pathlib
import time
import typing
import uuid

import brokers
import cells
import market
from brokers import Hindcast
from catalogue import Client
from install import Missing, Program, Toolchains

LIVE_SPEED, LIVE_RECORDS = "3600", 200
OFFSET = 700  # below the end of the shortest partition
BETWEEN_MS = market.START_MS + 18 * 3_600_000 + 30_000  # between bars; the halted symbol has none
YEAR_DAY_MS = 1_530_403_200_000  # 2018-07-01
DAY_RECORDS = 1440
STARTS = {
    "beginning": "beginning",
    "end": "end",
    "by offset": f"offset:{OFFSET}",
    "by time": f"time:{BETWEEN_MS}",
}


class World(typing.NamedTuple):
    """What all clients share."""

    binary: str
    scratch: pathlib.Path
    day: pathlib.Path
    day_log: market.Log
    days: pathlib.Path
    days_log: market.Log
    real: "brokers.RealMarket | None"
    real_broker: Hindcast | None


class Suite:
    """Runs one client through everything; keeps what came out."""

    def __init__(self, client: Client, world: World):
        self.client, self.world = client, world
        self.program: Program | None = None
        self.failures: list[str] = []
        self.result: dict = {
            "package": client.package, "version": client.version, "note": client.note,
            "cells": {}, "codecs": {}, "real": {}, "requests": {},
        }  # fmt: skip

    def run(self, tools: Toolchains) -> None:
        begin = time.monotonic()
        self.program = self.client.setup(self.client, tools)
        self.result["install_seconds"] = round(time.monotonic() - begin, 1)
        begin = time.monotonic()
        self._whole_topic()
        self._live()
        self._codecs()
        self._real()
        self.result["seconds"] = round(time.monotonic() - begin, 1)

    def _attempt(self, kind: str, what: str, test: typing.Callable[[], None]) -> None:
        problem = self._problem(test)
        for _ in range(self.client.retries):
            if problem and "Difference: 0 of" in problem:  # it read nothing at all
                self.result.setdefault("repeated", []).append(what)
                problem = self._problem(test)
        self.result[kind][what] = problem or "ok"
        if problem:
            self.failures.append(f"{self.client.name}, {what}: {problem}")

    @staticmethod
    def _problem(test: typing.Callable[[], None]) -> str | None:
        try:
            test()
        except (cells.Difference, cells.wire.WireError, OSError, ValueError, KeyError) as one:
            return f"{type(one).__name__}: {one}"
        return None

    def _group(self) -> str:
        return f"{self.client.name}-{uuid.uuid4().hex[:12]}"

    def _serve(self, name: str, arguments: list[str], proxied: bool = False) -> Hindcast:
        name = f"{self.client.name}-{name}"
        return Hindcast(self.world.binary, self.world.scratch, name, arguments, proxied)

    def _whole_topic(self) -> None:
        """A topic that has ended: from the beginning, by offset, by time; assigned and in a group."""
        arguments = [*market.flags(self.world.day), "--speed", "max"]
        log = self.world.day_log
        with self._serve("whole", arguments, proxied=True) as broker:
            broker.wait_for(log)
            for mode in self.client.modes:
                for name, start in STARTS.items():
                    if name == "end" or not self.client.can(mode, name):
                        continue
                    self._attempt(
                        "cells", f"{mode} {name}", self._reads_whole(broker, mode, start, [log])
                    )
                self.result["requests"][mode] = broker.proxy.take()

    def _reads_whole(
        self, broker: Hindcast, mode: str, start: str, logs: list[market.Log]
    ) -> typing.Callable[[], None]:
        def test() -> None:
            run = cells.Run(broker.bootstrap, mode, start, self._group())
            cells.read_whole(self.program, run, logs, broker.direct)

        return test

    def _live(self) -> None:
        """From the end of a market that runs: each record comes, and none comes early."""
        history = ["--from", "2024-01-01T00:00:00Z", "--speed", LIVE_SPEED]
        arguments = [*market.flags(self.world.days), *history]
        for mode in self.client.modes:
            with self._serve(f"live-{mode}", arguments) as broker:

                def test(mode: str = mode, broker: Hindcast = broker) -> None:
                    run = cells.Run(broker.direct, mode, "end", self._group(), count=LIVE_RECORDS)
                    cells.read_live(self.program, run, self.world.days_log, broker.status)

                self._attempt("cells", f"{mode} end", test)

    def _codecs(self) -> None:
        self.result["codecs"]["none"] = self.result["cells"]["assign beginning"]
        for codec in self.client.codecs:
            arguments = [*market.flags(self.world.day), "--speed", "max", "--compression", codec]
            with self._serve(codec, arguments) as broker:
                logs = [self.world.day_log]
                self._attempt(
                    "codecs", codec, self._reads_whole(broker, "assign", "beginning", logs)
                )

    def _real(self) -> None:
        """Every real data set whole, and a day out of the middle of the year, by time."""
        real, broker = self.world.real, self.world.real_broker
        if not real:
            return
        mode = "group" if self.client.one_topic else "assign"
        self._attempt("real", "all sets", self._reads_whole(broker, mode, "beginning", real.logs))

        def day() -> None:
            start = f"time:{YEAR_DAY_MS}"
            run = cells.Run(broker.direct, "assign", start, self._group(), count=DAY_RECORDS)
            cells.read_some(self.program, run, real.year)

        self._attempt("real", "a day of the year", day)


def run(client: Client, world: World, tools: Toolchains) -> tuple[dict, list[str], str | None]:
    """The result, what failed, and why the client could not be had at all."""
    suite = Suite(client, world)
    try:
        suite.run(tools)
    except Missing as reason:
        return suite.result, [], str(reason)
    except (brokers.Failed, cells.wire.WireError, OSError) as problem:
        suite.failures.append(f"{client.name}: the broker: {problem}")
    return suite.result, suite.failures, None
