"""No number of a person is kept among words in clear, and no other number is taken for one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bangfu.jobs.people import organisations as drawn_organisations
from bangfu.jobs.people import people as drawn_people
from bangfu.ledger import clock
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import bulk
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import place as places
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Activity, Event, Fund
from bangfu.ledger.numbers import personal_number_in
from bangfu.programmes.loader import library_text
from tests.village import IDENTITY, OPERATOR, PHONE, VISITED, Village, village_subject

TODAY = dt.date(2026, 1, 1)
#: GB 11643's own example, which ends in X.
WITH_X = "11010519491231002X"
#: An office's phone, which stands in clear, and so is nobody's whose number is looked for there.
OFFICE = "11099990000"


@pytest.mark.parametrize(
    "words",
    [
        IDENTITY,
        f"身份证{IDENTITY}已核对",
        f"ID{IDENTITY}",
        "９９０００１１９７００３１５００１０",
        "990001 19700315 0010",
        "990001-1970-0315-0010",
        "9 9 0 0 0 1 1 9 7 0 0 3 1 5 0 0 1 0",
        WITH_X,
        WITH_X.lower(),
        "11010519491231002Ｘ",
        "11010519491231002×",
        f"{IDENTITY}41",
        f"18 230\n{IDENTITY} 11",
        f"电话{PHONE},证号{IDENTITY}",
    ],
)
def test_an_identity_number_is_found_however_it_is_written(words: str) -> None:
    assert personal_number_in(words, today=TODAY) == "identity"


@pytest.mark.parametrize(
    "words",
    [
        PHONE,
        f"电话{PHONE}。",
        f"tel{PHONE}",
        f"+86{PHONE}",
        f"0086 {PHONE}",
        "110 1234 5678",
        "110-1234-5678",
        "１１０１２３４５６７８",
        "1101234 5678",
        "110.1234.5678",
    ],
)
def test_a_mobile_number_is_found_however_it_is_written(words: str) -> None:
    assert personal_number_in(words, today=TODAY) == "phone"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "冒雪进村入户走访慰问",
        "990001101201",
        "610802028010 990001101201",
        "61080202801001",
        "91350100M000100Y43",
        "911101051949123100",
        "2009-03-10 2009-03-11 2009-03-12",
        "20090310 20090311",
        "走访 18 户 230 人,发放 15 份 1204 元",
        "18 230 15 1204",
        "0915-3221234",
        "029-88123456 转 8012",
        "收据 09-3000",
        "付 20090408000017",
        "票据号 61202603150000123456",
        "记-7",
        "12,345,678.90",
        "990001197003150011",
        "990001197013150010",
        f"{PHONE}9",
        "018f2f6e-1a2b-7c3d-8e4f-e11012345678",
        "12345678-1234-7234-8123-110123456789",
        "a" * 20 + PHONE + "b",
        "18.5%,20.3%,1.2",
    ],
)
def test_no_other_number_is_taken_for_one(words: str) -> None:
    assert personal_number_in(words, today=TODAY) == ""


def test_no_code_of_any_organisation_or_village_is_taken_for_one() -> None:
    codes = [one.credit_code for one in drawn_organisations(7, 2000)]
    assert not [c for c in codes if personal_number_in(c, today=TODAY)]
    counted = (
        f"{county}{village:06d}"
        for county in (990001, 610802, 110101)
        for village in range(0, 400_000, 997)
    )
    assert not [c for c in counted if personal_number_in(f"代码{c}", today=TODAY)]


def test_every_number_of_people_who_are_drawn_is_found() -> None:
    drawn = list(drawn_people(11, 3000, ["990001101201"], on=dt.date(2009, 1, 1)))
    assert all(personal_number_in(f"记{p.identity}", today=TODAY) == "identity" for p in drawn)
    phones = [p.phone for p in drawn if p.phone]
    assert phones and all(personal_number_in(f"打{p}", today=TODAY) == "phone" for p in phones)


# ------------------------------------------------------------------ in every text that is kept


def attempts(v: Village, words: str) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What somebody might type the words into."""
    by, on, home = OPERATOR, VISITED, village_subject(v)
    fund = Fund.objects.get()
    visit = Activity.objects.get(pk=v.visit.pk)
    asked = {"place": v.village, "on": on, "source": "入户"}
    draft = {"programme": v.programme, "name": "bulletin", "on": on}
    yield "note", lambda: activities.record(by=by, kind="visit", on=on, note=words)
    yield "topic", lambda: activities.record(by=by, kind="visit", on=on, topic=words)
    yield "corrected", lambda: activities.correct_record(by=by, activity=visit, note=words)
    yield (
        "answers",
        lambda: activities.record(by=by, kind="visit", on=on, answers={"said": [{"who": words}]}),
    )
    yield (
        "answers' names",
        lambda: activities.record(by=by, kind="visit", on=on, answers={words: True}),
    )
    yield "text of a place", lambda: needs.raise_(by=by, subject=home, on=on, text=words)
    yield "end_reason", lambda: pairings.close(by=by, pairing=v.pairing, on=on, reason=words)
    yield "source", lambda: persons.register(by=by, name="新", **{**asked, "source": words})
    yield "name", lambda: households.register(by=by, name=words, **asked)
    yield "renamed", lambda: subjects.rename(by=by, subject=v.sun, name=words, on=on)
    yield "work_region", lambda: persons.update(by=by, subject=v.sun, on=on, work_region=words)
    yield "title", lambda: documents.draft(by=by, title=words, body={}, **draft)
    yield "prose", lambda: documents.draft(by=by, title="报", body={"prose": words}, **draft)
    yield "signer", lambda: documents.draft(by=by, title="报", body={"signer": words}, **draft)
    yield (
        "programme",
        lambda: programmes.start(
            by=by, name="again", text=f"# {words}\n" + library_text("returnees", "programme.toml")
        ),
    )
    yield (
        "purpose",
        lambda: persons.reveal(
            by=By(None, "test", purpose=f"打{words}"), subject=v.zhao, field="phone"
        ),
    )
    yield "username", lambda: users.create(by=by, username=words, password="一个很长的口令-8")
    yield (
        "display_name",
        lambda: users.create(
            by=by, username="xin", password="一个很长的口令-8", display_name=words
        ),
    )
    yield (
        "alias",
        lambda: places.add_alias(by=by, place=v.village, text=words, sort="spelling", began=on),
    )
    if words == IDENTITY:
        yield (
            "voucher",
            lambda: funds.pay(by=by, fund=fund, on=on, amount=1, use="road", voucher=words),
        )
        yield (
            "phone of the office",
            lambda: documents.draft(by=by, title="报", body={"phone": words}, **draft),
        )


