"""The tool run to its end, its exit statuses, and a few bars to give it."""

import os
import subprocess

import case
from broker import clean_environment

DONE, USAGE, SOURCE, ADDRESS, DIRECTORY, START, STORAGE = 0, 2, 3, 4, 5, 8, 74
DAY = case.demo(days=1)
BARS = "".join(f"{1_700_000_040 + 60 * i},10,12,9,11,{i}\n" for i in range(200))
NO_SERVER = ["--listen", "127.0.0.1:0", "--http", "off"]
HEADER = "time,open,high,low,close,volume\n"


class Tool(case.Case):
    def run_tool(self, *arguments: str, environment: dict | None = None, seconds: float = 30):
        return subprocess.run(
            [case.BINARY, *arguments],
            capture_output=True,
            text=True,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            env={**clean_environment(), "XDG_CACHE_HOME": self.path("xdg"), **(environment or {})},
        )

    def fails(self, status: int, arguments: list[str], *says: str, **more) -> str:
        done = self.run_tool(*arguments, **more)
        self.assertEqual(done.returncode, status, done.stderr)
        for text in says:
            self.assertIn(text, done.stderr)
        return done.stderr

    def file(self, name: str, text: str) -> str:
        with open(self.path(name), "w") as file:
            file.write(text)
        return self.path(name)
