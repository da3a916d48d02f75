"""Other people's data in and out; filled in as the services for it land."""

from __future__ import annotations

import click

commands: tuple[click.Command, ...] = ()
