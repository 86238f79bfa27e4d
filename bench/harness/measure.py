"""Repeated, interleaved runs and what they come to."""

import dataclasses
import statistics
import sys
import typing


@dataclasses.dataclass
class Row:
    """One line of the table: ours, what it is compared with, and the bound that was promised."""

    group: str  # the letter of the table
    name: str
    unit: str
    ours: list[float]
    peer: list[float] = dataclasses.field(default_factory=list)
    peer_name: str = ""
    promise: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.ours)

    @property
    def peer_median(self) -> float | None:
        return statistics.median(self.peer) if self.peer else None

    @property
    def ratio(self) -> float | None:
        return self.median / self.peer_median if self.peer_median else None

    def promised(self, text: str, met: bool) -> "Row":
        self.promise, self.met = text, met
        return self

    def json(self) -> dict:
        return {
            "name": self.name,
            "ours": self.median,
            "peer": self.peer_median,
            "peer_name": self.peer_name or None,
            "unit": self.unit,
            "ratio": self.ratio,
            "runs": len(self.ours),
        }


def interleaved(runs: int, *measures: typing.Callable[[], typing.Any]) -> list[list]:
    """Each measure `runs` times, in turns, after one turn that does not count."""
    results: list[list] = [[] for _ in measures]
    for turn in range(runs + 1):
        for place, measure in enumerate(measures):
            value = measure()
            if turn > 0:
                results[place].append(value)
    return results


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
