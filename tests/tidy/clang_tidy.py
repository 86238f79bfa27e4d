#!/usr/bin/env python3
"""clang-tidy over every source file of src and protocol, as many at once as there are processors.

    tests/tidy/clang_tidy.py BUILD_FOLDER

The folder is one that ninja has built: its record of dependencies names the headers of each file. A file that was
clean is not read again until it, a header of it, its command line, .clang-tidy or clang-tidy itself changes; such
results lie in ${HC_DEV_CACHE:-~/.cache/hindcast-dev}/clang-tidy. Findings are never kept.
"""
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("HC_DEV_CACHE") or pathlib.Path.home() / ".cache/hindcast-dev") / "clang-tidy"
KEPT_MAX = 5000


def dependencies(build):
    """Object file -> the files it was made of, as ninja saw them."""
    printed = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True, check=True).stdout
    found = {}
    for block in printed.split("\n\n"):
        head, *files = block.splitlines() or [""]
        match = re.match(r"(\S+): #deps \d+, deps mtime \d+ \((\w+)\)$", head)
        if match and match.group(2) == "VALID":
            found[match.group(1)] = [line.strip() for line in files]
    return found


@functools.cache
def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def key_of(command, files, common):
    """None where the build does not know the file's headers: it is then read every time."""
    if not files:
        return None
    made_of = (f"{name} {digest(os.path.join(command['directory'], name))}" for name in sorted(files))
    text = "\n".join([*common, command["command"], *made_of])
    return hashlib.sha256(text.replace(str(ROOT), "").encode()).hexdigest()


def check(source, build, key):
    """What clang-tidy says of the file: empty when it is clean."""
    if key and (CACHE / key).exists():
        os.utime(CACHE / key)
        return ""
    done = subprocess.run(["clang-tidy", "-p", build, "--quiet", "--warnings-as-errors=*", source], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return done.stdout or done.stderr
    if key:
        (CACHE / key).touch()
    return ""


def forget_old():
    kept = sorted(CACHE.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEPT_MAX:]:
        path.unlink()


def main():
    build = os.path.abspath(sys.argv[1])
    CACHE.mkdir(parents=True, exist_ok=True)
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True, check=True).stdout
    common = [re.sub(r"Host CPU.*", "", version), (ROOT / ".clang-tidy").read_text()]
    deps = dependencies(build)
    jobs = {}
    for command in json.loads(pathlib.Path(build, "compile_commands.json").read_text()):
        source = os.path.relpath(command["file"], ROOT)
        if source.startswith(("src/", "protocol/")):
            made = re.search(r" -o (\S+)", command["command"]).group(1)
            jobs[source] = key_of(command, deps.get(made), common)
    if len(jobs) < 50:
        sys.exit(f"clang-tidy: {build} compiles hardly anything")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        said = list(pool.map(lambda source: check(source, build, jobs[source]), sorted(jobs)))
    forget_old()
    findings = [text for text in said if text]
    print("".join(findings), end="")
    print(f"clang-tidy: {len(jobs)} files, {len(findings)} with findings")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
