"""The measuring programs: built once per version of their sources, and started."""

import hashlib
import json
import os
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parents[1] / "programs"
ROOT = HERE.parents[1]
CACHE = pathlib.Path(
    os.environ.get("HC_DEV_CACHE")
    or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "hindcast-dev"
)
SECONDS_MAX = 300


def build(folder: pathlib.Path) -> pathlib.Path:
    """Every program of bench/programs in a folder named by what they are made of."""
    digest = hashlib.sha256()
    for source in sorted(HERE.iterdir()):
        digest.update(source.name.encode() + source.read_bytes())
    target = folder / f"programs-{digest.hexdigest()[:10]}"
    if target.is_dir():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as unfinished:
        for source in HERE.glob("*.c"):
            library = source.stem == "count_calls"
            output = f"{unfinished}/{source.stem}" + (".so" if library else "")
            command = ["cc", "-std=gnu17", "-O2", "-Wall", "-Wextra", "-o", output, str(source)]
            command += ["-shared", "-fPIC", "-ldl"] if library else []
            command += ["-lrdkafka"] if "kafka.h" in source.read_text() else []
            subprocess.run(command, check=True)
        os.chmod(unfinished, 0o755)
        try:
            os.rename(unfinished, target)
        except OSError:  # somebody else was faster
            pass
        os.makedirs(unfinished, exist_ok=True)
    return target


class Programs:
    def __init__(self, folder: pathlib.Path):
        self.folder = build(folder)

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def start(self, name: str, *arguments, **popen) -> subprocess.Popen:
        command = [self.path(name), *map(str, arguments)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, **popen)

    def run(self, name: str, *arguments) -> dict:
        """To its end; the object on its last line."""
        command = [self.path(name), *map(str, arguments)]
        done = subprocess.run(
            command, input="\n", capture_output=True, text=True, timeout=SECONDS_MAX, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
        lines = done.stdout.splitlines()
        return json.loads(lines[-1]) if lines else {}
