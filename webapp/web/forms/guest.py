"""What happens to a form that a visitor sends: it is parked, and the page says to look in the mail."""

from __future__ import annotations

from flask import redirect, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from webapp import clock
from webapp.services import guest
from webapp.web import limits
from webapp.web.context import storage
from webapp.web.forms.why import Why


def park(command: guest.Command, why: Why) -> Response:
    """Park the command for the address that was typed; raises what the service raises, and TooMany."""
    limits.check("suggest")
    email = why.values["guest_email"].strip()
    guest.park(storage(), guest.Park(email, why.values["guest_name"].strip(), command), clock.now())
    cookie["mail_sent"] = ["guest", email]
    return redirect(url_for("account.check_mail"), 303)
