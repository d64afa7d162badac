"""Who was erased stands in no column of any table, and every figure counts on as before."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.test import RequestFactory

from bangfu.desk.table import usual_order
from bangfu.ledger import vault
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import assurance as assurances
from bangfu.ledger.actions import consent as consents
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import document_steps, erasing
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import health as healths
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import income as incomes
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.erasing import LAST
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.journal import seal, verify
from bangfu.ledger.conditions import NoNames, Scope, compile_where, rows_of
from bangfu.ledger.digests import row_digest
from bangfu.ledger.models import (
    Activity,
    AskedSalt,
    Document,
    Enrolment,
    Event,
    EventRows,
    Fact,
    Handling,
    Household,
    Need,
    Pairing,
    Participant,
    Person,
    Programme,
    Reading,
    Subject,
    User,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.rows import digest_of, salts_for, values_of
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import Figure
from bangfu.lists.listing import Listing
from bangfu.lists.readings import groups_of
from bangfu.programmes.loader import library_text
from tests.village import CHOSEN, OPERATOR, SWEPT, VISITED, Village

NAME, FORMER, PINYIN = "赵大山", "赵大川", "zhao da shan"
LATER = VISITED + dt.timedelta(days=30)
PASSWORD = "赵-一个很长的口令-9"


def words_of(value: Any) -> Iterator[str]:
    """Every text in a value of a column, as a person reads it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        yield json.dumps(value, ensure_ascii=False)


def where(*words: str) -> list[str]:
    """The columns of all tables in which one of some words stands."""
    return sorted(
        {
            f"{model._meta.label}.{name}"
            for model in apps.get_models(include_auto_created=True)
            for row in model._default_manager.values()
            for name, value in row.items()
            for text in words_of(value)
            for word in words
            if word in text
        }
    )


@pytest.fixture
def known(village: Village) -> Village:
    """The village with the person's name wherever somebody may have written it."""
    v, by = village, OPERATOR
    subjects.rename(by=by, subject=v.zhao, name=FORMER, on=VISITED)
    subjects.rename(by=by, subject=v.zhao, name=NAME, on=LATER)
    subjects.rename(by=by, subject=v.zhao_home, name=f"{NAME}家", on=SWEPT)
    households.update(by=by, subject=v.zhao_home, on=VISITED, head=v.zhao, source=f"{NAME}口述")
    persons.update(by=by, subject=v.zhao, on=LATER, source=f"{NAME}本人", work_region="邻县")
    persons.update(by=by, subject=v.sun, on=LATER, source=f"丈夫{NAME}", sex="2")
    for whom, words in (
        ([v.zhao], f"看望{NAME},腿脚好转"),
        ([v.zhao, v.qian], f"{FORMER}和钱二河都在家;赵 大 山腰疼"),
        ([v.zhao_home], f"户主{NAME}外出"),
    ):
        activities.record(
            by=by, kind="visit", on=VISITED, place=v.village, whom=whom, note=words,
            answers={"said": [f"{NAME}说路难走"]},
        )  # fmt: skip
    activities.record(
        by=by, kind="meeting", on=VISITED, place=v.village, note=f"{NAME}发言", people=3,
        attendees=[(v.zhao, f"代表{NAME}"), (v.qian, "代表")],
    )  # fmt: skip
    raised = Activity.objects.current().get(kind="meeting")
    needs.raise_(by=by, subject=v.hospital, on=VISITED, text=f"{NAME}要复诊", raised_at=raised)
    own = needs.raise_(by=by, subject=v.zhao, on=VISITED, text=f"我{NAME}要看病")
    needs.close(by=by, need=own, on=LATER, evidence=f"{NAME}已复诊")
    pairings.close(by=by, pairing=v.pairing, on=VISITED, reason=f"{NAME}外出务工")
    consents.give(by=by, subject=v.zhao, purpose=f"{NAME}随访", on=VISITED, text=f"我{NAME}同意")
    doctor = v.account("chen", "clinician", place=v.county)
    healths.note(
        by=By(doctor, "test"), subject=v.zhao, on=VISITED, sort="腰", detail="", ground="duty",
        purpose=f"{NAME}复诊",
    )  # fmt: skip
    incomes.enter(
        by=by, subject=v.zhao_home, kind="wages", item=f"{NAME}务工", amount=100, person=v.zhao,
        since=SWEPT, until=VISITED, evidence=f"{NAME}工资条",
    )  # fmt: skip
    incomes.enter(
        by=by, subject=v.zhao_home, kind="transfer", item="补贴", amount=100, since=SWEPT,
        until=VISITED, evidence=f"打给{NAME}",
    )  # fmt: skip
    assurances.judge(
        by=by, subject=v.zhao_home, on=VISITED, verdicts={"water": "at_risk"},
        evidence=f"{NAME}说水窖见底",
    )  # fmt: skip
    own_account = users.create(
        by=By(None, "test", uuid.uuid4()), username=PINYIN.replace(" ", ""), password=PASSWORD,
        display_name=NAME, person=v.zhao,
    )  # fmt: skip
    users.grant(
        by=by, user=own_account, role="helper", on=VISITED, reason=f"{NAME}任组长", place=v.village
    )
    users.close(by=by, user=own_account)
    return v


def erase(subject: Subject, reason: str = "request") -> None:
    """Erase somebody, as the operator."""
    subjects.erase(by=OPERATOR, subject=Subject.objects.get(pk=subject.fact), reason=reason)


def test_nothing_tells_who_it_was_in_any_column_of_any_table(known: Village) -> None:
    before = where(NAME, FORMER, PINYIN, "赵 大 山", "zhaodashan")
    assert len(before) > 12, "it stood everywhere"
    erase(known.zhao)
    assert where(NAME, FORMER, PINYIN, "赵 大 山", "zhaodashan") == []
    seal()
    assert verify().faults == []


def test_a_note_about_nobody_else_is_wiped_and_another_loses_the_name_alone(
    known: Village,
) -> None:
    erase(known.zhao)
    notes = sorted(Activity.objects.current().exclude(note="").values_list("note", flat=True))
    assert notes == ["户主某某外出", "某某发言", "某某和钱二河都在家;某某腰疼"]
    assert Activity.objects.current().filter(answers={"said": ["某某说路难走"]}).count() == 2
    shared = Activity.objects.current().get(note__startswith="某某和钱")
    erase(known.qian)
    shared.refresh_from_db()
    assert (shared.note, shared.answers) == ("", {}), "nobody is left whom it was for"
    assert verify().faults == []


def test_a_household_called_by_its_head_loses_the_name_and_is_counted(known: Village) -> None:
    listing = Listing(("household",), Moment(VISITED))
    before = set(listing.sure().values_list("fact", flat=True))
    erase(known.zhao)
    rows = Subject._base_manager.filter(fact__in=(known.zhao.fact, known.zhao_home.fact))
    assert not rows.filter(name__contains="赵大").exists()
    assert set(rows.filter(name="").values_list("sort_key", flat=True)) == {LAST}
    for kind, gone in (("person", known.zhao), ("household", known.zhao_home)):
        usual = Subject.objects.current().filter(kind=kind).order_by(*usual_order(VOCABULARY[kind]))
        assert usual[0].name and usual.last().fact == gone.fact, "they come last in a list"
    assert Subject.objects.get(pk=known.zhao_home.pk).name == ""
    assert Subject.objects.get(pk=known.qian_home.pk).name == "钱家"
    assert set(listing.sure().values_list("fact", flat=True)) == before
    assert vault.key_of(known.zhao_home), "the household itself is not erased"
    sources = Household._base_manager.filter(fact=known.zhao_home.fact)
    assert "某某口述" in set(sources.values_list("source", flat=True))


def test_a_household_of_the_same_surname_keeps_its_name(village: Village) -> None:
    erase(village.zhao)
    assert Subject.objects.get(pk=village.zhao_home.pk).name == "赵家"


def test_who_still_has_an_account_is_not_erased(known: Village) -> None:
    account = User.objects.get(person=known.zhao)
    User.objects.filter(pk=account.pk).update(is_active=True)
    with pytest.raises(Refused) as refused:
        erase(known.zhao)
    assert refused.value.code == "account_open" and "zhaodashan" in str(refused.value)
    assert Subject.objects.get(pk=known.zhao.pk).name == NAME, "nothing was begun"


