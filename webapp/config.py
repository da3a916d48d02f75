"""What an installation may set, read once and checked: nothing else reads the environment.

Names, defaults and meanings are promised in `docs/settings.md`; a test holds the two together. A wrong value
raises `SettingsError` with one line that says which setting, what is wrong and what would be right.
"""

from __future__ import annotations

import difflib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "WELLKEPT_"
NAMES = (
    "WELLKEPT_ENV",
    "WELLKEPT_INSTANCE",
    "WELLKEPT_DATABASE_URL",
    "WELLKEPT_SECRET_KEY",
    "WELLKEPT_PUBLIC_URL",
    "WELLKEPT_SITE_NAME",
    "WELLKEPT_MAIL_URL",
    "WELLKEPT_TRUSTED_PROXIES",
    "WELLKEPT_MAP_TILES",
    "WELLKEPT_EMBED_ANCESTORS",
    "WELLKEPT_DEMO",
)
ENV_FILE = "wellkept.env"  # in the instance folder
SECRET_FILE = "secret_key"  # noqa: S105 - the name of a file, not a secret
SECRET_LENGTH = 32  # characters that a key of production needs
SECRET_VARIETY = 10  # of them different
ENVIRONMENTS = ("development", "production")
DATABASES = ("sqlite", "postgresql")
MAIL_SCHEMES = ("smtp", "smtps")
WORDS = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(("0", "false", "no", "off"), False)
MAX_PROXIES = 5
ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9.-]+(:\d{1,5})?\Z", re.IGNORECASE)
TILES = re.compile(r"(https?://[a-z0-9.-]+(:\d{1,5})?)/[^\s;,'\"]*\Z", re.IGNORECASE)


class SettingsError(Exception):
    """A setting has a value that Wellkept can't start with; the text is one line for who set it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation's settings, already checked. Secrets never show in its repr."""

    environment: str
    instance: Path  # the folder of the database, the key and the mail outbox
    database_url: str = field(repr=False)  # may hold a password
    secret_key: str = field(repr=False)
    public_url: str  # without a slash at the end
    site_name: str
    mail_url: str | None = field(repr=False)  # None: mails are written to `outbox`
    trusted_proxies: int  # how many proxies in front may be believed
    map_tiles: str | None  # None: no map
    embed_ancestors: tuple[str, ...]  # origins that may frame /embed/*
    demo: bool  # whether an empty database is filled with the demo community

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], root: Path) -> Settings:
        """The settings of `environ` and of the instance folder's env file; the environment wins.

        `root` is the project's folder. Makes the instance folder and its secret key when they are missing.
        Raises SettingsError.
        """
        instance = _instance(environ, root)
        values = _given(_read_env_file(instance / ENV_FILE), environ)
        environment = _environment(values)
        return cls(
            environment=environment,
            instance=instance,
            database_url=_database_url(values, instance),
            secret_key=_secret_key(values, instance, environment),
            public_url=_public_url(values, environ.get("PORT", ""), environment),
            site_name=_site_name(values),
            mail_url=_mail_url(values),
            trusted_proxies=_trusted_proxies(values),
            map_tiles=_map_tiles(values),
            embed_ancestors=_embed_ancestors(values),
            demo=_demo(values, environment),
        )

    @property
    def is_production(self) -> bool:
        """Whether this serves the public, so that nothing handy for developers is let through."""
        return self.environment == "production"

    @property
    def is_https(self) -> bool:
        """Whether people reach it by https, so that cookies may be `Secure`."""
        return self.public_url.startswith("https://")

    @property
    def map_tiles_origin(self) -> str | None:
        """The server of the map tiles, for the pages' security policy."""
        found = TILES.match(self.map_tiles or "")
        return found[1] if found else None

    @property
    def outbox(self) -> Path:
        """The folder of .eml files where mail goes when no mail server is set."""
        return self.instance / "outbox"


def _instance(environ: Mapping[str, str], root: Path) -> Path:
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