@pytest.mark.parametrize(
    ("words", "code"), [(IDENTITY, "identity_in_clear"), (PHONE, "phone_in_clear")]
)
def test_it_is_refused_in_every_text_that_is_kept(village: Village, words: str, code: str) -> None:
    tried = list(attempts(village, words))
    events, answers = Event.objects.count(), {}
    for name, attempt in tried:
        with pytest.raises(Refused) as refused:
            attempt()
        answers[name] = refused.value.code
        assert words not in str(refused.value)
    assert answers == {name: code for name, _ in tried}
    assert Event.objects.count() == events


def test_a_number_of_an_answer_is_found_too(village: Village) -> None:
    with pytest.raises(Refused) as refused:
        activities.record(by=OPERATOR, kind="visit", on=VISITED, answers={"phone": int(PHONE)})
    assert refused.value.code == "phone_in_clear"


def test_what_is_public_stays_possible(village: Village) -> None:
    v, by, on = village, OPERATOR, VISITED
    fund = Fund.objects.get()
    body = {"phone": OFFICE, "prose": "走访", "copies": 30}
    draft = documents.draft(
        by=by, programme=v.programme, name="bulletin", on=on, title="报", body=body
    )
    documents.edit(by=by, document=draft, title="报", on=on, body={**body, "signer": "周明"})
    funds.pay(by=by, fund=fund, on=on, amount=1, use="road", voucher=OFFICE)
    places.add(by=by, name="新村", level="village", parent=v.town, began=on, code="990001101209")
    for one in drawn_organisations(3, 20):
        organisations.register(
            by=by, name=one.name, kind="bureau", place=v.county, on=on, credit_code=one.credit_code
        )
    found = persons.register(
        by=by, name="新", place=v.village, on=on, source="990001101209", phone=PHONE,
        identity=WITH_X, wishes=f"打{PHONE}",
    )  # fmt: skip
    needs.raise_(by=by, subject=found, on=on, text=f"打{PHONE},证号{IDENTITY}")
    activities.record(
        by=by, kind="talk", on=on, whom=[found], private_note=f"另一个号码{PHONE}",
        note="编号 990001101201,2009-03-10 至 2009-03-12",
    )  # fmt: skip


@pytest.mark.parametrize("sort", ["note", "answers", "name"])
def test_a_take_over_refuses_it_too_and_leaves_nothing(village: Village, sort: str) -> None:
    members = [bulk.Member(key=clock.new_id(), name=IDENTITY if sort == "name" else "新", sheet={})]
    homes = [bulk.Home(place=village.village.fact, members=members)]
    columns = {"note": f"证号{IDENTITY}"} if sort == "note" else {"answers": {"a": [IDENTITY]}}
    deed = bulk.Deed(
        "visit", VISITED, village.village.fact, [village.li.fact], [village.zhao.fact], columns
    )
    before = Activity.objects.count(), Event.objects.count()
    with pytest.raises(Refused) as refused:
        if sort == "name":
            bulk.people(by=OPERATOR, homes=homes, on=VISITED, source="名册")
        else:
            bulk.deeds(by=OPERATOR, deeds=[deed], programme=village.programme)
    assert refused.value.code == "identity_in_clear"
    assert (Activity.objects.count(), Event.objects.count()) == before
