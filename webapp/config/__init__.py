"""What an installation may set, read once and checked: nothing else reads the environment.

Names, defaults and meanings are promised in `docs/settings.md`; a test holds the two together. A wrong value
raises `SettingsError` with one line that says which setting, what is wrong and what would be right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from webapp.config import values
from webapp.config.given import NAMES, SettingsError, given, instance_folder
from webapp.config.secret import secret_key

__all__ = ["NAMES", "Settings", "SettingsError"]


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
    security_contact: str | None  # a URI; None: no security.txt
    trusted_proxies: int  # how many proxies in front may be believed
    map_tiles: str | None  # None: maps show an outline of the country
    map_attribution: tuple[str, str | None]  # whose map it is: words, and where they lead
    embed_ancestors: tuple[str, ...]  # origins that may frame /embed/*
    check_links: bool  # whether the worker goes out to see if links answer
    demo: bool  # whether an empty database is filled with the demo community

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], root: Path) -> Settings:
        """The settings of `environ` and of the instance folder's env file; the environment wins.

        `root` is the project's folder. Makes the instance folder and its secret key when they are missing.
        Raises SettingsError.
        """
        instance = instance_folder(environ, root)
        said = given(environ, instance)
        environment = values.environment(said)
        return cls(
            environment=environment,
            instance=instance,
            database_url=values.database_url(said, instance),
            secret_key=secret_key(said, instance, environment),
            public_url=values.public_url(said, environ.get("PORT", ""), environment),
            site_name=values.site_name(said),
            mail_url=values.mail_url(said),
            security_contact=values.security_contact(said),
            trusted_proxies=values.trusted_proxies(said),
            map_tiles=values.map_tiles(said),
            map_attribution=values.map_attribution(said),
            embed_ancestors=values.embed_ancestors(said),
            check_links=values.check_links(said),
            demo=values.demo(said, environment),
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
        found = values.TILES.match(self.map_tiles or "")
        return found[1] if found else None

    @property
    def places(self) -> Path:
        """The file of full postcodes, where somebody has loaded them."""
        return self.instance / "places.db"

    @property
    def outbox(self) -> Path:
        """The folder of .eml files where mail goes when no mail server is set."""
        return self.instance / "outbox"
