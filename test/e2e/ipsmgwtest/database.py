# SPDX-License-Identifier: GPL-2.0-or-later
#
# The databases that the registry is kept in: a SQLite file, and a PostgreSQL server of the test's own on 127.0.0.1, each
# with the tables of kamailio-cfg/sql. Both are used alike: what the gateway needs to find them, their rows, and the ways
# in which a database fails.

import contextlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from . import net, processes
from .gateway import ROOT, free_port

SQL = ROOT / "kamailio-cfg" / "sql"
TABLE = "ipsmgw_registration"
POSTGRES_PROGRAMS = pathlib.Path("/usr/lib/postgresql")
# PostgreSQL does not run as root; this user comes with its package
POSTGRES_USER = "postgres"
# the field of /proc/PID/stat as processes.members() counts them
PARENT = 1


class Database:
    """with Sqlite() as database: ... World(name, defines=database.defines()). Everything is in `folder`, gone at the end."""

    name = module = sql = url = None

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ipsmgw-%s-" % self.name))

    def __enter__(self):
        try:
            self.open()
            self.make_tables()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind, error, traceback):
        self.close()

    def open(self):
        """Bring the database up, without tables."""

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def make_tables(self):
        self.execute((SQL / self.sql).read_text())

    def defines(self, mode=1, **more):
        """Defines for the gateway's config; more: others by name, in capitals."""
        said = {"IPSMGW_DB_MODE": mode, "IPSMGW_DB_MODULE": '"%s"' % self.module, "IPSMGW_DB_URL": '"%s"' % self.url}
        said.update(more)
        return ["%s=%s" % item for item in said.items()]

    def rows(self, gone=0):
        """The registrations: each row as a dict, by its primary IMPU. gone=1: those that were ended, kept for other gateways."""
        found = self.select("SELECT * FROM %s WHERE gone = %d" % (TABLE, gone))
        rows = {row["impus"].split(" ")[0]: row for row in found}
        assert len(rows) == len(found), "one primary IMPU in several rows: %s" % [row["impus"] for row in found]
        return rows

    def execute(self, statements):
        """Run SQL, committed."""
        raise NotImplementedError

    def select(self, statement):
        """The rows of a SELECT as dicts."""
        raise NotImplementedError

    def down(self):
        """Within it the gateway cannot use the database, and is told so."""
        raise NotImplementedError

    def hung(self):
        """Within it nothing is written to the table, for somebody else has locked it; who tries waits."""
        raise NotImplementedError


class Sqlite(Database):
    name, module, sql = "sqlite", "db_sqlite.so", "sqlite.sql"

    def __init__(self):
        super().__init__()
        self.path = self.folder / "registry.sqlite"
        self.url = "sqlite:///%s" % self.path

    def execute(self, statements):
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(statements)

    def select(self, statement):
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(statement)]

    @contextlib.contextmanager
    def hung(self):
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            yield
            connection.execute("ROLLBACK")

    # a file cannot be switched off; who tries to write waits for its lock a while, then is refused
    down = hung


class Postgres(Database):
    name, module, sql = "postgres", "db_postgres.so", "postgres.sql"

    def __init__(self):
        super().__init__()
        self._programs = max(POSTGRES_PROGRAMS.glob("*/bin"), key=lambda path: int(path.parent.name))
        self._as_user = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, POSTGRES_USER)
            self._as_user = ["--reuid", POSTGRES_USER, "--regid", POSTGRES_USER, "--init-groups"]
        self._server = None
        self._log = self.folder / "log"
        self.port = free_port()
        self.url = "postgres://ipsmgw:ipsmgw@%s:%d/postgres" % (net.HOST, self.port)

    # --- life ---

    def open(self):
        self._run("initdb", "--auth=trust", "--username=ipsmgw", "--encoding=UTF8", "--no-locale", "--no-sync", "-D", self._data)
        self.start()

    def close(self):
        self.kill()
        super().close()

    def start(self, timeout=15):
        settings = {
            "listen_addresses": net.HOST, "port": self.port, "unix_socket_directories": "", "fsync": "off", "shared_buffers": "16MB",
        }
        options = [word for item in settings.items() for word in ("-c", "%s=%s" % item)]
        with open(self._log, "ab") as log:
            self._server = subprocess.Popen(
                self._command("postgres", "-D", self._data, *options), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        end = time.monotonic() + timeout
        while self._psql("SELECT 1").returncode:
            assert self._server.poll() is None and time.monotonic() < end, "PostgreSQL did not start:\n%s" % self._log.read_text()
            time.sleep(0.05)  # between two looks, within the bound

    def stop(self, timeout=15):
        """As its operator stops it: transactions are rolled back, connections closed."""
        self._server.send_signal(signal.SIGINT)
        self._server.wait(timeout)
        self._server = None

    def kill(self):
        """All its processes at once."""
        if self._server is not None:
            processes.kill([self._server.pid] + self._backends())
            self._server.wait()
            self._server = None

    # --- SQL ---

    def execute(self, statements):
        done = self._psql(statements)
        assert done.returncode == 0, "psql: %s" % done.stderr.strip()

    def select(self, statement):
        done = self._psql("SELECT row_to_json(r) FROM (%s) AS r" % statement)
        assert done.returncode == 0, "psql: %s" % done.stderr.strip()
        return [json.loads(line) for line in done.stdout.splitlines()]

    # --- failures ---

    @contextlib.contextmanager
    def down(self):
        self.stop()
        yield
        self.start()

    @contextlib.contextmanager
    def hung(self):
        locker = subprocess.Popen(self._client(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            locker.stdin.write("BEGIN;\nLOCK TABLE %s IN EXCLUSIVE MODE;\nSELECT 'locked';\n" % TABLE)
            locker.stdin.flush()
            assert locker.stdout.readline() == "locked\n", "psql did not get its lock"
            yield
        finally:
            locker.communicate(timeout=5)  # its end is the transaction's

    @contextlib.contextmanager
    def frozen(self):
        """Within it no process of the server does anything: connections stand, and nothing is answered."""
        pids = [self._server.pid] + self._backends()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    # --- programs ---

    @property
    def _data(self):
        return str(self.folder / "data")

    def _backends(self):
        return processes.members(PARENT, self._server.pid)

    def _command(self, program, *arguments):
        """A program of the server's; it ends with us whatever ends us."""
        return ["setpriv", "--pdeathsig", "KILL", *self._as_user, str(self._programs / program), *arguments]

    def _run(self, program, *arguments):
        done = subprocess.run(self._command(program, *arguments), cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, "%s: %s" % (program, done.stdout + done.stderr)

    def _client(self):
        """psql on the server: the bare values of each row, nothing else."""
        return [
            str(self._programs / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", net.HOST, "-p", str(self.port), "-U", "ipsmgw", "postgres",
        ]

    def _psql(self, statements):
        return subprocess.run(self._client(), input=statements, capture_output=True, text=True, timeout=15, check=False)


ALL = (Sqlite, Postgres)
