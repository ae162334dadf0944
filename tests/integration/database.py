"""A PostgreSQL of a test's own, which can go away and come back."""
import glob
import os
import subprocess
from pathlib import Path

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures/with_postgres"
BIN = (sorted(glob.glob("/usr/lib/postgresql/*/bin")) or [""])[-1]


class Database:
    def __init__(self):
        shell = 'printf "%s\\n%s\\n" "$TROUPE_TEST_POSTGRES" "$TROUPE_TEST_POSTGRES_DATA"; exec cat >/dev/null'
        self.process = subprocess.Popen([FIXTURE, "sh", "-c", shell], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url, self.folder = self.process.stdout.readline().strip(), self.process.stdout.readline().strip()
        if not self.folder:
            raise RuntimeError("no PostgreSQL could be started: see above")

    def _ctl(self, *words):
        owner = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"] if os.getuid() == 0 else []
        subprocess.run([*owner, f"{BIN}/pg_ctl", "-D", self.folder, "-w", *words], check=True, cwd="/", timeout=60,
                       stdout=subprocess.DEVNULL)

    def crash(self):
        """As `kill -9`: nothing is written any more, what was committed is in its log."""
        self._ctl("-m", "immediate", "stop")

    def start(self):
        self._ctl("-l", self.folder + "/../server.log", "start")

    def rows(self, sql):
        """Of a statement of the test's own."""
        done = subprocess.run([f"{BIN}/psql", "-XAtq", "-d", self.url, "-c", sql], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)
