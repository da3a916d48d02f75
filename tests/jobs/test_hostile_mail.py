"""Whatever a record or a person is called, a letter keeps its headers, its one link and its plain text."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from jinja2 import Environment

from tests.jobs.office import Office, parse, text_of
from tests.support.hostile import texts, unseen
from tests.support.profile import scaled
from tests.support.rows import set_person, set_record
from tests.support.world import START, World
from webapp.jobs.mail import Sender, compose
from webapp.services import confirm, history, notify, talk
from webapp.services.notify import Letter, one_line

BY = Sender("Fife", "no-reply@directory.example", "directory.example")
LINK = "https://directory.example/suggestions/42"
LONGEST = 300  # characters of a name
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "MIME-Version"]
HEADERS += ["Content-Transfer-Encoding", "Content-Language", "In-Reply-To", "References"]
HEADERS += ["List-Unsubscribe", "List-Unsubscribe-Post"]
INJECTED = [
    "a\r\nBcc: zq@zq.example",
    "a\nContent-Type: text/html\n\n<b>zq</b>",
    "a\r\n\r\n.\r\nMAIL FROM:<zq@zq.example>",
    "\u2028Bcc: zq@zq.example",
    "a\x0bBcc: zq@zq.example\x85x",
    "=?utf-8?q?zq=0ABcc:_zq@zq.example?=",
    "a=?utf-8?q?zq=0D=0A=0D=0A<b>zq</b>?=",
    "=?utf-8?b?enEKQmNjOiB6cUB6cS5leGFtcGxl?=",
    "==??utf-8?q?zq=0ABcc:_zq?= = ?utf-8?q?zq=0ABcc:_zq?=",
    "=?utf-8?q?=?utf-8?q?zq=0ABcc:_zq?=?=",
    ".",
    "..\n.\n",
    "From zq@zq.example",
    "\u202ezq\u2066",
    "zq" * 600,
    "\U0001f600" * 200,
]


def faults(raw: bytes, to: str) -> list[str]:
    """What is wrong with a letter as it leaves the house."""
    mail: EmailMessage = parse(raw)
    text, subject = text_of(mail), str(mail["Subject"])
    found = [f"header {name}" for name in mail if name not in HEADERS]
    found += [
        f"{name} is there {len(mail.get_all(name, []))} times"
        for name in HEADERS[:5]
        if len(mail.get_all(name, [])) != 1
    ]
    found += [] if str(mail["To"]) == to else [f"to {mail['To']}"]
    found += [] if mail.get_content_type() == "text/plain" and not mail.is_multipart() else [mail.get_content_type()]
    found += [] if subject.isprintable() else [f"subject {subject!r}"]
    found += [f"{letter} in the text" for letter in unseen(text)]
    found += (
        ["a line break of its own"] if b"\r" in raw.replace(b"\r\n", b"") or b"\n" in raw.replace(b"\r\n", b"") else []
    )
    found += ["a line too long for SMTP"] if max(map(len, raw.split(b"\r\n"))) > 998 else []
    return found + ([] if f"\n{LINK}\n" in text or "://directory.example" in text else ["the link is lost"])


@pytest.mark.parametrize("what", sorted(notify.NOTICES | notify.ACCOUNT))
def test_no_word_in_a_letter_changes_it(what: str, letters: Environment) -> None:
    wrong = []
    for text in [*INJECTED, *texts()[:: scaled(2, 1)]]:
        word = one_line(text)[:LONGEST]
        context = dict.fromkeys(("site", "name", "record", "thing", "thing_first", "by", "role_words", "at"), word)
        context |= {
            "part": "moderator",
            "until": word,
            "link": LINK,
            "change_type": "create",
            "role": "x",
            "is_up": True,
            "own": 2,
            "others": 1,
            "names": word,
            "why": word,
            "notes": [word],
        }
        letter = Letter("ann@people.example", f"mail/{what}.txt", context, "42", LINK)
        for encoding in ("8bit", "quoted-printable")[: scaled(1, 2)]:
            raw = compose(letter, "key", START, BY, letters, encoding).as_bytes()
            wrong += [f"{text[:40]!r}: {fault}" for fault in faults(raw, "ann@people.example")]
    assert wrong == []


def renamed(world: World, person: str, text: str) -> None:
    """A person called so, as older data or another door might have it."""
    set_person(world, person, display_name=text)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # letters are the same on both
def test_no_name_in_the_directory_changes_a_letter(world: World, office: Office) -> None:
    ann, mo = world.person("ann"), world.person("mo", "moderator")
    tried = [text[:LONGEST] for text in [*INJECTED, *texts()[:: scaled(6, 1)]]]
    for number, text in enumerate(tried):
        record = world.record(name=f"Lunch {number}", description="Soup")
        (change,) = world.suggest(ann, record, text, description="Soup and company")
        suggestion = world.change(change).suggestion_id
        renamed(world, ann, text)
        renamed(world, mo, text)
        set_record(world, record, name=text)
        talk.post_comment(world.storage, talk.PostComment(suggestion, mo, "Thank you"), world.now)
        said = text if text.strip() else "nothing"  # a report without words is refused
        confirm.report_problem(world.storage, confirm.ReportProblem(record, "urgent", said), world.now)
        world.vote(world.person(f"rita{number // 15}", "reviewer"), change)
        if world.change(change).state == "open":  # few reviewers are active here: the daily task may have seen it
            world.vote(world.person(f"rob{number // 15}", "reviewer"), change)
        undo = history.RevertRevision(record, 2, mo, 2, text[:300])
        history.revert_revision(world.storage, undo, world.now)
        office.works()
        world.passes(hours=1)
    files = office.files()
    assert len(files) >= 4 * len(tried)
    raws = {file.name: file.read_bytes() for file in files}
    wrong = {name: found for name, raw in raws.items() if (found := faults(raw, str(parse(raw)["To"])))}
    assert wrong == {}
    assert {str(parse(raw)["To"]).partition("@")[2] for raw in raws.values()} == {"people.example"}
    assert not any("zq" in name for name in raws)
