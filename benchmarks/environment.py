"""Sets up the environments that the commands come from: one of the peers, one of this checkout."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parent
REQUIREMENTS = HERE / "requirements.txt"
FOLDER = HERE / ".env"


@dataclass(frozen=True, slots=True)
class Environment:
    """Two virtual environments: flake8 alone must not find our plugin beside it."""

    folder: Path
    notes: tuple[str, ...] = ()
    """One line for each requirement that could not be installed."""

    def ours(self, program: str) -> str:
        """The path of a program of this checkout or what it depends on."""
        return str(self.folder / "ours" / "bin" / program)

    def peer(self, program: str) -> str:
        """The path of a program of the peers."""
        return str(self.folder / "peers" / "bin" / program)

    def versions(self) -> dict[str, str]:
        """What is installed of the requirements and of ours."""
        wanted = {line.split(">=")[0] for line in requirements()}
        found = {one["name"]: one["version"] for one in _listed(self.peer("python"))}
        ours = {one["name"]: one["version"] for one in _listed(self.ours("python"))}
        return {name: found[name] for name in sorted(found) if name in wanted} | {
            name: ours[name] for name in ("ssot-lint", "ssot_lint", "libcst") if name in ours
        }


def requirements() -> list[str]:
    """The lines of the requirements file that name a package."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def set_up(folder: Path = FOLDER) -> Environment:
    """Install what is not there yet, and this checkout again when it has changed."""
    environment = Environment(folder)
    peers = _once(folder / "peers", _digest([REQUIREMENTS]), _install_peers)
    sources = sorted((CHECKOUT / "ssot_lint").rglob("*.py"))
    state = _digest([REQUIREMENTS, CHECKOUT / "pyproject.toml", *sources])
    flake8 = [
        f"flake8=={one['version']}"
        for one in _listed(environment.peer("python"))
        if one["name"] == "flake8"
    ]
    ours = _once(folder / "ours", state, lambda python: _install_ours(python, flake8))
    return Environment(folder, (*peers, *ours))


@contextlib.contextmanager
def alone(folder: Path = FOLDER) -> Iterator[None]:
    """Another run would renew the environment under this one, and be noise besides."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("another run of the benchmarks is going on")
        yield


def _install_peers(python: Path) -> list[str]:
    """All at once, or one by one where that does not work; what could not be installed."""
    if _pip_install(python, "-r", str(REQUIREMENTS)) is None:
        return []
    failures = [(line, _pip_install(python, line)) for line in requirements()]
    return [f"left out: {line}: {error}" for line, error in failures if error is not None]


def _install_ours(python: Path, constraints: list[str]) -> list[str]:
    """This checkout, with the flake8 that the peers have."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(constraints))
        file.flush()
        error = _pip_install(python, "-c", file.name, f"{CHECKOUT}[server]")
    return [] if error is None else [f"left out: ssot-lint: {error}"]


def _once(folder: Path, state: str, install: Callable[[Path], list[str]]) -> list[str]:
    """Make an environment, unless it is there and was made from the same state."""
    stamp = folder / "stamp.json"
    if stamp.exists():
        made = json.loads(stamp.read_text(encoding="utf-8"))
        if made["state"] == state:
            return list(made["notes"])
    print(f"setting up {folder.name} ...", file=sys.stderr)
    venv.create(folder, clear=True, symlinks=True, with_pip=True)
    notes = install(folder / "bin" / "python")
    stamp.write_text(json.dumps({"state": state, "notes": notes}), encoding="utf-8")
    return notes


def _pip_install(python: Path, *what: str) -> str | None:
    """The last line that pip says when it fails."""
    command = [str(python), "-m", "pip", "install", "--quiet", *what]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return (errors or ["pip failed"])[-1]


def _listed(python: str) -> list[dict[str, str]]:
    """The packages of an environment, as pip lists them."""
    command = [python, "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    packages: list[dict[str, str]] = json.loads(done.stdout)
    return packages


def _digest(paths: list[Path]) -> str:
    """Changes with the names and contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(CHECKOUT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()
