"""Files are added, blurred, looked at and dropped; what is in them is sealed like a number."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from bangfu.ledger import cabinet, clock, keys, vault
from bangfu.ledger.access import NotAllowed, allows, require, require_written
from bangfu.ledger.actions import consent as consents
from bangfu.ledger.actions import upload
from bangfu.ledger.actions.event import By, Refused, about_is, action, correct, insert, withdraw
from bangfu.ledger.actions.upload import Area, Brought, Taken
from bangfu.ledger.models import Activity, Consent, Event, File, Need, Participant, Subject, User
from bangfu.ledger.vocabulary.file import PHOTO_USES

#: Photos with persons in them who are to be recognised: who sees one is written down.
_TOLD = ("agreed", "unasked")


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who in a photo agreed to be in it, on which day, and to what (one of ``PHOTO_USES``)."""

    who: Subject
    on: dt.date
    to: str

    def __str__(self) -> str:
        return f"{self.who.pk} {self.on} {self.to}"


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that is brought with what it shows; ``people`` and ``agreed`` as with a file."""

    brought: Brought
    title: str
    people: bool = False
    agreed: Agreed | None = None

    def __str__(self) -> str:
        return f"{self.brought} {self.title} {self.people} {self.agreed}"


@action("file.add")
def add(
    *,
    by: By,
    subject: Subject,
    brought: Brought,
    title: str,
    on: dt.date,
    people: bool = False,
    agreed: Agreed | None = None,
    activity: Activity | None = None,
    need: Need | None = None,
) -> File:
    """Keep a photo or paper about a subject, perhaps as evidence of an activity or a need.

    ``people``: whether a photo shows anybody. Without their consent it is shown to nobody until
    they were blurred in it.
    """
    require(by.user, "file.add", subject.fact, *(one for one in (activity, need) if one))
    _fits(subject, activity, need)
    if not title.strip():
        raise Refused("title_missing", "Say in a few words what it is.")
    if on > clock.today():
        raise Refused("not_yet", "The day lies in the future.")
    taken = upload.take(brought)
    if taken.form != "photo" and (people or agreed):
        raise Refused("no_photo", "Only a photo shows persons; a paper does not ask for that.")
    file = File(subject=subject, activity=activity, need=need, title=title.strip(), date=on)
    file.people = "agreed" if agreed else "unasked" if people else "none"
    file.consent = _agreement(by, agreed) if agreed else None
    for name, value in _sealed(subject.fact, taken).items():
        setattr(file, name, value)
    insert(file)
    require_written(by.user, "file.add", file)
    return file


def add_photo(*, by: By, subject: Subject, photo: Photo, activity: Activity) -> File:
    """Keep a photo that was taken during an activity, on its day; only a photo is taken here."""
    if upload.form_of(photo.brought) != "photo":
        raise Refused("photo_only", "Choose a photo here; add other files on the visit's page.")
    return add(
        by=by,
        subject=subject,
        brought=photo.brought,
        title=photo.title,
        on=activity.date,
        people=photo.people,
        agreed=photo.agreed,
        activity=activity,
    )


def _fits(subject: Subject, activity: Activity | None, need: Need | None) -> None:
    """A file lies with the one whom it is about, also where it is evidence of something."""
    if need is not None and need.subject_id != subject.fact:
        raise Refused("another_subject", "The need is somebody else's; add the file there.")
    if activity is not None and subject.fact not in concerned(activity):
        raise Refused(
            "another_subject",
            "The work was not done for them, nor there; choose whom or what the file is about.",
        )


def concerned(activity: Activity) -> list[UUID]:
    """Whom and what a file about an activity may be about: whom it was for, its unit, its place."""
    whom = Participant.objects.current().filter(activity=activity.fact, part="whom")
    told = [*whom.order_by("pk").values_list("subject_id", flat=True)]
    return [*told, *filter(None, (activity.organisation_id, activity.place_id))]


def _agreement(by: By, agreed: Agreed) -> Consent:
    """The consent of who is in a photo: one that stands already, or a new one."""
    require(by.user, "file.add", agreed.who.fact)
    if agreed.who.kind != "person":
        raise Refused("no_person", "A person agrees; choose who did.")
    if agreed.to not in PHOTO_USES:
        raise Refused("no_such_use", "Say to what the person agreed.")
    if agreed.on > clock.today():
        raise Refused("not_yet", "The day lies in the future.")
    purpose = PHOTO_USES[agreed.to].zh
    return consents.standing(agreed.who, purpose, agreed.on) or consents.written(
        agreed.who, purpose, agreed.on, text=purpose
    )


def _sealed(subject: UUID, taken: Taken) -> dict[str, object]:
    """The columns of a row that say where its bytes lie and what opens them."""
    secret = keys.new_content_key(vault.keyring().suite)
    whole = cabinet.put(keys.seal_apart(secret, "whole", taken.content))
    small = cabinet.put(keys.seal_apart(secret, "small", taken.small)) if taken.small else ""
    return {
        "form": taken.form,
        "size": len(taken.content),
        "width": taken.width,
        "height": taken.height,
        "secret": vault.seal(subject, "secret", secret),
        "digest": whole,
        "small_digest": small,
    }


# ------------------------------------------------------------------ looking


def whole_of(*, by: By, file: File) -> bytes:
    """What is in a file; that somebody saw persons in it is written down once a day."""
    if not open_to(by.user, file):
        raise NotAllowed("file.look")
    if file.people in _TOLD and not _looked_today(by.user, file):
        look(by=by, file=file)
    return keys.open_apart(_secret(file), "whole", cabinet.take(file.digest))


def small_of(file: File) -> bytes:
    """The thumbnail of a photo in which no person is to be recognised; empty for all others."""
    if file.people not in ("none", "blurred") or not file.small_digest:
        return b""
    return keys.open_apart(_secret(file), "small", cabinet.take(file.small_digest))


def _secret(file: File) -> str:
    return vault.unseal(file.subject_id, "secret", file.secret)


def open_to(user: User | None, file: File) -> bool:
    """Whether a file is shown at all: not after consent ended, nor unblurred to who cannot blur.

    Who looks as somebody else writes nothing, and so sees nothing of which that is written down.
    """
    if user is not None and user.seen_by is not None and file.people in _TOLD:
        return False
    if file.consent is not None:
        return file.consent.ended is None or file.consent.ended >= clock.today()
    if file.people == "unasked" and user is not None:
        return may_blur(user, file)
    return True


def may_blur(user: User, file: File) -> bool:
    """Whether an account may blur a photo, and so must see it."""
    return allows(user, "file.blur", file)


def _looked_today(user: User | None, file: File) -> bool:
    before = clock.end_of(clock.today() - dt.timedelta(days=1))
    looks = Event.objects.filter(verb="file.look", by=user, about=file.subject_id, at__gt=before)
    return looks.exists()


@action("file.look")
def look(*, by: By, file: File) -> None:
    """Write down that somebody sees a photo with persons in it, before it is shown."""
    require(by.user, "file.look", file)
    about_is(file.subject)


# ------------------------------------------------------------------ what becomes of it


@action("file.blur")
def blur(*, by: By, file: File, areas: Sequence[Area]) -> File:
    """Make areas of a photo unrecognisable for good; the photo as it was is destroyed."""
    require(by.user, "file.blur", file)
    if file.form != "photo":
        raise Refused("no_photo", "Only a photo can be blurred.")
    if not areas:
        raise Refused("no_area", "Choose at least one area of the photo.")
    content = keys.open_apart(_secret(file), "whole", cabinet.take(file.digest))
    gone = [file.digest, file.small_digest]
    changes = _sealed(file.subject_id, upload.blurred(content, areas))
    blurred = correct(file, **changes, people="blurred", consent=None)
    transaction.on_commit(functools.partial(cabinet.destroy, gone))
    return blurred


@action("file.drop")
def drop(*, by: By, file: File) -> File:
    """Take a file back: that it was there stays on record, what was in it is destroyed."""
    require(by.user, "file.drop", file)
    gone = [file.digest, file.small_digest]
    dropped = withdraw(file)
    transaction.on_commit(functools.partial(cabinet.destroy, gone))
    return dropped
