#!/usr/bin/env python3
"""Reads topics with kcat. The command line is described in ../README.md.

kcat prints any bytes: each record's sizes come on a line of their own, then key and value.
"""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "python"))
import contract  # noqa: E402

FORMAT = r"%t %p %o %T %K %S\n%k%s"


def command(options: contract.Options) -> list[str]:
    base = ["kcat", "-b", options.bootstrap, "-u", "-q", "-c", str(options.count), "-f", FORMAT]
    if options.mode == "group":
        reset = "latest" if options.start == "end" else "earliest"
        return [*base, "-X", f"auto.offset.reset={reset}", "-G", options.group, *options.topics]
    if options.start == "offset":
        start = str(options.number)
    elif options.start == "time":
        start = f"s@{options.number}"
    else:
        start = options.start
    (topic,) = options.topics
    return [*base, "-C", "-t", topic, "-o", start]


def main() -> int:
    output = contract.Output(contract.parse())
    kcat = subprocess.Popen(command(output.options), stdout=subprocess.PIPE)
    while line := kcat.stdout.readline():
        topic, partition, offset, time, *sizes = line.split()
        key, value = (None if size < 0 else kcat.stdout.read(size) for size in map(int, sizes))
        output.record(topic.decode(), int(partition), int(offset), int(time), key, value)
        output.flush()
    return kcat.wait()


if __name__ == "__main__":
    sys.exit(main())
