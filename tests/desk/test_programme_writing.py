"""A programme file is written at the desk sentence by sentence, and says what it would give."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bangfu.ledger.actions import user as users
from bangfu.ledger.models import Event, Programme, User
from bangfu.programmes.loader import library_text
from tests.desk.forms import said
from tests.village import OPERATOR, Village, keyring, standing_village, village

__all__ = ["keyring", "standing_village", "village"]

ADDRESS = reverse("desk:programme_start")


@pytest.fixture
def clerk(village: Village) -> Iterator[Client]:
    yield _who("zhou", "clerk", village.county)


def _who(name: str, role: str, place: Any) -> Client:
    account = users.create(by=OPERATOR, username=name, password="a-long-enough-password")
    users.grant(
        by=OPERATOR, user=account, role=role, on=dt.date(2009, 1, 1), reason="任命", place=place
    )
    client = Client()
    client.force_login(User.objects.get(pk=account.pk))
    return client


def text_of(page: str) -> str:
    """What stands in the field of the file."""
    found = re.search(r'<textarea name="text".*?>\n?(.*?)</textarea>', page, re.S)
    assert found is not None
    return html.unescape(found[1])


def write(client: Client, text: str, name: str, **answers: Any) -> Any:
    told = {f"of-{key}": value for key, value in answers.items()}
    posted = {"name": "tried", "text": text, "look": "write", "sentence": name, **told}
    return client.post(ADDRESS, posted)


def test_a_notice_is_written_sentence_by_sentence_and_started(clerk: Client) -> None:
    first = said(clerk.get(ADDRESS))
    assert 'value="head"' in first and 'value="visited"' not in first
    text, events = "", Event.objects.count()
    for name, answers in (
        ("head", {"title": "逐户帮扶", "office": "县人民医院", "area": "990001",
                  "first": "2009-01-01", "last": "2009-12-31"}),
        ("households", {"title": "登记的户", "kind": ["ordinary", "monitored"]}),
        ("cadres", {"title": "干部"}),
        ("paired", {"title": "结对", "helper": "cadres", "subject": "households",
                    "owner": "office"}),
        ("visited", {"title": "每月走访", "each": "pairs", "per": "month", "times": "1"}),
    ):  # fmt: skip
        answer = write(clerk, text, name, **answers)
        page = said(answer)
        assert answer.status_code == 200
        text = text_of(page)
    assert "[duty.visits_owed]" in text and "[pairing.pairs]" in text
    assert 'id="ahead"' in page and "可以帮" in page
    assert Event.objects.count() == events and not Programme.objects.filter(name="tried").exists()
    done = clerk.post(ADDRESS, {"name": "tried", "text": text})
    assert done.status_code == 302
    assert Programme.objects.current().get(name="tried").title == "逐户帮扶"


def test_a_chosen_sentence_asks_for_its_blanks_and_keeps_the_text(clerk: Client) -> None:
    begun = text_of(said(write(clerk, "", "head", title="逐户帮扶", office="县人民医院",
                               area="990001", first="2009-01-01", last="2009-12-31")))  # fmt: skip
    page = said(clerk.post(ADDRESS, {"text": begun, "look": "sentence", "sentence": "visited"}))
    assert 'name="of-per"' in page and 'name="of-times"' in page
    assert text_of(page) == begun
    wrong = said(write(clerk, begun, "visited", title="走访", per="month", times="四次"))
    assert "“四次”不是数" not in wrong, "an open blank is said first"
    assert "还没有写进去" in wrong and text_of(wrong) == begun
    unit = said(write(clerk, begun, "phase", title="一", first="三月", last="2009-03-31"))
    assert "“三月”不是日期" in unit and text_of(unit) == begun


def test_faults_stand_with_the_numbered_text(clerk: Client) -> None:
    text = 'title = "x"\nfrom = 2009-13-01\n'
    page = said(clerk.post(ADDRESS, {"name": "tried", "text": text, "step": "check"}))
    assert '<li class="bad"><code>from = 2009-13-01</code></li>' in page
    brought = SimpleUploadedFile("programme.toml", text.encode())
    again = said(clerk.post(ADDRESS, {"name": "tried", "file": brought, "step": "check"}))
    assert '<li class="bad"><code>from = 2009-13-01</code></li>' in again
    assert text_of(again) == text, "a file that was brought is mended where its faults stand"
    page = lxml.html.fromstring(again)
    (alert,) = page.xpath("//*[@role='alert']")
    assert alert.xpath(".//a/@href") == ["#faults"], "one box says it, and leads there"


def test_one_that_comes_with_the_product_has_its_name_already(clerk: Client) -> None:
    assert clerk.post(ADDRESS, {"library": "village_link"}).status_code == 302
    assert Programme.objects.current().filter(name="village_link").exists()


def test_a_file_that_nobody_named_is_checked_and_called_by_its_title(clerk: Client) -> None:
    text, before = library_text("village_link", "programme.toml"), Programme.objects.count()
    checked = said(clerk.post(ADDRESS, {"text": text, "step": "check"}))
    assert "请填代号" not in checked and 'id="ahead"' in checked, "it is read back all the same"
    assert Programme.objects.count() == before, "nothing is started yet"
    assert clerk.post(ADDRESS, {"text": text}).status_code == 302
    assert Programme.objects.filter(name__startswith="wsxtlxccthbf").count() == 1


def test_a_file_of_the_product_is_taken_to_be_changed(clerk: Client) -> None:
    posted = {"name": "tried", "library": "village_link", "look": "sentence", "sentence": "phase"}
    page = said(clerk.post(ADDRESS, posted))
    assert "[pairing." in text_of(page) and 'name="of-first"' in page


def test_no_number_of_a_place_outside_of_the_grant(village: Village) -> None:
    """Whoever may start programmes in one township is not told how many live in the county."""
    client = _who("wen", "clerk", village.far_town)
    page = said(write(client, "", "head", title="逐户帮扶", office="县人民医院", area="990001",
                      first="2009-01-01", last="2009-12-31"))  # fmt: skip
    assert "不在您的授权范围内" in page
    inside = said(write(client, "", "head", title="逐户帮扶", office="县人民医院",
                        area="990001102000", first="2009-01-01", last="2009-12-31"))  # fmt: skip
    assert "不在您的授权范围内" not in inside
    unknown = said(write(client, "", "head", title="逐户帮扶", office="县人民医院",
                         area="990009", first="2009-01-01", last="2009-12-31"))  # fmt: skip
    assert "990009" in unknown and "区划" in unknown
