"""Runs unmodified Kafka clients against hindcast and compares every record they read.

    tests/interop/run.sh --quick|--all HINDCAST-BINARY [--only NAME]... [--json FILE] [--document FILE]

--quick takes the clients that install in seconds; --all is every client, the command-line tools of Apache
Kafka and 200 kills of the broker. Clients are kept in ${HC_DEV_CACHE:-~/.cache/hindcast-dev}. With
HC_STRICT=1 a missing component is a failure. Real market data is used where HC_TEST_DATA, or
shared/data beside the repository, exists.
"""

import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import brokers
import document
import market
import suite
import tools as kafka_tools
from catalogue import CLIENTS_ALL, Client
from install import Toolchains

ROOT = pathlib.Path(__file__).parents[3]
GROUPS = pathlib.Path(__file__).parents[1] / "groups.py"
STRICT = os.environ.get("HC_STRICT", "") not in ("", "0")
WORKERS = max(3, (os.cpu_count() or 1) + 1)
SLOW = ("confluent-js", "rust-rdkafka", "kafka-python", "kafkajs", "franz-go")  # begun first
LIVE_DAYS = 3


class Report:
    """What passed, what failed and what was skipped; printed as it comes."""

    def __init__(self):
        self.failed, self.skipped, self.passed = 0, 0, 0
        self.results: dict[str, dict] = {}

    def client(self, client: Client, result: dict, failures: list[str], missing: str | None):
        if missing:
            self.missing(client.name, missing)
            return
        self.results[client.name] = result
        done = [*result["cells"].values(), *result["codecs"].values(), *result["real"].values()]
        good = sum(outcome == "ok" for outcome in done)
        print(
            f"{'ok  ' if not failures else 'FAIL'} {client.name} {client.version}: "
            f"{good} of {len(done)} runs, {result.get('seconds', 0)} s",
            *(f"\n  repeated, for it read nothing: {what}" for what in result.get("repeated", [])),
            *(f"\n  {failure}" for failure in failures),
            flush=True,
        )
        self.failed += bool(failures)
        self.passed += not failures

    def missing(self, name: str, reason: str) -> None:
        print(f"{'FAIL' if STRICT else 'skip'} {name}: {reason}", flush=True)
        self.failed += STRICT
        self.skipped += not STRICT

    def other(self, name: str, failures: list[str], detail: str) -> None:
        print(
            f"{'ok  ' if not failures else 'FAIL'} {name}: {detail}",
            *(f"\n  {failure}" for failure in failures),
            flush=True,
        )
        self.failed += bool(failures)
        self.passed += not failures


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    extent = parser.add_mutually_exclusive_group(required=True)
    extent.add_argument("--quick", action="store_true")
    extent.add_argument("--all", action="store_true")
    parser.add_argument("binary")
    names = [*(client.name for client in CLIENTS_ALL), "tools", "groups"]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", default=[])
    parser.add_argument("--json", type=pathlib.Path, help="write the results there")
    parser.add_argument("--document", type=pathlib.Path, help="write docs/clients.md there")
    parser.add_argument("--no-data", action="store_true", help="without the real data sets")
    return parser.parse_args()


def chosen(options: argparse.Namespace, report: Report) -> list[Client]:
    clients = []
    for client in CLIENTS_ALL:
        if options.only:
            wanted = client.name in options.only
        elif options.quick:
            wanted = client.quick
            if wanted and client.needs and not shutil.which(client.needs):
                report.missing(client.name, f"no {client.needs}")
                continue
        else:
            wanted = True
        if wanted:
            clients.append(client)
    return sorted(clients, key=lambda client: client.name not in SLOW)


def data_dir(options: argparse.Namespace) -> pathlib.Path | None:
    given = os.environ.get("HC_TEST_DATA")
    folder = pathlib.Path(given) if given else ROOT.parent / "shared" / "data"
    if options.no_data or options.quick:
        return None
    if folder.is_dir():
        return folder
    print(f"skip real data: no directory {folder}", flush=True)
    return None


def run_clients(
    options: argparse.Namespace, scratch: pathlib.Path, clients: list[Client], report: Report
) -> None:
    tools = Toolchains(may_install=options.all)
    day, days = scratch / "day.csv", scratch / "days.csv"
    market.write(day, 1)
    market.write(days, LIVE_DAYS)
    folder = data_dir(options)
    real = brokers.real_market(folder) if folder else None
    with contextlib.ExitStack() as stack:
        broker = None
        if real:
            broker = brokers.Hindcast(options.binary, scratch, "real", real.arguments)
            stack.enter_context(broker)
            broker.wait_for(real.year, *real.logs)
        world = suite.World(
            options.binary, scratch, day, market.log(day), days, market.log(days), real, broker
        )
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(WORKERS))
        jobs = {pool.submit(suite.run, client, world, tools): client for client in clients}
        if not options.quick and (not options.only or "tools" in options.only):
            jobs[pool.submit(kafka_tools.run, world, tools)] = None
        for job in concurrent.futures.as_completed(jobs):
            if jobs[job]:
                report.client(jobs[job], *job.result())
            else:
                result, failures, missing = job.result()
                if missing:
                    report.missing("Apache Kafka's tools", missing)
                else:
                    report.results["tools"] = result
                    report.other("Apache Kafka's tools", failures, f"{len(result)} commands")


def run_groups(options: argparse.Namespace, report: Report) -> None:
    """Alone on the machine: it has deadlines that mean something."""
    kills = "20" if options.quick else "200"
    done = subprocess.run(
        [sys.executable, str(GROUPS), options.binary, "--kills", kills],
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = done.stdout.splitlines()
    if done.returncode == 77:
        report.missing("groups", lines[-1] if lines else "skipped")
    else:
        report.other("groups", lines if done.returncode else [], lines[-1] if lines else "nothing")


def main() -> int:
    options = parse()
    report, begin = Report(), time.monotonic()
    options.binary = os.path.abspath(options.binary)
    clients = chosen(options, report)
    with tempfile.TemporaryDirectory(prefix="hindcast-interop-") as folder:
        if clients or "tools" in options.only:
            run_clients(options, pathlib.Path(folder), clients, report)
    if not options.only or "groups" in options.only:
        run_groups(options, report)
    if options.json:
        options.json.write_text(json.dumps(report.results, indent=1) + "\n")
    if options.document:
        order = [*(client.name for client in CLIENTS_ALL), "tools"]
        known = {name: report.results[name] for name in order if name in report.results}
        options.document.write_text(document.page(known))
    seconds = time.monotonic() - begin
    print(
        f"interop: {report.passed} passed, {report.failed} failed, "
        f"{report.skipped} skipped, {seconds:.0f} s"
    )
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
