"""`flask user`: make people and give them roles."""

from __future__ import annotations

import secrets

import click
from flask.cli import AppGroup

from webapp import clock
from webapp.cli.common import refusal, say, storage
from webapp.domain.roles import Role
from webapp.services import account, sanction
from webapp.storage.queries import people as queries

user = AppGroup("user", help="People.")
ROLES = [role.value for role in Role if role not in (Role.NOBODY, Role.GUEST)]


@user.command("create")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), default="volunteer", show_default=True)
@click.option("--name", default="", help="The name that others see; by default what stands before the @.")
@click.option("--password", default="", help="By default one is made and printed, once.")
def create(email: str, role: str, name: str, password: str) -> None:
    """Make an account with a confirmed address."""
    with storage().read() as connection:
        if queries.id_of(connection, email) is not None:
            raise refusal("There is an account with that address already. Give it a role with `flask user grant`.")
    chosen = password or secrets.token_urlsafe(12)
    account.create_person(storage(), email, role, chosen, name or email.split("@")[0], clock.now())
    say(f"{email} is {role}." + ("" if password else f" The password is {chosen}"))


@user.command("grant")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True)
def grant(email: str, role: str) -> None:
    """Give an account a role."""
    _set(email, role)


@user.command("revoke")
@click.argument("email")
def revoke(email: str) -> None:
    """Take an account's role back: it is a volunteer's again."""
    _set(email, Role.VOLUNTEER.value)


def _set(email: str, role: str) -> None:
    with storage().read() as connection:
        person_id = queries.id_of(connection, email)
    if person_id is None:
        raise refusal("There is no account with that address.")
    sanction.grant_role(storage(), sanction.GrantRole(person_id, None, role, "by the command line"), clock.now())
    say(f"{email} is {role} now.")


commands: tuple[click.Command, ...] = (user,)
