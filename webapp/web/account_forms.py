"""The forms of accounts: what they ask, and what they say when it can't be taken."""

from __future__ import annotations

import unicodedata

from flask_wtf import FlaskForm
from wtforms import EmailField, Field, PasswordField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError

from webapp.services.passwords import SHORTEST, password_fault

FAULTS = {
    "too_short": f"The password is too short. Use at least {SHORTEST} characters.",
    "too_long": "The password is too long. Use at most 200 characters.",
    "too_common": "That password is one of the first that anybody would try. Choose one that only you would think of.",
    "too_personal": "That password is too close to your name or address. Use something that others can’t know of you.",
}
UNSEEN = ("Cf", "Cs", "Co")  # Unicode's categories of characters without a shape
JOINER = "\u200d"  # has no shape either, but joins some languages' letters and pictures
EMAIL_PROBLEM = "Enter an e-mail address like name@example.org."


def _strip(value: str | None) -> str:
    """Without blanks around, and without what no page and no database can hold."""
    return "".join(letter for letter in value or "" if letter in "\r\n\t" or not _is_control(letter)).strip()


def _one_line(value: str | None) -> str:
    return " ".join(_strip(value).split())


def _is_control(letter: str) -> bool:
    """A control character, or a code point that is none (HTML refuses both)."""
    is_none = ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF
    return is_none or unicodedata.category(letter) == "Cc"


def plain_text(form: FlaskForm, field: Field) -> None:
    """Refuse characters that nobody sees, which could disguise a name."""
    if any(unicodedata.category(letter) in UNSEEN and letter != JOINER for letter in field.data):
        raise ValidationError(f"“{field.label.text}” holds characters that nobody can see. Type it anew.")


def address_field(label: str = "E-mail address") -> EmailField:
    """A field for an e-mail address; whether it exists is found out by writing to it."""
    checks = [DataRequired("Enter your e-mail address."), Length(max=254, message=EMAIL_PROBLEM), Email(EMAIL_PROBLEM)]
    return EmailField(label, checks, filters=[_strip], render_kw={"autocomplete": "email"})


def name_field() -> StringField:
    """A field for the name that others see."""
    checks = [
        DataRequired("Enter the name that others should see."),
        Length(2, 80, "The name needs between 2 and 80 characters."),
        plain_text,
    ]
    hint = "It stands beside what you suggest. It need not be your full name."
    attributes = {"autocomplete": "nickname"}
    return StringField("The name that others see", checks, filters=[_one_line], description=hint, render_kw=attributes)


def new_password_field(label: str = "Password") -> PasswordField:
    """A field for a password that is chosen now; it may be pasted."""
    hint = f"At least {SHORTEST} characters. Three or four words that don’t belong together do well."
    checks = [DataRequired(f"Choose a password of at least {SHORTEST} characters.")]
    return PasswordField(label, checks, description=hint, render_kw={"autocomplete": "new-password"})


def own_password_field(label: str = "Your present password") -> PasswordField:
    """A field for the present password."""
    return PasswordField(
        label, [DataRequired("Enter your password.")], render_kw={"autocomplete": "current-password"}
    )


def check_new(field: Field, *own: str | None) -> None:
    """Refuse a bad new password; `own` is what others know of the person."""
    fault = password_fault(field.data, *filter(None, own))
    if fault:
        raise ValidationError(FAULTS[fault])


class SignInForm(FlaskForm):
    """Address and password."""

    email = EmailField("E-mail address", [DataRequired("Enter your e-mail address.")], filters=[_strip])
    password = PasswordField("Password", [DataRequired("Enter your password.")])


class SignUpForm(FlaskForm):
    """A new account."""

    display_name = name_field()
    email = address_field()
    password = new_password_field()

    def validate_password(self, field: Field) -> None:
        """See `check_new`."""
        check_new(field, self.display_name.data, self.email.data)


class ConfirmForm(FlaskForm):
    """The password again, in another browser than the one that signed up."""

    password = own_password_field("The password that you chose")


class ResetRequestForm(FlaskForm):
    """Where to send the link."""

    email = address_field()


class ResetForm(FlaskForm):
    """A new password, behind the link."""

    password = new_password_field("New password")

    def validate_password(self, field: Field) -> None:
        """See `check_new`."""
        check_new(field)


class ProfileForm(FlaskForm):
    """What others see."""

    display_name = name_field()
    about = TextAreaField(
        "A few words about you",
        [Optional(), Length(max=500, message="Use at most 500 characters about you."), plain_text],
        filters=[_strip],
        description="Everybody can read them. Leave it empty if you like.",
        render_kw={"rows": 3},
    )


class PasswordForm(FlaskForm):
    """Another password."""

    current = own_password_field()
    password = new_password_field("New password")

    def validate_password(self, field: Field) -> None:
        """See `check_new`."""
        check_new(field)


class EmailForm(FlaskForm):
    """Another address."""

    email = address_field("Your new e-mail address")
    current = own_password_field()
