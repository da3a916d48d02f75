"""Where settings are given: the environment, and the env file of the instance folder."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path

PREFIX = "WELLKEPT_"
NAMES = (
    "WELLKEPT_ENV",
    "WELLKEPT_INSTANCE",
    "WELLKEPT_DATABASE_URL",
    "WELLKEPT_SECRET_KEY",
    "WELLKEPT_PUBLIC_URL",
    "WELLKEPT_SITE_NAME",
    "WELLKEPT_MAIL_URL",
    "WELLKEPT_SECURITY_CONTACT",
    "WELLKEPT_TRUSTED_PROXIES",
    "WELLKEPT_MAP_TILES",
    "WELLKEPT_MAP_ATTRIBUTION",
    "WELLKEPT_EMBED_ANCESTORS",
    "WELLKEPT_CHECK_LINKS",
    "WELLKEPT_DEMO",
)
ENV_FILE = "wellkept.env"  # in the instance folder


class SettingsError(Exception):
    """A setting has a value that Wellkept can't start with; the text is one line for who set it."""


def instance_folder(environ: Mapping[str, str], root: Path) -> Path:
    """The folder of everything that this installation keeps; made when it is missing."""
    instance = (root / (environ.get("WELLKEPT_INSTANCE") or "instance")).resolve()
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"WELLKEPT_INSTANCE: can't make {instance}: {error.strerror}") from error
    return instance


def _read_env_file(path: Path) -> dict[str, str]:
    """The NAME=value lines of `path`; empty and # lines are skipped, quotes round a value are taken off."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name}: can't be read as UTF-8 text: {error}") from error
    values = {}
    for number, line in enumerate(lines, start=1):
        text = line.strip().removeprefix("export ").strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals:
            raise SettingsError(f"{path.name}, line {number}: expected NAME=value")
        values[name.strip()] = _unquoted(value.strip())
    if "WELLKEPT_INSTANCE" in values:
        raise SettingsError(f"{path.name}: WELLKEPT_INSTANCE says where this file is; set it outside")
    _refuse_unknown(values, f"{path.name}: ")
    return values


def _unquoted(value: str) -> str:
    quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def given(environ: Mapping[str, str], instance: Path) -> dict[str, str]:
    """What the file and the environment say; the environment wins, a blank value means the default."""
    file_values = _read_env_file(instance / ENV_FILE)
    ours = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    _refuse_unknown(ours)
    return {name: value.strip() for name, value in {**file_values, **ours}.items() if value.strip()}


def _refuse_unknown(values: Mapping[str, str], where: str = "") -> None:
    for name in values:
        if name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; docs/settings.md lists all"
            raise SettingsError(f"{where}{name} is not a setting of Wellkept{hint}")
