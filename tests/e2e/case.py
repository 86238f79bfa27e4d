"""What every end-to-end script begins with: the binary, scratch space, its own files importable.

python3 tests/e2e/test_NAME.py HINDCAST_BINARY [unittest arguments]
"""

import os
import sys
import tempfile
import unittest

from broker import Broker, Failed, wait_for  # noqa: F401

BINARY = ""
EPOCH_2025 = 1_735_689_600_000


def demo(days: int = 1, symbols: int = 1, interval: str = "1m", seed: int = 1) -> str:
    """A demo source that begins at EPOCH_2025."""
    return f"demo:?seed={seed}&symbols={symbols}&interval={interval}&days={days}&from=2025-01-01"


def sanitized() -> bool:
    """Whether the binary carries a sanitizer, whose own memory no bound of ours is meant for."""
    with open(BINARY, "rb") as file:
        image = file.read()
    return b"__asan_init" in image or b"__tsan_init" in image


class Case(unittest.TestCase):
    """A directory of its own for each test, and one cache for all tests of a script."""

    cache: tempfile.TemporaryDirectory

    @classmethod
    def setUpClass(cls):
        cls.cache = tempfile.TemporaryDirectory(prefix="hindcast-e2e-cache-")
        cls.addClassCleanup(cls.cache.cleanup)

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="hindcast-e2e-")
        self.addCleanup(directory.cleanup)
        self.scratch = directory.name

    def path(self, name: str) -> str:
        return os.path.join(self.scratch, name)

    def serve(self, *arguments: str, **popen) -> Broker:
        """To be used in `with`; --cache-dir is added where it is not given."""
        given = list(arguments)
        if "--cache-dir" not in given:
            given += ["--cache-dir", self.cache.name]
        return Broker(BINARY, given, **popen)


def main() -> None:
    global BINARY
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        print(f"usage: {sys.argv[0]} HINDCAST_BINARY [unittest arguments]", file=sys.stderr)
        sys.exit(2)
    BINARY = os.path.abspath(sys.argv.pop(1))
    unittest.main(module="__main__", verbosity=1)