def test_a_closed_account_loses_its_name_and_cannot_be_entered_again(known: Village) -> None:
    erase(known.zhao)
    account = User.objects.get(person=known.zhao)
    assert (account.username, account.display_name) == (f"account-{account.pk}", "")
    User.objects.filter(pk=account.pk).update(is_active=True)
    request = RequestFactory().post("/")
    assert authenticate(request, username=account.username, password=PASSWORD) is None


def test_why_is_one_of_a_few_reasons_and_no_words(village: Village) -> None:
    for reason in ("", f"{NAME}本人来电"):
        with pytest.raises(Refused) as refused:
            erase(village.zhao, reason)
        assert refused.value.code == "no_such_reason"
    erase(village.zhao, "mistake")
    assert Event.objects.get(verb="subject.erase").purpose == "mistake"


def test_a_reason_out_of_the_book_stays_and_words_of_before_do_not(village: Village) -> None:
    rows = Enrolment.objects.current().filter(subject=village.zhao)
    sweep, chosen = rows.get(name="sweep"), rows.get(name="returnees")
    with pytest.raises(Refused) as refused:
        enrolments.leave(by=OPERATOR, enrolment=sweep, on=LATER, reason=f"{NAME}外出")
    assert refused.value.code == "no_such_reason"
    enrolments.leave(by=OPERATOR, enrolment=sweep, on=LATER, reason="moved")
    Enrolment.objects.filter(pk=chosen.pk).update(end_reason=f"{NAME}外出")
    erase(village.zhao)
    assert set(rows.values_list("end_reason", flat=True)) == {"moved", ""}


def test_parts_posts_and_links_stay(known: Village) -> None:
    tables = (Participant, Pairing, Enrolment, Need)
    before = [model._base_manager.count() for model in tables]
    erase(known.zhao)
    assert [model._base_manager.count() for model in tables] == before
    assert not Participant._base_manager.filter(subject=known.zhao).exclude(role="").exists()
    assert Participant._base_manager.filter(subject=known.qian, role="代表").exists()


# ------------------------------------------------------------------ guesses


def kept_digests(row: Fact) -> set[bytes]:
    """Every digest that the journal keeps of a row."""
    found = set()
    for run in EventRows.objects.filter(table=row._meta.db_table).values_list("rows", flat=True):
        whole = bytes(run)
        cut = (whole[at : at + 32] for at in range(0, len(whole), 32))
        found |= {record[16:] for record in cut if record[:16] == row.pk.bytes}
    return found


def test_nobody_can_check_a_guess_at_words_against_the_journal(known: Village) -> None:
    """Not even one who has the whole database, knows every other word, and guesses right."""
    documents.draft(
        by=OPERATOR, programme=known.programme, name="bulletin", on=VISITED, title="简报",
        body={"prose": f"走访了{NAME}一户"},
    )  # fmt: skip
    found = erasing.find(known.zhao)
    guesses = []
    for row, changes in found.rows.values():
        words = changes.keys() - {"grain", "wiped"}
        told = {name: value for name, value in values_of(row).items() if name in words}
        # What was sealed, by random bytes of its own, nobody can guess; and its row with it.
        if told and not words & {"identity", "phone", "private_text", "sort"}:
            right = digest_of(row, salts_for([row]), "aes") in kept_digests(row)
            assert right, "with all that is there now, the guess is right"
            guesses.append((row, told))
    tables = {str(row._meta.model_name) for row, _ in guesses}
    assert tables >= {"activity", "consent", "document", "grant", "household", "need", "pairing",
                      "person", "subject"}  # fmt: skip
    erase(known.zhao)
    for row, told in guesses:
        if "role" in told:
            continue  # a word of the programme, by which nobody is known
        now = type(row)._base_manager.get(pk=row.pk)
        for name, value in told.items():
            setattr(now, name, value)
        for grain in (now.grain, None):
            now.grain = grain
            tried = digest_of(now, salts_for([now]), "aes")
            assert tried not in kept_digests(row), (row._meta.model_name, told)


