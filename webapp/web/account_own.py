"""The own account."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("own", __name__)
