"""Real Kafka clients of Python, each in a virtual environment below the development cache."""

import fcntl
import os
import subprocess
import sys

VERSIONS = {"confluent-kafka": "2.16.1", "kafka-python": "3.0.12"}


def cache_directory() -> str:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.environ.get("HC_DEV_CACHE") or os.path.join(base, "hindcast-dev")


def python_with(package: str) -> str:
    """The interpreter of an environment that has the package; installed once, under a lock."""
    version = VERSIONS[package]
    directory = os.path.join(cache_directory(), f"py-{package}-{version}")
    python = os.path.join(directory, "bin", "python")
    os.makedirs(cache_directory(), exist_ok=True)
    with open(directory + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        module = package.replace("-python", "").replace("-", "_")
        ready = [python, "-c", f"import {module}"]
        if not os.path.exists(python) or subprocess.run(ready, capture_output=True).returncode:
            subprocess.run([sys.executable, "-m", "venv", "--clear", directory], check=True)
            subprocess.run(
                [python, "-m", "pip", "-q", "install", f"{package}=={version}"], check=True
            )
    return python


def run(package: str, script: str, *arguments: str, timeout: float) -> str:
    """Runs a script of this directory with the client; its standard output, or an exception."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), script)
    done = subprocess.run(
        [python_with(package), path, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=timeout,
    )
    if done.returncode:
        raise AssertionError(f"{script} {arguments}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout
