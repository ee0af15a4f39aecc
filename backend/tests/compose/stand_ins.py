"""Stand-ins for the base images, where no image registry can be reached: Debian packages under the images' names.

They prove what our Dockerfiles and docker-compose.yml say and do; they prove nothing about the upstream images.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.compose.engine import attempt

BACKEND = Path(__file__).resolve().parents[2]
ROOT = BACKEND.parent
# Debian 13: its Python is of the same minor version as the image that it stands for.
SUITE = "trixie"
PACKAGES = ("python3", "python3-venv", "nginx-light", "valkey-server", "curl", "ca-certificates")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PULL_TIMEOUT_S = 240


def base_images(environment: Mapping[str, str]) -> list[str]:
    """Every image that our Dockerfiles and docker-compose.yml begin with."""
    names = set()
    for file in (BACKEND / "Dockerfile", ROOT / "frontend" / "Dockerfile"):
        text = file.read_text(encoding="utf-8")
        stages = set(re.findall(r" AS (\w+)", text))
        names |= set(re.findall(r"^FROM (\S+)", text, flags=re.MULTILINE)) - stages
    config = ["docker-compose", "config", "--format", "json"]
    services = json.loads(subprocess.run(config, cwd=ROOT, env=environment, capture_output=True, check=True).stdout)[
        "services"
    ]
    names |= {service["image"] for service in services.values() if "image" in service}
    return sorted(names)


def unreachable(environment: Mapping[str, str]) -> list[str]:
    """The base images that are not here and cannot be pulled."""
    return [
        name for name in base_images(environment) if not _is_here(name, environment) and not _pull(name, environment)
    ]


def make(names: Sequence[str], scratch: Path, environment: Mapping[str, str]) -> None:
    """One root file system with all programs, under each of the names. Raises: UnavailableError."""
    archive = scratch / "base.tar"
    sources = scratch / "debian.sources"
    sources.write_text(
        f"Types: deb\nURIs: http://deb.debian.org/debian\nSuites: {SUITE}\nComponents: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )
    hooks = [f"--customize-hook={line}" for line in _hooks()]
    command = ["mmdebstrap", "--mode=root", "--variant=minbase", "--quiet", f"--include={','.join(PACKAGES)}", *hooks]
    ours = {**environment, "TMPDIR": str(scratch)}
    attempt([*command, SUITE, str(archive), str(sources)], "no stand-ins for the base images", ours)
    certificates = [f"ENV {name}={CERTIFICATES}" for name in ("SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS")]
    path = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    changes = [word for change in (path, "WORKDIR /data", *certificates) for word in ("--change", change)]
    first, *others = names
    subprocess.run(
        ["docker", "import", *changes, str(archive), first], env=environment, check=True, stdout=subprocess.DEVNULL
    )
    for name in others:
        subprocess.run(["docker", "tag", first, name], env=environment, check=True)
    archive.unlink()


def _hooks() -> list[str]:
    """What the upstream images have and Debian's packages lack; and this machine's node, npm and certificates."""
    node = Path(os.path.realpath(shutil.which("node") or ""))
    npm = Path(os.path.realpath(shutil.which("npm") or "")).parents[1]
    return [
        'install -d -o 999 -g 999 "$1/data"',
        'ln -s /usr/bin/python3 "$1/usr/local/bin/python"',
        f'cp {shlex.quote(str(node))} "$1/usr/local/bin/node"',
        'mkdir -p "$1/usr/local/lib/node_modules"',
        f'cp -r {shlex.quote(str(npm))} "$1/usr/local/lib/node_modules/npm"',
        'ln -s ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/local/bin/npm"',
        'ln -s ../lib/node_modules/npm/bin/npx-cli.js "$1/usr/local/bin/npx"',
        f'cp {CERTIFICATES} "$1{CERTIFICATES}"',
    ]


def _is_here(name: str, environment: Mapping[str, str]) -> bool:
    command = ["docker", "image", "inspect", name]
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0


def _pull(name: str, environment: Mapping[str, str]) -> bool:
    command = ["docker", "pull", "--quiet", name]
    try:
        return (
            subprocess.run(
                command, env=environment, capture_output=True, timeout=PULL_TIMEOUT_S, check=False
            ).returncode
            == 0
        )
    except subprocess.TimeoutExpired:
        return False