def test_all_rows_of_an_activity_whose_words_changed_have_new_random_bytes(
    known: Village,
) -> None:
    shared = Activity.objects.current().get(kind="meeting")
    activities.correct_record(by=OPERATOR, activity=shared, note="都发了言")
    rows = Activity._base_manager.filter(fact=shared.fact)
    before = {bytes(g or b"") for g in rows.values_list("grain", flat=True)}
    assert len(before) == 1 and b"" not in before
    erase(known.zhao)
    after = {bytes(g or b"") for g in rows.values_list("grain", flat=True)}
    assert not before & after
    assert verify().faults == []


def test_what_was_asked_of_the_erased_can_not_be_guessed_and_of_others_still_counts(
    village: Village,
) -> None:
    asked = {"on": VISITED, "place": village.village, "source": "入户"}
    key, other = uuid.uuid4(), uuid.uuid4()
    new = persons.register(by=By(None, "test", key), name="郑小川", **asked)
    persons.register(by=By(None, "test", other), name="冯无", **asked)
    erase(new)
    assert not AskedSalt.objects.filter(event=key).exists()
    assert AskedSalt.objects.filter(event=other).exists()
    again = persons.register(by=By(None, "test", key), name="另一个", **asked)
    assert again.pk == new.pk, "the same key still writes nothing a second time"
    with pytest.raises(Refused) as refused:
        persons.register(by=By(None, "test", other), name="另一个", **asked)
    assert refused.value.code == "key_used"


def test_without_a_clients_key_nothing_asked_is_kept(village: Village) -> None:
    event = Event.objects.filter(verb="person.register").latest("at")
    assert bytes(event.asked) == b"" and not AskedSalt.objects.exists()
    with pytest.raises(Refused) as refused:
        persons.register(
            by=By(None, "test", event.pk), name="冯无", place=None, on=VISITED, source="x"
        )
    assert refused.value.code == "key_used"


# ------------------------------------------------------------------ figures and conditions


def facts(where: dict[str, Any], *, sure: bool) -> set[uuid.UUID]:
    """The persons who surely, or possibly, meet a condition."""
    kind = VOCABULARY["person"]
    scope = Scope.at(Moment(LATER), NoNames(), kind)
    verdict = compile_where(kind, where, scope)
    rows = rows_of(kind, scope).filter(verdict.sure if sure else verdict.possible)
    return set(rows.values_list("fact", flat=True))


def test_that_a_value_was_known_stays_known_and_what_it_was_does_not(village: Village) -> None:
    zhao = village.zhao.fact
    known = {"birth": {"known": True}, "education": {"known": True}, "identity": {"known": True}}
    assert zhao in facts(known, sure=True)
    assert zhao not in facts({"sex": "2"}, sure=False)
    erase(village.zhao)
    assert zhao in facts(known, sure=True)
    assert zhao not in facts({"relation": {"known": False}}, sure=False)
    assert zhao in facts({"work_region": {"known": False}}, sure=True), "it never was"
    for asked in ({"sex": "1"}, {"sex": "2"}, {"age": {"at_least": 60}}, {"education": "primary"}):
        assert zhao in facts(asked, sure=False) and zhao not in facts(asked, sure=True), asked


def test_a_kept_group_that_bore_a_value_of_the_erased_is_gone(village: Village) -> None:
    persons.update(by=OPERATOR, subject=village.zhao, on=VISITED, work_region="邻县砖厂")
    figure = Figure("regions", "", Listing(("person",), Moment(VISITED)), by=("work_region",))
    groups_of(figure)
    assert [r for r in Reading.objects.all() if "邻县砖厂" in str(r.answer)]
    erase(village.zhao)
    assert not [r for r in Reading.objects.all() if "邻县砖厂" in str(r.answer)]


def test_a_row_of_before_a_column_came_keeps_its_digest(village: Village) -> None:
    row = Person.objects.current().get(fact=village.zhao)
    salts = salts_for([row])
    came = set(Person.later) - {"grain"}
    then = {name: value for name, value in values_of(row).items() if name not in came}
    salt = salts[village.zhao.fact]
    assert digest_of(row, salts, "aes") == row_digest("ledger_person", then, salt=salt)
    row.wiped = " birth "
    assert digest_of(row, salts, "aes") != row_digest("ledger_person", then, salt=salt)


