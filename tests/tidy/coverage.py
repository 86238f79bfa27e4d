#!/usr/bin/env python3
"""Line coverage of src and protocol, by folder, as gcov counts it.

    tests/tidy/coverage.py BUILD_FOLDER

The folder was built with the preset coverage and its tests have run.
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def counted(notes):
    """(file, line, reached) for every line of ours that one object file holds."""
    printed = subprocess.run(["gcov", "--json-format", "--stdout", notes], capture_output=True, text=True, check=True,
                             cwd=notes.parent).stdout
    lines = []
    for document in printed.splitlines():
        for entry in json.loads(document)["files"] if document else []:
            name = os.path.relpath(os.path.join(notes.parent, entry["file"]), ROOT)
            if name.startswith(("src/", "protocol/")):
                lines += [(name, line["line_number"], line["count"] > 0) for line in entry["lines"]]
    return lines


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    reached = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for lines in pool.map(counted, sorted(build.glob("CMakeFiles/hc_*.dir/**/*.gcno"))):
            for name, number, hit in lines:
                reached[name, number] = reached.get((name, number), False) or hit
    folders = collections.defaultdict(list)
    for (name, _), hit in reached.items():
        folders["/".join(name.split("/")[:2]) if name.startswith("src/") else "protocol"].append(hit)
        folders["all"].append(hit)
    if not folders:
        sys.exit(f"coverage: {build} has no counts: ./dev coverage builds and runs what makes them")
    for folder, hits in sorted(folders.items(), key=lambda item: (item[0] == "all", item[0])):
        print(f"{folder:16} {sum(hits):6} of {len(hits):6} lines  {100 * sum(hits) / len(hits):5.1f} %")


if __name__ == "__main__":
    main()
