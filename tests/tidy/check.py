#!/usr/bin/env python3
"""Checks the tree itself: include directions, where libraries may appear, sizes of files and functions, leftovers.

The allowed arrows are read from CMakeLists.txt (USES of each room), so that there is one place that says them.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 100

# Libraries that may be included in these rooms only.
LIBRARIES = {
    "uv.h": {"net"},
    "libpq-fe.h": {"source"},
    "librdkafka/rdkafka.h": {"mirror"},
    "sqlite3.h": {"offsets"},
    "http_parser.h": {"http"},
    "jansson.h": {"http"},
    "libfyaml.h": {"config"},
    "zstd.h": {"protocol", "source"},
    "lz4frame.h": {"protocol"},
    "snappy-c.h": {"protocol"},
    "zlib.h": {"protocol", "source"},
}
# The operating system's clocks: net reads them; log lines carry wall time.
CLOCK = re.compile(r"\b(clock_gettime|gettimeofday|time\(NULL\)|uv_hrtime|uv_now)\b")
CLOCK_ALLOWED = {"src/net/loop.c", "src/base/log.c"}
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")

problems = []


def problem(path, line, text):
    problems.append(f"{path}:{line}: {text}")


def rooms():
    """Room -> rooms it may include, itself included, as CMakeLists.txt says."""
    text = (ROOT / "CMakeLists.txt").read_text()
    found = {}
    for name, rest in re.findall(r"hindcast_room\((\w+)([^)]*)\)", text):
        words = rest.split()
        direct = set()
        for word in words[words.index("USES") + 1:] if "USES" in words else []:
            if word in ("LIBS", "DIR"):
                break
            direct.add(word)
        found[name] = {name} | direct
    return found


def closed(arrows):
    """Follows arrows to their end: a room may include what its rooms include."""
    changed = True
    while changed:
        changed = False
        for name, allowed in arrows.items():
            wider = set().union(allowed, *(arrows[other] for other in allowed))
            if wider != allowed:
                arrows[name] = wider
                changed = True
    return arrows


def room_of(path):
    parts = path.relative_to(ROOT).parts
    if parts[0] == "protocol":
        return "protocol"
    return parts[1] if parts[0] == "src" and len(parts) > 2 else None


def check_cycles(arrows):
    direct = rooms()
    seen = {}

    def visit(name, trail):
        if name in trail:
            problem("CMakeLists.txt", 1, "rooms in a circle: " + " -> ".join([*trail, name]))
            return
        if seen.get(name):
            return
        for other in direct[name] - {name}:
            visit(other, [*trail, name])
        seen[name] = True

    for name in direct:
        visit(name, [])
    return arrows


def check_includes(path, lines, arrows):
    room = room_of(path)
    for number, line in enumerate(lines, 1):
        match = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if not match or room is None:
            continue
        form, target = match.groups()
        other = target.split("/")[0]
        if form == '"' and other in arrows and other not in arrows[room]:
            problem(path, number, f"room {room} may not include room {other} ({target})")
        if form == "<" and room not in LIBRARIES.get(target, {room}):
            problem(path, number, f"<{target}> may be included in {sorted(LIBRARIES[target])} only")


def check_functions(path, lines):
    start = None
    for number, line in enumerate(lines, 1):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start is not None:
            if number - start - 1 > FUNCTION_LINES_MAX:
                problem(path, start, f"function of {number - start - 1} lines (at most {FUNCTION_LINES_MAX})")
            start = None


def check_file(path, arrows):
    text = path.read_text(errors="replace")
    lines = text.splitlines()
    relative = str(path.relative_to(ROOT))
    is_test = relative.startswith(("tests/", "bench/"))
    if len(lines) > FILE_LINES_MAX:
        problem(path, len(lines), f"{len(lines)} lines (at most {FILE_LINES_MAX})")
    if path.suffix in (".c", ".h"):
        check_includes(path, lines, arrows)
        check_functions(path, lines)
        formatted = "clang-format off" not in text
        for number, line in enumerate(lines, 1):
            if formatted and len(line) > LINE_COLUMNS_MAX:
                problem(path, number, f"{len(line)} columns (at most {LINE_COLUMNS_MAX})")
            if not is_test and relative not in CLOCK_ALLOWED and CLOCK.search(line):
                problem(path, number, "only net reads the clock: take `now` as an argument")
    for number, line in enumerate(lines, 1):
        if relative != "tests/tidy/check.py" and LEFTOVERS.search(line):
            problem(path, number, "a leftover mark: finish it")


def main():
    arrows = closed(check_cycles(rooms()))
    listed = subprocess.run(["git", "ls-files", "*.c", "*.h", "*.py", "*.js", "*.go", "*.sh", "*.rs", "*.java", "dev"],
                            cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    if len(listed) < 50:
        sys.exit("tidy: git lists hardly any files; is this a checkout?")
    for name in listed:
        path = ROOT / name
        if path.exists():
            check_file(path, arrows)
    for line in problems:
        print(line.replace(str(ROOT) + "/", ""))
    print(f"tidy: {len(listed)} files, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
