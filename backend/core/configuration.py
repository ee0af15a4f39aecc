"""Reads the settings once: from the environment, then the `.env` file, then the defaults of `settings.py`.

`X_FILE` beats `X` for every setting (a secret mounted as a file). Faults are collected and named together, never with
their values.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError

from core.settings_faults import find_faults
from settings import ENV_FILE, ConfigurationError, Settings


def load_settings(environment: Mapping[str, str] = os.environ, *, env_file: Path | None = ENV_FILE) -> Settings:
    """Read all settings. Raises: ConfigurationError naming every fault at once."""
    settings, faults = read_settings(environment, env_file=env_file)
    if faults:
        raise ConfigurationError(faults)
    return settings


def read_settings(
    environment: Mapping[str, str] = os.environ, *, env_file: Path | None = ENV_FILE, required: tuple[str, ...] = ()
) -> tuple[Settings, list[str]]:
    """As `load_settings`, for a caller that checks more: the settings that could be read, and every fault so far.

    `required` names those that must not be empty for this way of starting.
    """
    faults: list[str] = []
    values = {**_from_file(env_file, faults), **environment}
    chosen = _choose(values, faults)
    settings = _validate(chosen, faults)
    faults += [f"{name} is missing" for name in required if not chosen.get(name.lower())]
    return settings, faults + find_faults(settings, required)


def _from_file(env_file: Path | None, faults: list[str]) -> dict[str, str]:
    if env_file is None or not env_file.is_file():
        return {}
    try:
        return {name: value for name, value in dotenv_values(env_file).items() if value is not None}
    except (OSError, UnicodeDecodeError):
        faults.append(f"{env_file.name} cannot be read; it must be a UTF-8 text file that this user may read")
        return {}


def _choose(values: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    """Pick our settings; an empty value counts as not set, and NAME_FILE beats NAME."""
    chosen: dict[str, str] = {}
    for field in Settings.model_fields:
        name = field.upper()
        value = values.get(name, "").strip()
        if path := values.get(f"{name}_FILE", "").strip():
            try:
                value = Path(path).read_text(encoding="utf-8-sig").strip()
            except (OSError, UnicodeDecodeError):
                faults.append(f"{name}_FILE cannot be read")
        if any("\ud800" <= character <= "\udfff" for character in value):  # bytes of the environment, no UTF-8
            faults.append(f"{name} must be UTF-8 text")
        elif value:
            chosen[field] = value
    return chosen


def _validate(chosen: dict[str, str], faults: list[str]) -> Settings:
    """Note each field's fault and use its default, so that the other checks report in the same run."""
    try:
        return Settings.model_validate(chosen)
    except ValidationError as exc:
        faulty = {
            str(error["loc"][0]): error["msg"] for error in exc.errors(include_input=False, include_context=False)
        }
        faults += [f"{name.upper()}: {message.removeprefix('Value error, ')}" for name, message in faulty.items()]
        return Settings.model_validate({name: value for name, value in chosen.items() if name not in faulty})
