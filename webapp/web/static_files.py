"""Static files: by an address that holds a hash of what is in them, for ever; packed for browsers that take that.

Nothing secret stands in one, so that packing tells nobody anything.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, current_app, request, send_from_directory
from werkzeug.wrappers import Response

PACKED = frozenset((".css", ".js", ".json", ".svg", ".txt"))
"""Endings of what gets smaller by packing; pictures and fonts are packed as they are."""
FOR_EVER, AN_HOUR = "public, max-age=31536000, immutable", "public, max-age=3600"


@dataclass(slots=True)
class Assets:
    """The files of a folder, their hashed addresses (`css/site.1a2b3c4d5e.css`), and what was packed of them."""

    folder: Path
    hashed: dict[str, str]
    plain: dict[str, str]
    packed: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> Assets:
        """Look at every file once."""
        hashed = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                digest = hashlib.sha256(path.read_bytes()).hexdigest()[:10]
                stem, _, ending = name.rpartition(".")
                hashed[name] = f"{stem}.{digest}.{ending}" if stem else name
        return cls(folder, hashed, {address: name for name, address in hashed.items()})

    def pack(self, name: str) -> bytes:
        """A file packed with gzip, as small as it gets; made when it is first asked for."""
        if name not in self.packed:
            self.packed[name] = gzip.compress((self.folder / name).read_bytes(), mtime=0)
        return self.packed[name]


def register(app: Flask, folder: Path) -> None:
    """Look at the files."""
    app.extensions["assets"] = Assets.of(folder)


def asset(name: str) -> str:
    """The hashed address of a static file; KeyError for one that is not there."""
    return f"/static/{_assets().hashed[name]}"


def file_response(address: str) -> Response:
    """A file by its hashed address, for ever; by its plain one, for an hour."""
    assets = _assets()
    name = assets.plain.get(address, address)
    response: Response = send_from_directory(assets.folder, name)
    if Path(name).suffix in PACKED and name in assets.hashed:
        response.vary.add("Accept-Encoding")
        if response.status_code == 200 and "gzip" in request.accept_encodings and not request.range:
            response = _packed(response, assets.pack(name))
    response.headers["Cache-Control"] = FOR_EVER if address in assets.plain else AN_HOUR
    return response


def _packed(plain: Response, body: bytes) -> Response:
    """The same answer with its body packed; its tag is another, for it has other bytes."""
    tag, _ = plain.get_etag()
    plain.close()
    packed = current_app.response_class(body, mimetype=plain.mimetype)
    packed.headers["Content-Encoding"] = "gzip"
    packed.vary.add("Accept-Encoding")
    packed.last_modified = plain.last_modified
    packed.set_etag(f"{tag}-gzip")
    return packed.make_conditional(request)


def _assets() -> Assets:
    found: Assets = current_app.extensions["assets"]
    return found
