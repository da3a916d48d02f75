"""What every answer carries, and what no request may be: security headers, caching, cross-site writes."""

from __future__ import annotations

from flask import Flask, abort, current_app, request
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp.config import Settings
from webapp.web.context import SAFE, settings_of
from webapp.web.languages import offered

VARY = "HX-Request, HX-Request-Type, Cookie"
RETRY_AFTER = {429: "300", 503: "2"}
"""Seconds until it is worth trying again, by the status of an answer that does not know it better."""


def policy(settings: Settings) -> str:
    """The Content-Security-Policy: nothing inline, nothing from elsewhere but the configured map tiles."""
    images = " ".join(filter(None, ("'self' data:", settings.map_tiles_origin)))
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; font-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )


def register(app: Flask) -> None:
    """Check each request and complete each answer."""
    app.extensions["csp"] = policy(settings_of(app))
    app.before_request(refuse_cross_site)
    app.after_request(complete)


def refuse_cross_site() -> None:
    """Refuse an unsafe request that a browser says comes from another site; old phones say nothing."""
    if request.method not in SAFE and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        abort(403)


def complete(response: Response) -> Response:
    """Add the headers that every answer has."""
    headers = response.headers
    headers["Content-Security-Policy"] = current_app.extensions["csp"]
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self), interest-cohort=()"
    if settings_of().is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if response.status_code in RETRY_AFTER:
        headers.setdefault("Retry-After", RETRY_AFTER[response.status_code])
    if request.endpoint != "browse.static" or response.status_code >= 400:  # an error is a page
        headers["Vary"] = VARY if len(offered()) == 1 else f"{VARY}, Accept-Language"
    if current_user and current_user.is_authenticated:
        headers["Cache-Control"] = "private, no-store"
    elif "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store" if "Set-Cookie" in headers or response.status_code >= 400 else "no-cache"
    return response
