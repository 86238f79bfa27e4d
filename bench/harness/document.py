"""The table on the terminal, and docs/performance.md."""

import datetime
import os
import pathlib
import re

from measure import Row
from programs import ROOT
from servers import SEED, versions

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
TITLES = {
    "a": "Consuming at full speed",
    "b": "What it costs the server",
    "c": "Raw fetch, the bytes thrown away",
    "d": "Start",
    "e": "Memory",
    "f": "First record",
    "g": "After kill -9",
    "h": "Lateness of a release",
    "i": "Waiting consumers",
    "j": "Ingest",
    "k": "Look-ups",
    "l": "A large group",
    "m": "Against the obvious script",
    "n": "Growth",
}


def number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spread(values: list[float]) -> str:
    if len(values) < 2:
        return ""
    return f" ({number(min(values))} to {number(max(values))})"


def verdict(row: Row) -> str:
    return "" if row.met is None else "met" if row.met else "**not met**"


def line(row: Row) -> str:
    text = f"{row.group}  {row.name}: {number(row.median)}{spread(row.ours)} {row.unit}"
    if row.peer:
        text += f"; {row.peer_name}: {number(row.peer_median)}{spread(row.peer)}; ratio {row.ratio:.2f}"
    return text + (f"; {row.promise}: {verdict(row).strip('*')}" if row.promise else "")


def table(rows: list[Row]) -> str:
    return "\n".join(line(row) for row in sorted(rows, key=lambda row: row.group))


def cells(row: Row) -> str:
    peer = f"{number(row.peer_median)}{spread(row.peer)}, {row.peer_name}" if row.peer else "-"
    ratio = f"{row.ratio:.2f}" if row.ratio else "-"
    promise = f"{row.promise}: {verdict(row)}" if row.promise else "-"
    name = row.name + (f" ({row.note})" if row.note else "")
    ours = f"{number(row.median)}{spread(row.ours)}"
    return f"| {name} | {ours} | {peer} | {ratio} | {row.unit} | {len(row.ours)} | {promise} |"


def machine() -> str:
    text = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", text)
    memory = int(re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())[1])
    load = os.getloadavg()
    return (
        f"{os.cpu_count()} cores ({model[1] if model else 'unknown'}), {memory / 2**20:.0f} GiB; "
        f"load average at the end {load[0]:.1f}, {load[1]:.1f}, {load[2]:.1f}"
    )


def write(binary: str, rows: list[Row], failures: list[str], command: str) -> None:
    """Replaces what stands between the marks; the rest of the page is written by hand."""
    today = datetime.date.today().isoformat()
    out = [BEGIN, "", f"`{command}`, {today}. {machine()}.", ""]
    out += [", ".join(f"{name} {version}" for name, version in versions(binary).items()) + f"; seed {SEED}.", ""]
    head = "| what | Hindcast: median (least to most) | beside it | ratio | unit | runs | promise |"
    for letter in sorted({row.group for row in rows}):
        out += [f"### {TITLES[letter]}", "", head, "|---|---|---|---|---|---|---|"]
        out += [cells(row) for row in rows if row.group == letter] + [""]
    if failures:
        out += ["Not measured in this run:", "", *(f"- {failure}" for failure in failures), ""]
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + "\n".join(out) + END + after)
