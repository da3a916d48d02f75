"""Settings: what the environment may say, and the one line that a wrong value ends in."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.config import Settings, SettingsError

STRONG = "0123456789abcdefghijklmnopqrstuvwxyz"
PRODUCTION = {"WELLKEPT_ENV": "production", "WELLKEPT_PUBLIC_URL": "https://directory.example.org"}


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = Settings.from_environ({}, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'instance' / 'wellkept.db'}"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.mail_url is None
    assert settings.outbox == tmp_path / "instance" / "outbox"
    assert settings.demo
    assert not settings.check_links
    assert not settings.is_production
    assert not settings.is_https


def test_the_port_moves_the_default_address(tmp_path: Path) -> None:
    assert Settings.from_environ({"PORT": "8123"}, tmp_path).public_url == "http://127.0.0.1:8123"


def test_a_secret_key_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    first = Settings.from_environ({}, tmp_path).secret_key
    kept = tmp_path / "instance" / "secret_key"
    assert len(first) >= 32
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert Settings.from_environ({}, tmp_path).secret_key == first
    assert [file.name for file in kept.parent.iterdir()] == ["secret_key"]


def test_processes_that_start_together_get_the_same_key(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from webapp.config import Settings; "
        "print(Settings.from_environ({}, Path(sys.argv[1])).secret_key)"
    )
    racers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    assert len({racer.communicate()[0] for racer in racers}) == 1


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "wellkept.env").write_text(
        "# our town\n\nWELLKEPT_SITE_NAME='Fife Finder'\nexport WELLKEPT_DEMO = no\n"
    )
    assert Settings.from_environ({}, tmp_path).site_name == "Fife Finder"
    settings = Settings.from_environ({"WELLKEPT_SITE_NAME": "Other"}, tmp_path)
    assert settings.site_name == "Other"
    assert not settings.demo


def test_secrets_do_not_show_in_a_repr(tmp_path: Path) -> None:
    url = "postgresql://kay:hunter2@db/wellkept"
    environ = {
        "WELLKEPT_DATABASE_URL": url,
        "WELLKEPT_SECRET_KEY": STRONG,
        "WELLKEPT_MAIL_URL": "smtp://a:hunter2@m",
    }
    shown = repr(Settings.from_environ(environ, tmp_path))
    assert "hunter2" not in shown
    assert STRONG not in shown


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_the_installed_driver(tmp_path: Path, scheme: str) -> None:
    settings = Settings.from_environ({"WELLKEPT_DATABASE_URL": f"{scheme}://u@h/n"}, tmp_path)
    assert settings.database_url == "postgresql+psycopg://u@h/n"


def test_production_starts_with_a_strong_key_and_an_address(tmp_path: Path) -> None:
    settings = Settings.from_environ({**PRODUCTION, "WELLKEPT_SECRET_KEY": STRONG}, tmp_path)
    assert settings.is_production
    assert settings.is_https
    assert not settings.demo


def test_production_is_content_with_the_key_that_was_made(tmp_path: Path) -> None:
    assert len(Settings.from_environ(PRODUCTION, tmp_path).secret_key) >= 32


def test_map_tiles_name_one_server(tmp_path: Path) -> None:
    tiles = "https://tiles.example.org:8443/{z}/{x}/{y}.png"
    settings = Settings.from_environ({"WELLKEPT_MAP_TILES": tiles}, tmp_path)
    assert settings.map_tiles == tiles
    assert settings.map_tiles_origin == "https://tiles.example.org:8443"


ATTRIBUTIONS = [
    ({}, ("", None)),
    ({"WELLKEPT_MAP_TILES": "https://tiles.example.org/{z}/{x}/{y}.png"}, ("Map: tiles.example.org", None)),
    ({"WELLKEPT_MAP_ATTRIBUTION": "© Some people"}, ("© Some people", None)),
    ({"WELLKEPT_MAP_ATTRIBUTION": "© Some people https://a.example/c"}, ("© Some people", "https://a.example/c")),
    ({"WELLKEPT_MAP_ATTRIBUTION": "© Some javascript:alert(1)"}, ("© Some javascript:alert(1)", None)),
    ({"WELLKEPT_MAP_ATTRIBUTION": "https://a.example/c"}, ("https://a.example/c", None)),
]


@pytest.mark.parametrize(("environ", "said"), ATTRIBUTIONS)
def test_a_map_says_whose_it_is(tmp_path: Path, environ: dict[str, str], said: tuple[str, str | None]) -> None:
    assert Settings.from_environ(environ, tmp_path).map_attribution == said


WRONG = {
    "environment": {"WELLKEPT_ENV": "staging"},
    "short key": {**PRODUCTION, "WELLKEPT_SECRET_KEY": "change-me"},
    "monotonous key": {**PRODUCTION, "WELLKEPT_SECRET_KEY": "abab" * 20},
    "demo in production": {**PRODUCTION, "WELLKEPT_DEMO": "1"},
    "no address in production": {"WELLKEPT_ENV": "production"},
    "other database": {"WELLKEPT_DATABASE_URL": "mysql://u:hunter2@h/n"},
    "database without scheme": {"WELLKEPT_DATABASE_URL": "/srv/wellkept.db"},
    "database in memory": {"WELLKEPT_DATABASE_URL": "sqlite://"},
    "database in memory by name": {"WELLKEPT_DATABASE_URL": "sqlite:///:memory:"},
    "address without scheme": {"WELLKEPT_PUBLIC_URL": "directory.example.org"},
    "address of another kind": {"WELLKEPT_PUBLIC_URL": "ftp://directory.example.org"},
    "address with a query": {"WELLKEPT_PUBLIC_URL": "https://directory.example.org/?a=1"},
    "address with a bad port": {"WELLKEPT_PUBLIC_URL": "https://directory.example.org:http"},
    "address half open": {"WELLKEPT_PUBLIC_URL": "https://[::1"},
    "long name": {"WELLKEPT_SITE_NAME": "x" * 81},
    "name of two lines": {"WELLKEPT_SITE_NAME": "Good\nBcc: all@example.org"},
    "mail by http": {"WELLKEPT_MAIL_URL": "https://a:hunter2@mail"},
    "mail with a bad port": {"WELLKEPT_MAIL_URL": "smtp://a:hunter2@mail:port"},
    "proxies by name": {"WELLKEPT_TRUSTED_PROXIES": "10.0.0.1"},
    "negative proxies": {"WELLKEPT_TRUSTED_PROXIES": "-1"},
    "too many proxies": {"WELLKEPT_TRUSTED_PROXIES": "6"},
    "tiles without places": {"WELLKEPT_MAP_TILES": "https://tiles.example.org/all.png"},
    "tiles of many servers": {"WELLKEPT_MAP_TILES": "https://{s}.example.org/{z}/{x}/{y}.png"},
    "tiles with another blank": {"WELLKEPT_MAP_TILES": "https://tiles.example.org/{z}/{x}/{y}.png?key={key}"},
    "tiles of no web server": {"WELLKEPT_MAP_TILES": "file:///{z}/{x}/{y}.png"},
    "attribution of two lines": {"WELLKEPT_MAP_ATTRIBUTION": "Some\npeople"},
    "long attribution": {"WELLKEPT_MAP_ATTRIBUTION": "x" * 201},
    "tiles that end the policy": {"WELLKEPT_MAP_TILES": "https://a;script-src{z}{x}{y}/"},
    "ancestor that ends the policy": {"WELLKEPT_EMBED_ANCESTORS": "https://a.example;script-src"},
    "ancestor with a path": {"WELLKEPT_EMBED_ANCESTORS": "https://a.example/page"},
    "demo": {"WELLKEPT_DEMO": "perhaps"},
}


@pytest.mark.parametrize("environ", WRONG.values(), ids=WRONG)
def test_a_wrong_value_ends_in_one_clear_line(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ(environ, tmp_path)
    line = str(caught.value)
    assert "\n" not in line
    assert any(name in line for name in environ) or "WELLKEPT_PUBLIC_URL" in line
    assert "hunter2" not in line


def test_a_misspelt_name_is_refused_with_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"did you mean WELLKEPT_SITE_NAME\?"):
        Settings.from_environ({"WELLKEPT_SITENAME": "x"}, tmp_path)


@pytest.mark.parametrize("line", ["WELLKEPT_DEMO", "WELLKEPT_DEM=1", "WELLKEPT_INSTANCE=/srv"])
def test_a_wrong_line_of_the_file_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "wellkept.env").write_text(f"{line}\n")
    with pytest.raises(SettingsError, match=r"wellkept\.env"):
        Settings.from_environ({}, tmp_path)
