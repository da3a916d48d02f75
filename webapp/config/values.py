"""What each setting may be: a function a setting, from what was given to what is used, or a SettingsError."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from webapp.config.given import SettingsError

ENVIRONMENTS = ("development", "production")
DATABASES = ("sqlite", "postgresql")
MAIL_SCHEMES = ("smtp", "smtps", "smtp+starttls")
WORDS = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(("0", "false", "no", "off"), False)
MAX_PROXIES = 5
MOST_ATTRIBUTION = 200
ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9.-]+(:\d{1,5})?\Z", re.IGNORECASE)
LINK = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?(/[!-~]*)?\Z", re.IGNORECASE)
TILES = re.compile(r"(https?://[a-z0-9.-]+(:\d{1,5})?)/[^\s;,'\"]*\Z", re.IGNORECASE)
CONTACT = re.compile(
    r"(mailto:[^\s@:,;?]+@[^\s@:,;?]+|https://[a-z0-9.-]+(:\d{1,5})?(/[!-~]*)?|tel:\+[0-9-]{5,20})\Z", re.I
)


def environment(values: Mapping[str, str]) -> str:
    """`development` or `production`."""
    value = values.get("WELLKEPT_ENV", "development").lower()
    if value not in ENVIRONMENTS:
        raise SettingsError(f"WELLKEPT_ENV is {value!r}; it can be {' or '.join(ENVIRONMENTS)}")
    return value


def database_url(values: Mapping[str, str], instance: Path) -> str:
    """A URL for SQLAlchemy, with the driver that is installed."""
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


def public_url(values: Mapping[str, str], port: str, environment: str) -> str:
    """The address that people use, without a slash at the end."""
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


def site_name(values: Mapping[str, str]) -> str:
    """One line."""
    name = values.get("WELLKEPT_SITE_NAME", "Wellkept")
    if len(name) > 80 or not name.isprintable():
        raise SettingsError("WELLKEPT_SITE_NAME: expected one line of at most 80 characters")
    return name


def mail_url(values: Mapping[str, str]) -> str | None:
    """A mail server, or None: mails are written to files."""
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


def security_contact(values: Mapping[str, str]) -> str | None:
    """Where people tell of a weakness, as a URI; a plain mail address becomes one. None: nobody was named."""
    given = values.get("WELLKEPT_SECURITY_CONTACT")
    if given is None:
        return None
    uri = given if ":" in given else f"mailto:{given}"
    if not CONTACT.match(uri):
        raise SettingsError("WELLKEPT_SECURITY_CONTACT: expected a mail address, or https://…, or tel:+44…")
    return uri


def trusted_proxies(values: Mapping[str, str]) -> int:
    """How many proxies in front may be believed."""
    value = values.get("WELLKEPT_TRUSTED_PROXIES", "0")
    if not (value.isascii() and value.isdigit() and int(value) <= MAX_PROXIES):
        raise SettingsError(
            f"WELLKEPT_TRUSTED_PROXIES is {value!r}; expected the number of proxies in front, 0 to 5"
        )
    return int(value)


def map_tiles(values: Mapping[str, str]) -> str | None:
    """The address pattern of map tiles on one server, or None: maps show an outline of the country."""
    url = values.get("WELLKEPT_MAP_TILES")
    if url is None:
        return None
    blanks = re.findall(r"\{[^{}]*\}", url)
    if not TILES.match(url) or not {"{z}", "{x}", "{y}"} <= set(blanks) <= {"{z}", "{x}", "{y}", "{r}"}:
        raise SettingsError(
            "WELLKEPT_MAP_TILES: expected an address with {z}, {x} and {y} in it (and {r} for sharp screens, if"
            " the server has such), such as https://tiles.example.org/{z}/{x}/{y}.png"
        )
    return url


def map_attribution(values: Mapping[str, str]) -> tuple[str, str | None]:
    """Whose map the tiles show, as plain words, and the address they lead to where the last of them is one."""
    given = values.get("WELLKEPT_MAP_ATTRIBUTION", "").strip()
    words, _, last = given.rpartition(" ")
    said = (words.strip(), last) if words and LINK.match(last) else (given, None)
    if len(given) > MOST_ATTRIBUTION or not given.isprintable():
        raise SettingsError(f"WELLKEPT_MAP_ATTRIBUTION: expected one line of at most {MOST_ATTRIBUTION} characters")
    if "WELLKEPT_MAP_TILES" in values and not given:
        return "Map: " + str(urlsplit(values["WELLKEPT_MAP_TILES"]).hostname), None
    return said


def embed_ancestors(values: Mapping[str, str]) -> tuple[str, ...]:
    """The origins that may frame embeds, for the security policy."""
    origins = tuple(values.get("WELLKEPT_EMBED_ANCESTORS", "*").replace(",", " ").split())
    for origin in origins:
        if origin != "*" and not ORIGIN.match(origin):
            raise SettingsError(
                f"WELLKEPT_EMBED_ANCESTORS: {origin!r} is no origin; expected https://example.org, or *"
            )
    return origins


def check_links(values: Mapping[str, str]) -> bool:
    """Whether the worker goes out to see if links answer."""
    return _truth(values, "WELLKEPT_CHECK_LINKS", "0")


def _truth(values: Mapping[str, str], name: str, default: str) -> bool:
    word = values.get(name, default).lower()
    if word not in WORDS:
        raise SettingsError(f"{name} is {word!r}; it can be 1 or 0")
    return WORDS[word]


def demo(values: Mapping[str, str], environment: str) -> bool:
    """Whether an empty database is filled with the demo community."""
    is_wanted = _truth(values, "WELLKEPT_DEMO", "0" if environment == "production" else "1")
    if is_wanted and environment == "production":
        raise SettingsError("WELLKEPT_DEMO: production has no demo community; set it to 0 or leave it out")
    return is_wanted
