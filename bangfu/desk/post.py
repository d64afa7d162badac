"""Posts at the desk: who holds which post from when, put right, and left."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, asking, entered, enters, filled, listed
from bangfu.desk.holder import picked_by_post
from bangfu.desk.page import address_of, name_of, record_or_404, subject_or_404
from bangfu.ledger import clock
from bangfu.ledger.actions import post as posts
from bangfu.ledger.models import Post
from bangfu.ledger.moment import Moment


class AppointForm(EntryForm):
    """Who, where, as what, from when."""

    person = ask("post", "person", required=True)
    organisation = ask("post", "organisation", required=True)
    title = ask("post", "title", required=True, max_length=60)
    kind = ask("post", "kind")
    rank = ask("post", "rank")
    real = ask("post", "real")
    on = Day(label=gettext_lazy("From the day"))


class CorrectForm(EntryForm):
    """The kind and rank as they should have been entered."""

    kind = ask("post", "kind")
    rank = ask("post", "rank")
    real = ask("post", "real")


class LeaveForm(EntryForm):
    """The last day of a post."""

    on = Day(label=gettext_lazy("Last day"), future=True)


@enters("post.appoint")
def appoint(request: HttpRequest) -> HttpResponse:
    """A post that somebody holds from a day on."""
    form = AppointForm(request, initial={"on": clock.today()})
    return _appointed(request, form, back=listed("post"))


@enters("post.appoint")
def appoint_of(request: HttpRequest, key: UUID) -> HttpResponse:
    """The same, of one person or in one organisation, whose page it is asked from."""
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name not in ("person", "organisation"):
        raise Http404
    form = AppointForm(request, initial={"on": clock.today(), kind.name: row.fact})
    return _appointed(request, form, back=address_of(kind.name, key))


def _appointed(request: HttpRequest, form: AppointForm, *, back: str) -> HttpResponse:
    picked_by_post(form, "person")
    done = entered(
        request, form, lambda by, told: posts.appoint(by=by, **filled(told)),
        word=_("The post is on record."), to=lambda made: address_of("post", made.fact),
    )  # fmt: skip
    return done or asking(request, form, title=_("Register a post"), back=back)


def _about(post: Post) -> str:
    return f"{name_of(post.person)} · {name_of(post.organisation)} · {post.title}"


@enters("post.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts right the kind or rank of a post that was entered wrongly."""
    post: Post = record_or_404(request, "post", key)
    real = {True: "yes", False: "no"}.get(post.real, "") if post.real is not None else ""
    held = {"kind": post.kind, "rank": post.rank, "real": real}
    form, back = CorrectForm(request, initial=held), _page(key)
    done = entered(
        request, form, lambda by, told: posts.correct_post(by=by, post=post, **told),
        word=_("The post was put right."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("Put a post right"), about=_about(post), back=back)


@enters("post.leave")
def leave(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets a post end."""
    post: Post = record_or_404(request, "post", key)
    form, back = LeaveForm(request, initial={"on": clock.today()}), _page(key)
    done = entered(
        request, form, lambda by, told: posts.leave(by=by, post=post, on=told["on"]),
        word=_("The post ends on that day."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("End a post"), about=_about(post), back=back)


def _page(key: UUID) -> str:
    return address_of("post", key)
