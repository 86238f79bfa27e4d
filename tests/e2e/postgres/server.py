"""A real PostgreSQL in a temporary directory: an unprivileged user, a socket, a free loopback port.

Started by the tests themselves from Debian's packages; nothing outside the directory is touched.
"""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

PACKAGES = ["postgresql-15", "libpq5"]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def binaries() -> str:
    """The directory of the newest server's programs."""
    found = sorted(
        glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4])
    )
    if not found:
        raise FileNotFoundError(f"no PostgreSQL server: apt-get install {' '.join(PACKAGES)}")
    return os.path.dirname(found[-1])


class Server:
    """One cluster. `stop` ends it; `close` removes its directory as well."""

    def __init__(self, settings: dict[str, str] | None = None):
        self.bin = binaries()
        self.directory = tempfile.mkdtemp(prefix="hindcast-pg-", dir=os.environ.get("TMPDIR"))
        self.data = os.path.join(self.directory, "data")
        self.port = free_port()
        self.settings = {
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "shared_buffers": "256MB",
            "max_wal_size": "4GB",
            "autovacuum": "off",
            "unix_socket_directories": self.directory,
            "listen_addresses": "127.0.0.1",
            "logging_collector": "off",
            "lc_messages": "C",
        } | (settings or {})
        self.user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        if os.getuid() == 0:
            entry = pwd.getpwnam("postgres")
            os.chown(self.directory, entry.pw_uid, entry.pw_gid)
            os.chmod(self.directory, 0o755)
        password = os.path.join(self.directory, "password")
        with open(password, "w", encoding="ascii") as file:
            file.write("secret\n")
        os.chmod(password, 0o644)
        self._run("initdb", "-D", self.data, "-U", "postgres", "--locale=C", "--encoding=UTF8",
                  "--no-sync", "--auth-local=trust", "--auth-host=scram-sha-256",
                  f"--pwfile={password}")
        self.start()

    def _as_user(self, command: list[str]) -> list[str]:
        if os.getuid() != 0:
            return command
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]

    def _run(self, program: str, *arguments: str) -> None:
        command = self._as_user([os.path.join(self.bin, program), *arguments])
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.directory)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")

    def start(self) -> None:
        options = " ".join(f"-c {name}='{value}'" for name, value in self.settings.items())
        self._run("pg_ctl", "-D", self.data, "-o", f"-p {self.port} {options}", "-l",
                  os.path.join(self.directory, "log"), "-w", "-s", "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "-s", "stop")

    def restart(self, mode: str = "fast") -> None:
        self.stop(mode)
        self.start()

    def postmaster(self) -> int:
        with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as file:
            return int(file.readline())

    def close(self) -> None:
        try:
            self.stop("immediate")
        except (RuntimeError, OSError):
            pass
        shutil.rmtree(self.directory, ignore_errors=True)

    def uri(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self.directory}&port={self.port}"

    def tcp_uri(self, database: str, port: int | None = None) -> str:
        return f"postgresql://postgres:secret@127.0.0.1:{port or self.port}/{database}"

    def sql(self, database: str, text: str) -> str:
        """Runs a script; its unaligned, tuples-only output."""
        done = subprocess.run(
            [os.path.join(self.bin, "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
             "-d", self.uri(database)],
            input=text.encode(), capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"psql: {done.stderr.decode()}")
        return done.stdout.decode()

    def create_database(self, name: str, locale: str = "C") -> None:
        self.sql("postgres", f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' "
                             f"LOCALE '{locale}'")

    def backends(self, database: str) -> list[int]:
        """Process ids of the connections of programs other than psql."""
        text = self.sql("postgres", "SELECT pid FROM pg_stat_activity WHERE datname = "
                                    f"'{database}' AND application_name <> 'psql'")
        return [int(line) for line in text.split()]

    def kill_backends(self, database: str, how: signal.Signals) -> int:
        pids = self.backends(database)
        for pid in pids:
            try:
                os.kill(pid, how)
            except ProcessLookupError:
                pass
        return len(pids)