def _given(file_values: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """What is set and not blank; a blank value means the default."""
    ours = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    _refuse_unknown(ours)
    return {name: value.strip() for name, value in {**file_values, **ours}.items() if value.strip()}


def _refuse_unknown(values: Mapping[str, str], where: str = "") -> None:
    for name in values:
        if name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; docs/settings.md lists all"
            raise SettingsError(f"{where}{name} is not a setting of Wellkept{hint}")


def _environment(values: Mapping[str, str]) -> str:
    value = values.get("WELLKEPT_ENV", "development").lower()
    if value not in ENVIRONMENTS:
        raise SettingsError(f"WELLKEPT_ENV is {value!r}; it can be {' or '.join(ENVIRONMENTS)}")
    return value


def _database_url(values: Mapping[str, str], instance: Path) -> str:
    url = values.get("WELLKEPT_DATABASE_URL", f"sqlite:///{instance / 'wellkept.db'}")
    scheme, separator, rest = url.partition("://")
    database = {"postgres": "postgresql"}.get(scheme, scheme).partition("+")[0]
    if not separator or database not in DATABASES:
        raise SettingsError("WELLKEPT_DATABASE_URL: expected sqlite:///FILE or postgresql://USER@HOST/NAME")
    if database == "sqlite":
        if not rest.strip("/") or ":memory:" in rest:
            raise SettingsError("WELLKEPT_DATABASE_URL: name a file; memory is lost with its process")
        return url
    return f"postgresql+psycopg://{rest}"  # the one driver that is installed


def _secret_key(values: Mapping[str, str], instance: Path, environment: str) -> str:
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


def _public_url(values: Mapping[str, str], port: str, environment: str) -> str:
    given = values.get("WELLKEPT_PUBLIC_URL")
    if given is None and environment == "production":
        raise SettingsError("WELLKEPT_PUBLIC_URL must be set in production: links and mails begin with it")
    url = (given or f"http://127.0.0.1:{port or 8000}").rstrip("/")
    if not _is_web_address(url) or urlsplit(url).query or urlsplit(url).fragment:
        raise SettingsError(
            f"WELLKEPT_PUBLIC_URL is {url!r}; expected something like https://directory.example.org"
        )
    return url


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a broken IPv6 address
        return False


def _site_name(values: Mapping[str, str]) -> str:
    name = values.get("WELLKEPT_SITE_NAME", "Wellkept")
    if len(name) > 80 or not name.isprintable():
        raise SettingsError("WELLKEPT_SITE_NAME: expected one line of at most 80 characters")
    return name


def _mail_url(values: Mapping[str, str]) -> str | None:
    url = values.get("WELLKEPT_MAIL_URL")
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in MAIL_SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        is_right = False
    if not is_right:
        raise SettingsError("WELLKEPT_MAIL_URL: expected smtp://USER:PASSWORD@HOST:587 or smtps://…")
    return url


def _trusted_proxies(values: Mapping[str, str]) -> int:
    value = values.get("WELLKEPT_TRUSTED_PROXIES", "0")
    if not (value.isascii() and value.isdigit() and int(value) <= MAX_PROXIES):
        raise SettingsError(
            f"WELLKEPT_TRUSTED_PROXIES is {value!r}; expected the number of proxies in front, 0 to 5"
        )
    return int(value)


def _map_tiles(values: Mapping[str, str]) -> str | None:
    url = values.get("WELLKEPT_MAP_TILES")
    if url is None:
        return None
    if not TILES.match(url) or any(part not in url for part in ("{z}", "{x}", "{y}")):
        raise SettingsError("WELLKEPT_MAP_TILES: expected an address with {z}, {x} and {y} in it")
    return url


def _embed_ancestors(values: Mapping[str, str]) -> tuple[str, ...]:
    origins = tuple(values.get("WELLKEPT_EMBED_ANCESTORS", "*").replace(",", " ").split())
    for origin in origins:
        if origin != "*" and not ORIGIN.match(origin):
            raise SettingsError(
                f"WELLKEPT_EMBED_ANCESTORS: {origin!r} is no origin; expected https://example.org, or *"
            )
    return origins


def _demo(values: Mapping[str, str], environment: str) -> bool:
    word = values.get("WELLKEPT_DEMO", "0" if environment == "production" else "1").lower()
    if word not in WORDS:
        raise SettingsError(f"WELLKEPT_DEMO is {word!r}; it can be 1 or 0")
    if WORDS[word] and environment == "production":
        raise SettingsError("WELLKEPT_DEMO: production has no demo community; set it to 0 or leave it out")
    return WORDS[word]
