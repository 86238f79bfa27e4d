"""The command line and the output that all the programs here share; see ../README.md."""

import argparse
import base64
import sys


class Options:
    def __init__(self, arguments: argparse.Namespace):
        self.bootstrap: str = arguments.bootstrap
        self.topics: list[str] = arguments.topics.split(",")
        self.mode: str = arguments.mode
        self.group: str = arguments.group
        self.count: int = arguments.count
        self.start, _, number = arguments.start.partition(":")  # beginning, end, offset, time
        self.number = int(number or 0)
        self.reset = "latest" if self.start == "end" else "earliest"


def parse() -> Options:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topics", required=True)
    parser.add_argument("--mode", choices=("assign", "group"), required=True)
    parser.add_argument("--from", dest="start", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--group", required=True)
    return Options(parser.parse_args())


class Output:
    """Prints records until the wanted number is reached; knows the positions after them."""

    def __init__(self, options: Options):
        self.options = options
        self.left = options.count
        self.positions: dict[tuple[str, int], int] = {}

    def record(
        self,
        topic: str,
        partition: int,
        offset: int,
        timestamp: int,
        key: bytes | None,
        value: bytes | None,
    ) -> None:
        if self.left == 0:
            return
        self.left -= 1
        self.positions[topic, partition] = offset + 1
        sys.stdout.write(
            f"{topic}\t{partition}\t{offset}\t{timestamp}\t{text(key)}\t{text(value)}\n"
        )

    def flush(self) -> None:
        sys.stdout.flush()


def text(data: bytes | None) -> str:
    return "-" if data is None else base64.b64encode(data).decode()
