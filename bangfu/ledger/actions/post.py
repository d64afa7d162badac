"""Posts are taken up and left."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, action, correct, end, insert
from bangfu.ledger.models import Post, Subject


@action("post.appoint")
def appoint(
    *,
    by: By,
    person: Subject,
    organisation: Subject,
    on: dt.date,
    title: str = "",
    kind: str = "",
    rank: str = "",
    real: bool | None = None,
) -> Post:
    """Let a person hold a post in an organisation from a day on."""
    require(by.user, "post.appoint", organisation.fact, brings=[person])
    post = insert(
        Post(
            person=person,
            organisation=organisation,
            title=title,
            kind=kind,
            rank=rank,
            real=real,
            began=on,
        )
    )
    require_written(by.user, "post.appoint", post)
    return post


@action("post.correct")
def correct_post(*, by: By, post: Post, rank: str, real: bool | None, kind: str) -> Post:
    """Put right the kind or rank of a post that was entered wrongly."""
    require(by.user, "post.correct", post)
    return correct(post, rank=rank, real=real, kind=kind)


@action("post.leave")
def leave(*, by: By, post: Post, on: dt.date) -> Post:
    """Let a post end; ``on`` is its last day."""
    require(by.user, "post.leave", post)
    return end(post, on)
