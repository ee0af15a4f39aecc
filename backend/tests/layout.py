"""Checks of how the repository is laid out; each returns what is wrong, and an empty list when all is well."""

import ast
import importlib.metadata
import json
import re
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from pydantic.fields import FieldInfo

# From top to bottom: a module imports from its own room and from rooms below it.
ROOMS = (
    ("main", "worker", "ops"),
    ("routes",),
    ("integrations",),
    ("sync",),
    ("services",),
    ("mirror",),
    ("hubspot",),
    ("oauth",),
    ("core",),
)
# Everybody may import these; they import nothing of ours but what is named.
GROUND = {
    "settings": (),
    "errors": (),
    "integrations.integration_item": (),
    "integrations.load_events": ("integrations.integration_item",),
}
SIMULATOR = "simulator"
# HubSpot's SDK is a package of the same name as our room: tests only, in a process with another import root.
SHARED_NAMES = {"hubspot"}
# Rooms that must not know these packages: HubSpot's is pure protocol, without route or Redis.
BANNED_PACKAGES = {"hubspot": ("fastapi", "redis"), "oauth": ("fastapi",), "core": ("fastapi",)}

TOP_LEVEL = {
    *("backend", "frontend", "docs", "docker-compose.yml", "Makefile"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"),
}


def import_faults(backend: Path) -> list[str]:
    """Imports against the order of the rooms, modules without a room, and names that hide a package."""
    ours = _our_modules(backend)
    faults = [f"{name} has no room" for name in sorted({_top(module) for module in ours} - _known_tops())]
    hidden = sys.stdlib_module_names | set(importlib.metadata.packages_distributions()) - SHARED_NAMES
    faults += [f"{name} hides a package of that name" for name in sorted({_top(module) for module in ours} & hidden)]
    for module, path in sorted(ours.items()):
        for line, target in _imports(path, ours):
            if reason := _objection(module, target, ours):
                faults.append(f"{path.relative_to(backend)}:{line} imports {target}: {reason}")
    return faults


def circle_faults(backend: Path) -> list[str]:
    """A circle of modules that import each other, the simulator's included; the first one found."""
    ours = _our_modules(backend)
    graph = {
        module: {target for _line, target in _imports(path, ours) if target in ours and target != module}
        for module, path in ours.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as exc:
        return [" → ".join(exc.args[1])]
    return []


def simulation_faults(backend: Path) -> list[str]:
    """Places where the product's code (not its comments) knows of the simulator."""
    product = {name: path for name, path in _our_modules(backend).items() if _top(name) != SIMULATOR}
    faults = []
    for path in product.values():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        knowing = [node for node in ast.walk(tree) if id(node) not in docstrings and "simulat" in _words(node).lower()]
        faults += [
            f"{path.relative_to(backend)}:{getattr(node, 'lineno', 0)} knows of the simulator" for node in knowing
        ]
    return faults


def setting_faults(fields: Mapping[str, FieldInfo], example: str, root: Path) -> list[str]:
    """Differences between the settings and `.env.example`: names, order, defaults, and the comment that explains."""
    lines = example.splitlines()
    listed = {
        match[1]: (number, match[2])
        for number, line in enumerate(lines)
        if (match := re.match(r"([A-Z_]+)=(.*)", line))
    }
    expected = [field.upper() for field in fields]
    faults = [f"{name} is not in .env.example" for name in expected if name not in listed]
    faults += [f"{name} is in .env.example but no setting" for name in listed if name not in expected]
    for name, field in ((field.upper(), info) for field, info in fields.items() if field.upper() in listed):
        number, value = listed[name]
        comment = lines[number - 1].removeprefix("# ") if number else ""
        if not field.description or not comment.startswith(field.description):
            faults.append(f"{name}: the comment above it is not its description: {field.description}")
        if value != _written(field.get_default(call_default_factory=True), root):
            faults.append(f"{name}: .env.example does not show its default")
    return faults


def lock_faults(root: Path) -> list[str]:
    """Lock files that name a registry, a folder or a package without a hash."""
    faults = []
    for path in sorted((root / "backend").glob("requirements*.txt")):
        text = path.read_text(encoding="utf-8")
        if re.search(r"://|--index|--extra-index|--find-links|(^|\s)/|file:", text):
            faults.append(f"{path.name} names a host or a folder")
        pins = re.findall(r"^[a-z0-9][^\s=]*==[^\\\n]+(\\?)$", text, flags=re.MULTILINE)
        if not pins or not all(pins) or text.count("\n    --hash=sha256:") < len(pins):
            faults.append(f"{path.name} has packages without a hash")
    lock = root / "frontend" / "package-lock.json"
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    faults += [f"{lock.name} names a host for {name}" for name, entry in packages.items() if "resolved" in entry]
    faults += [
        f"{lock.name} has no hash for {name}" for name, entry in packages.items() if name and "integrity" not in entry
    ]
    faults += [f"{path.name} names a registry" for path in root.glob("**/.npmrc") if _names_registry(path)]
    return faults


def top_level_faults(root: Path) -> list[str]:
    """What lies at the top without belonging there, and what is missing; dot-files may join."""
    there = {path.name for path in root.iterdir() if not path.name.startswith(".")}
    return [f"{name} does not belong at the top level" for name in sorted(there - TOP_LEVEL)]


def _our_modules(backend: Path) -> dict[str, Path]:
    """Dotted name to file, tests left out."""
    modules = {}
    for path in backend.rglob("*.py"):
        parts = path.relative_to(backend).with_suffix("").parts
        if parts[0] != "tests":
            modules[".".join(parts).removesuffix(".__init__")] = path
    return modules


def _top(module: str) -> str:
    return module.partition(".")[0]


def _known_tops() -> set[str]:
    return {name for room in ROOMS for name in room} | {_top(name) for name in GROUND} | {SIMULATOR}


def _imports(path: Path, ours: Mapping[str, Path]) -> Iterator[tuple[int, str]]:
    """Line and full name of each module that a file imports, also by `import_module("...")`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield node.lineno, inner if inner in ours else node.module
        elif isinstance(node, ast.Call) and _words(node.func) in {"import_module", "__import__"}:
            named = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            yield from ((node.lineno, name) for name in named if isinstance(name, str))


def _objection(module: str, target: str, ours: Mapping[str, Path]) -> str | None:
    """Why the import is not allowed; None when it is."""
    if _top(target) in BANNED_PACKAGES.get(_top(module), ()):
        return f"{_top(module)} does without {_top(target)}"
    if _top(target) not in {_top(name) for name in ours} or target == module:
        return None
    if SIMULATOR in {_top(module), _top(target)}:
        return None if _top(module) == _top(target) else "the simulator stands apart"
    if module in GROUND:
        return None if target in GROUND[module] else f"{module} imports nothing of ours"
    return "that is a room above" if _height(target) < _height(module) else None


def _height(module: str) -> int:
    """Position of the module's room from the top; the ground is below all rooms."""
    if module in GROUND:
        return len(ROOMS)
    return next((height for height, room in enumerate(ROOMS) if _top(module) in room), 0)


def _words(node: ast.AST) -> str:
    """The identifier or text that a node holds."""
    match node:
        case ast.Name(id=text) | ast.Attribute(attr=text) | ast.arg(arg=text) | ast.keyword(arg=str(text)):
            return text
        case ast.FunctionDef(name=text) | ast.AsyncFunctionDef(name=text) | ast.ClassDef(name=text):
            return text
        case ast.Constant(value=str(text)):
            return text
    return ""


def _written(default: object, root: Path) -> str:
    """A default as it stands in an environment file."""
    match default:
        case bool():
            return str(default).lower()
        case Path() if default.is_relative_to(root):
            return str(default.relative_to(root))
    secret = getattr(default, "get_secret_value", None)
    return str(secret() if secret else default)


def _names_registry(path: Path) -> bool:
    return "node_modules" not in path.parts and "registry=" in path.read_text(encoding="utf-8")
