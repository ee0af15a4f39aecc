"""A container engine of our own: Debian's docker.io in a scratch folder, in network, mount and process namespaces.

What it changes (bridges, filter rules, mounts, processes) is seen in its namespaces only and ends with them; its files
end with the scratch folder. The way out to the package registries goes through slirp4netns.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

# The last for its promtool.
PACKAGES = ("docker.io", "mmdebstrap", "slirp4netns", "prometheus")
WAIT_S = 30.0
POLL_S = 0.1
CGROUPS = Path("/sys/fs/cgroup")


class UnavailableError(Exception):
    """This machine has no engine and cannot be given one: no fault of what is to be tested."""


def attempt(command: Sequence[str], what: str, environment: Mapping[str, str] | None = None) -> None:
    """Run a command of the preparations. Raises: UnavailableError with its last words."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise UnavailableError(f"{what}: {' / '.join(done.stderr.strip().splitlines()[-3:])}")


def answers(environment: Mapping[str, str]) -> bool:
    """Whether a daemon answers the docker command."""
    if shutil.which("docker", path=environment["PATH"]) is None:
        return False
    command = ["docker", "version", "--format", "{{.Server.Version}}"]
    return subprocess.run(command, env=environment, capture_output=True, timeout=WAIT_S, check=False).returncode == 0


def why_none_of_our_own() -> str | None:
    """What is missing for an engine of our own; None when nothing is."""
    if sys.platform != "linux" or shutil.which("apt-get") is None:
        return "that needs Debian or a relative (apt-get)"
    if os.geteuid() != 0:
        return "that needs root"
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "the stand-in for the Node.js image is made from this machine's node and npm"
    tried = subprocess.run(
        ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    return None if tried.returncode == 0 else f"no namespaces of our own: {tried.stderr.strip()}"


@contextlib.contextmanager
def fetched(scratch: Path) -> Iterator[dict[str, str]]:
    """Debian's packages, unpacked and not installed; the environment in which they are found.

    Raises: UnavailableError.
    """
    archives, root = scratch / "archives", scratch / "root"
    (archives / "partial").mkdir(parents=True)
    apt = ["apt-get", "-qq", "-o", f"Dir::Cache::archives={archives}", "-o", "APT::Sandbox::User=root"]
    attempt(["apt-get", "-qq", "-o", "APT::Update::Error-Mode=any", "update"], "Debian does not answer")
    download = [*apt, "install", "--download-only", "--yes", "--no-install-recommends", *PACKAGES]
    attempt(download, f"Debian does not give {', '.join(PACKAGES)}")
    for package in sorted(archives.glob("*.deb")):
        subprocess.run(["dpkg", "-x", str(package), str(root)], check=True)
    (scratch / "bin").mkdir()
    for name in ("iptables", "ip6tables"):  # Debian's alternatives, which an unpacked package lacks
        (scratch / "bin" / name).symlink_to(shutil.which("xtables-nft-multi", path=_path(root)) or "/")
    # Debian gives no package that is installed already: what is not in the scratch folder is in the machine's.
    installed = Path("usr/lib") / f"{os.uname().machine}-linux-gnu"
    libraries = root / installed
    yield {
        "PATH": f"{scratch / 'tools/bin'}:{scratch / 'bin'}:{_path(root)}",
        "LD_LIBRARY_PATH": str(libraries),
        "XTABLES_LIBDIR": f"{libraries / 'xtables'}:/{installed / 'xtables'}",
    }


def run_in_namespaces(command: Sequence[str], environment: Mapping[str, str], scratch: Path) -> int:
    """Run a command where nothing it starts outlives it; its exit status. Raises: UnavailableError."""
    unshare = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    with subprocess.Popen(bound([*unshare, *command]), env=environment) as inner:
        network = None
        try:
            _wait(lambda: _network_of(str(inner.pid)) != _network_of("self"), "the namespaces")
            network = subprocess.Popen(
                bound(["slirp4netns", "--configure", str(inner.pid), "tap0"]),
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            return inner.wait()
        finally:
            inner.kill()
            if network is not None:
                network.terminate()
                network.wait()
            remove_cgroups(scratch.name)


def bound(command: Sequence[str], ending: str = "KILL") -> list[str]:
    """The command, which gets this signal when the process that starts it ends, even by `kill -9`. Only on Linux."""
    return ["setpriv", "--pdeathsig", ending, *command] if sys.platform == "linux" else list(command)


@contextlib.contextmanager
def running(scratch: Path) -> Iterator[dict[str, str]]:
    """The daemon, until the block ends; the environment in which docker finds it. Raises: UnavailableError."""
    _wait(lambda: "tap0" in {name for _, name in socket.if_nameindex()}, "the network")
    address = f"unix://{scratch}/docker.sock"
    environment = {
        **os.environ,
        "DOCKER_HOST": address,
        "DOCKER_CONFIG": str(scratch / "docker"),
        "DOCKER_BUILDKIT": "0",
    }
    command = ["dockerd", "--host", address, "--data-root", f"{scratch}/data", "--exec-root", f"{scratch}/exec"]
    log = scratch / "dockerd.log"
    with log.open("wb") as output:
        daemon = subprocess.Popen(
            [*command, "--pidfile", f"{scratch}/docker.pid", "--cgroup-parent", f"/{scratch.name}"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(lambda: answers(environment), "dockerd", log)
        yield environment
    finally:
        daemon.terminate()
        daemon.wait(WAIT_S)


def remove_cgroups(name: str) -> None:
    """Control groups outlive the namespaces; they can be removed once the last process in them has ended."""
    with contextlib.suppress(UnavailableError):
        _wait(lambda: _are_cgroups_gone(name), "the end of the control groups")


def _network_of(process: str) -> Path:
    return Path(f"/proc/{process}/ns/net").readlink()


def _path(root: Path) -> str:
    return f"{root}/usr/sbin:{root}/usr/bin:{os.environ['PATH']}"


def _are_cgroups_gone(name: str) -> bool:
    folders = sorted(CGROUPS.glob(f"**/{name}/**/"), reverse=True)
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()
    return not folders


def _wait(condition: Callable[[], bool], what: str, log: Path | None = None) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        if time.monotonic() > deadline:
            output = log.read_text(encoding="utf-8", errors="replace")[-4000:] if log else ""
            raise UnavailableError(f"{what} not within {WAIT_S:.0f} s. {output}")
        time.sleep(POLL_S)
