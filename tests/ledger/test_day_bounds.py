"""SQLite steps through no index beyond a day that a question is bounded by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import F, Q

from bangfu.ledger.models import Activity, Enrolment, Fact, Pairing, Post, Subject
from bangfu.ledger.models.base import Happening
from bangfu.ledger.moment import Moment
from tests.village import Village

pytestmark = pytest.mark.sqlite

DAY = dt.date(2009, 4, 15)


def sql_of(rows: models.QuerySet[Any]) -> str:
    return str(rows.query).partition(" WHERE ")[2]


def test_a_day_bounds_no_index_from_above() -> None:
    plain = Activity.objects.all()
    assert sql_of(plain.filter(date__lte=DAY)).startswith('+"ledger_activity"."date" <= ')
    assert sql_of(plain.filter(date__lt=DAY)).startswith('+"ledger_activity"."date" < ')
    assert sql_of(plain.filter(date__gte=DAY)).startswith('"ledger_activity"."date" >= ')
    for lookup, sign in (("date__gte", ">="), ("date__gt", ">")):
        said = sql_of(plain.filter(**{lookup: F("recorded_at")}))
        assert f'"ledger_activity"."date" {sign} +' in said.replace("(", "").replace(")", "")
    instant = sql_of(plain.filter(recorded_at__lte=dt.datetime(2009, 4, 15, tzinfo=dt.UTC)))
    assert instant.startswith('+"ledger_activity"."recorded_at" <= ')


def questions(v: Village) -> Iterator[models.QuerySet[Any]]:
    """Of each kind that lasts or happens, those that are so on a day, of several others."""
    moment = Moment(DAY)
    posts = Post.objects.at(moment).filter(organisation=v.hospital)
    there = Q(fact=v.hospital.fact) | Q(fact__in=posts.values("person"))
    keys = Subject.objects.at(moment).filter(there).values("fact")
    for model in apps.get_app_config("ledger").get_models():
        if issubclass(model, Fact):
            for column in model._meta.concrete_fields:
                if column.related_model is Subject:
                    rows = model.objects.at(moment).filter(**{f"{column.name}__in": keys})
                    yield rows
                    if issubclass(model, Happening):
                        yield rows.filter(date__range=(DAY, DAY))
    # The columns of the index before the subjects are given too.
    helped = Enrolment.objects.at(moment).filter(programme=v.programme, name="helped")
    yield helped.filter(subject__in=keys)
    paired = Pairing.objects.at(moment).filter(programme=v.programme, name="paired")
    yield paired.filter(helper__in=keys)
    yield paired.filter(subject__in=keys)


def overrun(rows: models.QuerySet[Any]) -> list[str]:
    """Where a plan steps on through an index that has another bound than the columns sought."""
    sql, asked = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql, asked)
        steps = [(code, p4, p5) for _, code, _, _, _, p4, p5, _ in cursor.fetchall()]
    found = []
    for at, (code, _, guarded) in enumerate(steps):
        if code == "SeekScan" and not guarded:
            sought = steps[at + 1][1]
            bound = next(p4 for code, p4, _ in steps[at:] if code.startswith("Idx"))
            if sought != bound:
                found.append(f"sought by {sought} columns, bounded by {bound}: {sql}")
    return found


def test_no_plan_steps_beyond_its_day(village: Village) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert [line for rows in questions(village) for line in overrun(rows)] == []
