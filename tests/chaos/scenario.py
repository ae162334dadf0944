"""What every scenario has: a seed, a folder, nodes that are ended whatever happens, and a record of faults and invariants."""
import contextlib
import random
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))

from engine import Engine, environment  # noqa: E402


class NotPossible(Exception):
    """This machine can't make the fault: said at the end, never passed over."""


class Scenario:
    """One run of one scenario. `long`: by hand, with `rounds` rounds; else the short form that CI runs."""

    def __init__(self, name, seed, rounds):
        self.name, self.seed, self.rounds = name, seed, rounds
        self.long = rounds is not None
        self.chance = random.Random(f"{seed}/{name}")
        self.lines, self.held, self.broken = [], 0, []
        self.impossible = None
        self.closing = contextlib.ExitStack()
        self.started = time.monotonic()
        self.folder = None

    # -- the record
    def fault(self, text):
        self.lines.append(f"  fault  {text}")

    def note(self, text):
        self.lines.append(f"         {text}")

    def check(self, what, holds, otherwise=""):
        """An invariant; `otherwise` says what was seen when it does not hold."""
        if holds:
            self.held += 1
            self.lines.append(f"  holds  {what}")
        else:
            self.broken.append(what)
            self.lines.append(f"  BROKEN {what}: {str(otherwise)[:1500]}")
        return bool(holds)

    # -- the machinery
    def node(self, *flags, data=None, config="", env=None):
        """A node that is not started yet; `config` is TOML."""
        number = len(list(self.folder.glob("*.toml")))
        file = self.folder / f"node{number}.toml"
        file.write_text(config)
        variables = environment(self.folder) | (env or {})
        made = Engine(data or self.folder / f"data{number}", self.folder / f"node{number}.log",
                      ["--config", str(file), *flags], variables)
        self.closing.callback(made.end)
        return made

    def run(self, body, keep=False):
        self.folder = Path(tempfile.mkdtemp(prefix=f"troupe-chaos-{self.name}-"))
        try:
            with self.closing:
                body(self)
        except NotPossible as why:
            self.impossible = str(why)
        except Exception as problem:  # a time-out, a refused connection: the scenario did not get to its end
            where = traceback.extract_tb(problem.__traceback__)[-1]
            self.check("the scenario comes to its end", False, f"{problem!r} at {Path(where.filename).name}:{where.lineno}")
            self.note("".join(traceback.format_tb(problem.__traceback__)[-4:]))
        if keep or self.broken:
            self.note(f"left for a look: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def show(self):
        print(f"\n== {self.name}  (seed {self.seed}, {time.monotonic() - self.started:.1f} s)")
        print("\n".join(self.lines), flush=True)
        if self.impossible:
            print(f"  NOT RUN: {self.impossible}", flush=True)