# ------------------------------------------------------------------ papers


def test_a_draft_loses_the_name_in_every_version_and_an_issued_paper_stays(
    known: Village,
) -> None:
    def drafted(prose: str, programme: Programme = known.programme) -> Document:
        return documents.draft(
            by=OPERATOR, programme=programme, name="bulletin", on=VISITED, title="简报",
            body={"prose": prose, "signer": "周明"},
        )  # fmt: skip

    other = programmes.start(
        by=OPERATOR, name="again", text=library_text("returnees", "programme.toml")
    )
    current, edited, issued, elsewhere = (
        drafted(f"走访了{NAME}"), drafted(f"走访了{NAME}一户"), drafted(f"慰问{NAME}"),
        drafted(f"走访了{NAME}", other),
    )  # fmt: skip
    documents.edit(
        by=OPERATOR, document=edited, title="简报", on=VISITED, body={"prose": "走访一户"}
    )
    documents.discard(by=OPERATOR, document=drafted(f"不要了{NAME}"))
    documents.issue(by=OPERATOR, document=issued, count=lambda moment: [])
    document_steps.hand_in(by=OPERATOR, document=current, count=lambda moment: [])
    document_steps.give_back(by=OPERATOR, document=current, reason=f"{NAME}的数不对")
    erase(known.zhao)
    steps = Handling._base_manager.filter(document=current.fact)
    told = {word for row in steps for word in (row.reason, row.asked) if word}
    assert told == {"某某的数不对"}
    rows = Document._base_manager
    assert rows.get(pk=current.pk).body == {"prose": "走访了某某", "signer": "周明"}
    left = {row.pk for row in rows.all() if NAME in str(row.body)}
    assert left == {issued.pk, elsewhere.pk}
    assert verify().faults == []


# ------------------------------------------------------------------ what is told before


def test_what_would_be_done_is_told_and_nothing_is_done(known: Village) -> None:
    drafts = [
        documents.draft(
            by=OPERATOR, programme=known.programme, name="bulletin", on=VISITED, title="简报",
            body={"prose": words},
        )
        for words in (f"走访了{NAME}一户", "走访了一户")
    ]  # fmt: skip
    activities.record(
        by=OPERATOR, kind="visit", on=VISITED, note=f"听说{NAME}外出", whom=[known.li]
    )
    events = Event.objects.count()
    found = erasing.find(known.zhao)
    told = found.changed()
    assert told["person"]["rows"] >= 2 and "identity" in told["person"]["columns"]
    assert told["household"]["columns"] == ["source"]
    assert "name" in told["subject"]["columns"] and told["grant"]["columns"] == ["reason"]
    assert erasing.kept(found)["enrolment"] == 2
    assert erasing.mentions(found) == {"activity": 1}
    assert [paper.pk for paper in erasing.papers_naming(found, "draft")] == [drafts[0].pk]
    assert told["document"] == {"rows": 1, "columns": ["body"]}
    assert Event.objects.count() == events
    assert Subject.objects.get(pk=known.zhao.pk).name == NAME


def test_names_are_told_from_words_that_only_begin_like_them() -> None:
    assert erasing.without_names("赵大山和赵大山川", ["赵大山"]) == "某某和某某川"
    assert erasing.without_names("赵大\n山 ALI ali", ["赵大山", "Ali"]) == "某某 某某 某某"
    assert erasing.without_names({"a": ["赵大山", 3, None]}, ["赵大山"]) == {"a": ["某某", 3, None]}
    assert erasing.without_names("无人", []) == "无人"


def test_a_name_of_one_character_is_not_searched_for(village: Village) -> None:
    one = persons.register(by=OPERATOR, name="山", place=village.village, on=CHOSEN, source="入户")
    assert erasing.names_of(one.fact) == ()
    seen = activities.record(by=OPERATOR, kind="visit", on=VISITED, whom=[one, village.qian],
                             note="山上路滑")  # fmt: skip
    erase(one)
    assert Activity.objects.get(pk=seen.pk).note == "山上路滑"
