"""hindcast mirror as a process, with its log."""

import json
import pathlib
import signal
import subprocess
import threading
import time


class Mirror:
    """`log` grows while it runs; wait_for finds an event in it."""

    def __init__(self, binary: str, arguments: list[str], command: str = "mirror"):
        words = [binary, command, *arguments, "--log-format", "json"]
        self.process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.log: list[str] = []
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            with self.changed:
                self.log.append(line.decode(errors="replace").rstrip())
                self.changed.notify_all()
        with self.changed:
            self.log.append("")
            self.changed.notify_all()

    def wait_for(self, event: str, seconds: float = 60) -> bool:
        """True when the event is in the log; False when the process ended without it."""
        mark = f'"event":"{event}"'
        deadline = time.monotonic() + seconds
        with self.changed:
            while not any(mark in line for line in self.log):
                if self.log and self.log[-1] == "":
                    return False
                if not self.changed.wait(deadline - time.monotonic()):
                    raise RuntimeError(f"no {event} within {seconds} s\n" + self.tail())
        return True

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.reader.join()

    def end(self, seconds: float = 120) -> int:
        """Waits for the end; the exit status."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"it did not end within {seconds} s\n" + self.tail()) from None
        self.reader.join()
        return status

    def stop(self, seconds: float = 30) -> int:
        self.process.terminate()
        return self.end(seconds)

    def tail(self) -> str:
        return "\n".join(self.log[-15:])

    def findings(self) -> dict[str, str]:
        """Preflight's findings: code and sentence."""
        found = {}
        for line in self.log:
            if '"event":"preflight"' in line:
                fields = json.loads(line)
                found[fields["finding"]] = fields["what"]
        return found


def arguments(source: pathlib.Path, cache: pathlib.Path, servers: str, *more: str) -> list[str]:
    flags = ["--source", f"csv:{source}", "--topic", "candles", "--cache-dir", str(cache)]
    return [*flags, "--speed", "max", "--target", servers, *more]
