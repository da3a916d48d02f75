"""The forms of accounts: what they ask, and what they say when it can't be taken."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, Field, PasswordField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError

from webapp.language import _, mark, ngettext
from webapp.services.passwords import LONGEST, SHORTEST, password_fault

MOST_ABOUT = 500  # characters about oneself
UNSEEN = ("Cf", "Cs", "Co")  # Unicode's categories of characters without a shape
JOINER = "\u200d"  # has no shape either, but joins some languages' letters and pictures
EMAIL_PROBLEM = mark("Enter an e-mail address like name@example.org.")


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
        raise ValidationError(
            _("“%(field)s” holds characters that nobody can see. Type it anew.", field=field.label.text)
        )


# -- fields: each is made anew for every request, in the language of that request --------------------------


class AddressField(EmailField):
    """An e-mail address; whether it exists is found out by writing to it."""

    def __init__(self, label: str = mark("E-mail address"), **bound: Any) -> None:
        like = _(EMAIL_PROBLEM)
        checks = [DataRequired(_("Enter your e-mail address.")), Length(max=254, message=like), Email(like)]
        super().__init__(_(label), checks, filters=[_strip], render_kw={"autocomplete": "email"}, **bound)


class KnownAddressField(EmailField):
    """The address that somebody signs in with: it is looked up, not judged."""

    def __init__(self, **bound: Any) -> None:
        super().__init__(_("E-mail address"), [DataRequired(_("Enter your e-mail address."))], [_strip], **bound)


class NameField(StringField):
    """The name that others see."""

    def __init__(self, **bound: Any) -> None:
        checks = [
            DataRequired(_("Enter the name that others should see.")),
            Length(2, 80, _("The name needs between 2 and 80 characters.")),
            plain_text,
        ]
        hint = _("It stands beside what you suggest. It need not be your full name.")
        attributes = {"autocomplete": "nickname"}
        super().__init__(_("The name that others see"), checks, [_one_line], hint, render_kw=attributes, **bound)


class AboutField(TextAreaField):
    """What somebody says of themselves."""

    def __init__(self, **bound: Any) -> None:
        long = ngettext(
            "Use at most %(num)s character about you.", "Use at most %(num)s characters about you.", MOST_ABOUT
        )
        checks = [Optional(), Length(max=MOST_ABOUT, message=long), plain_text]
        hint = _("Everybody can read them. Leave it empty if you like.")
        super().__init__(_("A few words about you"), checks, [_strip], hint, render_kw={"rows": 3}, **bound)


class NewPasswordField(PasswordField):
    """A password that is chosen now; it may be pasted."""

    def __init__(self, label: str = mark("Password"), **bound: Any) -> None:
        hint = ngettext(
            "At least %(num)s character. Three or four words that don’t belong together do well.",
            "At least %(num)s characters. Three or four words that don’t belong together do well.",
            SHORTEST,
        )
        needed = ngettext(
            "Choose a password of at least %(num)s character.",
            "Choose a password of at least %(num)s characters.",
            SHORTEST,
        )
        attributes = {"autocomplete": "new-password"}
        super().__init__(_(label), [DataRequired(needed)], description=hint, render_kw=attributes, **bound)


class OwnPasswordField(PasswordField):
    """The present password."""

    def __init__(self, label: str = mark("Your present password"), **bound: Any) -> None:
        attributes = {"autocomplete": "current-password"}
        super().__init__(_(label), [DataRequired(_("Enter your password."))], render_kw=attributes, **bound)


def fault_words(fault: str) -> str:
    """What is wrong with a new password, by the code of `password_fault`."""
    if fault == "too_short":
        return ngettext(
            "The password is too short. Use at least %(num)s character.",
            "The password is too short. Use at least %(num)s characters.",
            SHORTEST,
        )
    if fault == "too_long":
        return ngettext(
            "The password is too long. Use at most %(num)s character.",
            "The password is too long. Use at most %(num)s characters.",
            LONGEST,
        )
    if fault == "too_common":
        return _("That password is one of the first that anybody would try. Choose one that only you would think of.")
    return _("That password is too close to your name or address. Use something that others can’t know of you.")


def check_new(field: Field, *own: str | None) -> None:
    """Refuse a bad new password; `own` is what others know of the person."""
    fault = password_fault(field.data, *filter(None, own))
    if fault:
        raise ValidationError(fault_words(fault))


class SignInForm(FlaskForm):
    """Address and password."""

    email = KnownAddressField()
    password = OwnPasswordField(mark("Password"))


class SignUpForm(FlaskForm):
    """A new account."""

    display_name = NameField()
    email = AddressField()
    password = NewPasswordField()

    def validate_password(self, field: Field) -> None:
        """See `check_new`."""
        check_new(field, self.display_name.data, self.email.data)


class ConfirmForm(FlaskForm):
    """The password again, in another browser than the one that signed up."""

    password = OwnPasswordField(mark("The password that you chose"))


class ResetRequestForm(FlaskForm):
    """Where to send the link."""

    email = AddressField()


class ResetForm(FlaskForm):
    """A new password, behind the link."""

    password = NewPasswordField(mark("New password"))

    def validate_password(self, field: Field) -> None:
        """See `check_new`."""
        check_new(field)


class ProfileForm(FlaskForm):
    """What others see."""

    display_name = NameField()
    about = AboutField()


class PasswordForm(FlaskForm):
    """Another password."""

    current = OwnPasswordField()
    password = NewPasswordField(mark("New password"))

    def validate_password(self, field: Field) -> None:
        """See `check_new`."""
        check_new(field)


class EmailForm(FlaskForm):
    """Another address."""

    email = AddressField(mark("Your new e-mail address"))
    current = OwnPasswordField()
