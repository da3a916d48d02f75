"""The secret key: given, or made at the first start and kept in the instance folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from webapp.config.given import SettingsError

SECRET_FILE = "secret_key"  # noqa: S105 - the name of a file, not a secret
SECRET_LENGTH = 32  # characters that a key of production needs
SECRET_VARIETY = 10  # of them different


def secret_key(values: Mapping[str, str], instance: Path, environment: str) -> str:
    """The key that signs cookies and links; raises SettingsError when it is too weak for production."""
    key = values.get("WELLKEPT_SECRET_KEY") or _kept_secret(instance / SECRET_FILE)
    if environment == "production" and (len(key) < SECRET_LENGTH or len(set(key)) < SECRET_VARIETY):
        raise SettingsError(
            "WELLKEPT_SECRET_KEY is too weak for production; "
            f"leave it out, or set {SECRET_LENGTH} random characters"
        )
    return key


def _kept_secret(path: Path) -> str:
    """The key in `path`; made at the first start, for its owner only, one for racing processes."""
    try:
        if not path.exists():
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48) + "\n")
            try:
                os.link(draft, path)  # fails where another process was first: its key counts
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"WELLKEPT_SECRET_KEY is not set and {path} can't be used: {error}") from error
    if not key:
        raise SettingsError(f"WELLKEPT_SECRET_KEY: {path} is empty; without it, a new key is made")
    return key
