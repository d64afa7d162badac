"""The other pages, both languages, and what every page of the desk has in common."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.views.defaults import bad_request, server_error

from bangfu.desk.kinds import several
from bangfu.desk.tour import TOURS
from bangfu.desk.verbs import VERBS
from bangfu.ledger import clock
from bangfu.ledger.actions import pairing
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.models import Pairing, Participant
from bangfu.ledger.vocabulary import VOCABULARY
from tests.desk import catalogue
from tests.desk.conftest import Enter
from tests.desk.story import BY, FILE, Story, add_other_roles, day

DESK = Path(settings.LOCALE_PATHS[0]).parent / "desk"
PROGRAMMES = DESK.parent / "programmes"
ACTIONS = DESK.parent / "ledger" / "actions"
TEMPLATES = sorted((DESK / "templates").rglob("*.html"))
HAN = re.compile(r"[\u4e00-\u9fff]")


def pages(story: Story) -> list[str]:
    """One page of each sort."""
    return [
        reverse("desk:home"),
        reverse("desk:lists"),
        reverse("desk:list", args=["household"]),
        reverse("desk:places"),
        reverse("desk:journal"),
        reverse("desk:programme", args=["visits"]),
        reverse("desk:figure", args=["visits", "visits"]),
        reverse("desk:subject", args=[story.who["old_zhang"].fact]),
        reverse("desk:document", args=[story.papers["issued"].fact]),
    ]


# ------------------------------------------------------------------ home, programme, places


def test_home_shows_programmes_lists_and_what_needs_looking_at(story: Story, enter: Enter) -> None:
    said = enter("clerk").get("/").content.decode()
    for words in ("入户走访帮扶", "办公室经办人", "方案里有 1 处待确认", "走访简报"):
        assert words in said, words
    records = reverse("desk:activity_record", args=["visits"])
    assert records in said and records not in enter("inspector").get("/").content.decode()


def test_a_programme_shows_its_readings_measures_and_money(story: Story, enter: Enter) -> None:
    said = enter("clerk").get(reverse("desk:programme", args=["visits"])).content.decode()
    for words in ("走访次数原文缺页", "到村义诊", "2至4次", "2,000.00 – 3,000.00", "2,000.50",
                  "禾办发〔2026〕3号", "摸底", "33.3%–66.7%"):  # fmt: skip
        assert words in said, words


def test_money_is_shown_to_those_who_see_money(story: Story, enter: Enter) -> None:
    address = reverse("desk:programme", args=["visits"])
    assert "资金（元）" in enter("inspector").get(address).content.decode()
    assert "资金（元）" not in enter("helper").get(address).content.decode()


def test_a_programme_reads_back_in_plain_words(story: Story, enter: Enter) -> None:
    said = enter("clerk").get(reverse("desk:readback", args=["visits"])).content.decode()
    assert "四人以上的户" in said and "人数不少于4" in said
    said = enter("clerk", "en").get(reverse("desk:readback", args=["visits"])).content.decode()
    assert "Members at least 4" in said


def test_versions_show_their_difference(story: Story, enter: Enter) -> None:
    text = FILE.replace("where.size.at_least = 4", "where.size.at_least = 5")
    programmes.replace(
        by=BY, programme=story.begun(), text=text, on=day(12, 1), note="县办函〔2026〕9号"
    )
    said = enter("clerk").get(reverse("desk:versions", args=["visits"])).content.decode()
    assert "从第 1 版到第 2 版" in said and "4 → 5" in said and "县办函〔2026〕9号" in said


@pytest.mark.parametrize(
    ("language", "sort", "blank"), [("zh-hans", "走访", "没有填的"), ("en", "Visit", "Left blank:")]
)
def test_a_record_says_what_it_is_of_whom_and_which_fields_are_blank(
    story: Story, enter: Enter, language: str, sort: str, blank: str
) -> None:
    parts = Participant.objects.current().filter(part="whom", activity__kind="visit")
    whom = parts.select_related("activity", "subject")[0]
    visit = whom.activity
    address = reverse("desk:record", args=["activity", visit.fact])
    said = enter("clerk", language).get(address).content.decode()
    heading = said[said.index("<h1>") : said.index("</h1>")]
    assert sort in heading and f"{visit.date}" in heading and whom.subject.name in heading
    facts = said[said.index('<dl class="facts">') : said.index("</dl>")]
    assert ">—<" not in facts
    assert blank in said


@pytest.mark.parametrize(
    ("text", "found"),
    [("上麦", "上麦村"), ("smc", "上麦村"), ("990001100201", "上麦村"), ("麦坪大队", "上麦村")],
)
def test_a_place_is_found(story: Story, enter: Enter, text: str, found: str) -> None:
    said = enter("clerk").get(reverse("desk:places"), {"q": text}).content.decode()
    assert found in said


def test_the_search_above_every_page_goes_where_the_name_is(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    answer = client.get(reverse("desk:find"), {"q": "zyt"})
    assert answer["Location"] == reverse("desk:list", args=["person"]) + "?q=zyt"
    answer = client.get(reverse("desk:find"), {"q": "张"}, follow=True)
    assert answer.redirect_chain[0][0].startswith("/lists/person/?q=")
    assert '/lists/household/?q=%E5%BC%A0">户</a>' in answer.content.decode()
    answer = client.get(reverse("desk:find"), {"q": "没有这个人"}, follow=True)
    assert "没有叫“没有这个人”的" in answer.content.decode()


def test_the_journal_tells_events_in_words(story: Story, enter: Enter) -> None:
    said = enter("inspector").get(reverse("desk:journal")).content.decode()
    assert "登记工作记录" in said and "命令行" in said and "留痕链首" in said
    assert "张有田" not in said and "李长贵" not in said
    only = enter("inspector").get(reverse("desk:journal"), {"verb": "document.issue"})
    assert only.content.decode().count("<tr>") == 2


def test_the_journal_leads_to_no_kind_of_record_that_the_reader_does_not_open(
    story: Story, enter: Enter
) -> None:
    TOTP.activate(story.users["administrator"], generate_totp_secret())
    address = reverse("desk:journal") + "?verb=need.raise_"
    need = re.compile(r'href="/records/need/')
    assert need.search(enter("inspector").get(address).content.decode())
    kept = enter("administrator").get(address).content.decode()
    assert not need.search(kept) and "需求（问题）" in kept


def test_every_action_has_its_words() -> None:
    verbs = set()
    for file in ACTIONS.glob("*.py"):
        verbs |= set(re.findall(r'^@action\("([^"]+)"', file.read_text(encoding="utf-8"), re.M))
    assert verbs - set(VERBS) == set()
    before = {"user.take_up", "pairing.hand_over", "need.reveal"}
    assert set(VERBS) - verbs == before, "which a migration wrote, and earlier versions"


# ------------------------------------------------------------------ languages


def test_both_languages_stand_alone(story: Story, enter: Enter) -> None:
    for address in (reverse("desk:lists"), reverse("account_change_password")):
        said = enter("clerk", "en").get(address).content.decode()
        plain = re.sub(r"<[^>]+>", " ", said).replace("中文", "").replace("周明", "")
        assert not HAN.search(plain), address
    said = enter("clerk").get(reverse("desk:lists")).content.decode()
    assert 'lang="zh-hans"' in said and "名单" in said


def test_the_language_is_switched(story: Story) -> None:
    client = Client()
    assert "登录" in client.get(reverse("account_login")).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert "Sign in" in client.get(reverse("account_login")).content.decode()


def test_every_sentence_is_translated() -> None:
    held = catalogue.texts(catalogue.read())
    missing = [key for key in catalogue.extracted() if not held.get(key) or not any(held[key])]
    assert not missing, "run scripts/messages.sh and translate what it names"


def test_nothing_is_translated_that_nobody_says() -> None:
    assert set(catalogue.texts(catalogue.read())) - set(catalogue.extracted()) == set()


def test_translations_keep_the_named_parts() -> None:
    parts = re.compile(r"%\((\w+)\)")
    for key, told in catalogue.texts(catalogue.read()).items():
        source = key if isinstance(key, str) else key[1]
        assert set(parts.findall(told[0])) == set(parts.findall(source)), key


def chinese() -> Iterator[tuple[object, str]]:
    """What pages say in Chinese, each with where it stands: sentences, words of kinds, files."""
    for key, told in catalogue.texts(catalogue.read()).items():
        yield from ((key, text) for text in told)
    for kind in map(VOCABULARY.__getitem__, VOCABULARY):
        for field in kind.fields.values():
            for label in (kind.label, field.label, *(field.codes or {}).values()):
                yield f"{kind.name}.{field.key}", label.zh
    for file in sorted(PROGRAMMES.rglob("*.toml")):
        if file.name != "cases.toml":  # what cases draw is as narrow as its columns
            yield from _texts_of(tomllib.loads(file.read_text(encoding="utf-8")), file.name)


def _texts_of(told: object, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(told, dict):
        for key, value in told.items():
            yield from _texts_of(value, f"{where} {key}")
    elif isinstance(told, list):
        for value in told:
            yield from _texts_of(value, where)
    elif isinstance(told, str) and " | " not in told:
        yield where, told


def test_chinese_texts_have_full_width_marks() -> None:
    wrong = [(where, text) for where, text in chinese() if catalogue.half_width(text)]
    assert not wrong, "write ，。：；？！（） in these"


def test_the_compiled_translations_are_in_step() -> None:
    assert catalogue.texts(catalogue.compiled()) == catalogue.texts(catalogue.read())


# ------------------------------------------------------------------ in common


def test_every_page_carries_the_strict_policy(story: Story, enter: Enter) -> None:
    client = enter("inspector")
    for address in (*pages(story), "/nowhere/", reverse("account_login")):
        policy = client.get(address)["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy, address


def test_no_template_has_inline_script_or_style() -> None:
    for file in TEMPLATES:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son\w+=|javascript:", text), file
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style", text), file


def test_every_input_has_a_name_for_readers_of_screens(story: Story, enter: Enter) -> None:
    client = enter("inspector")
    for address in pages(story):
        said = client.get(address).content.decode()
        for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", said):
            if 'type="hidden"' in tag:
                continue
            named = re.search(r'id="([^"]+)"', tag)
            labelled = "aria-label=" in tag or (named and f'for="{named[1]}"' in said)
            wrapped = re.search(r"<label[^>]*>[^<]*" + re.escape(tag), said)
            assert labelled or wrapped, (address, tag)


def test_every_page_has_one_heading_and_a_way_past_the_bar(story: Story, enter: Enter) -> None:
    client = enter("inspector")
    for address in pages(story):
        said = client.get(address).content.decode()
        assert said.count("<h1") == 1, address
        assert 'href="#content"' in said and 'id="content"' in said


def test_a_first_page_weighs_less_than_two_hundred_kilobytes(story: Story, enter: Enter) -> None:
    for address in pages(story):
        said = enter("inspector").get(address).content.decode()
        weight = len(gzip.compress(said.encode()))
        for name in set(re.findall(r'(?:href|src)="/static/([^"#]+)', said)):
            found = finders.find(name)
            assert found is not None, name
            weight += len(gzip.compress(Path(found).read_bytes()))
        assert weight < 200_000, (address, weight)


def test_doors_ask_through_access() -> None:
    for file in DESK.rglob("*.py"):
        assert not re.search(r"\b[A-Z]\w+\.objects\b", file.read_text(encoding="utf-8")), file


# ------------------------------------------------------------------ trouble


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "这个网址没有您能打开的内容"),
                                                 ("en", "nothing at this address")])  # fmt: skip
def test_what_is_not_there_is_said_in_both_languages(
    story: Story, enter: Enter, language: str, words: str
) -> None:
    answer = enter("clerk", language).get("/nowhere/")
    assert answer.status_code == 404 and words in answer.content.decode()


def test_a_form_that_is_too_old_says_what_was_kept(story: Story) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(story.users["clerk"])
    answer = client.post(reverse("account_logout"))
    assert answer.status_code == 403 and "这份表单没有提交成功" in answer.content.decode()


def test_too_many_tries_close_the_door(story: Story) -> None:
    client = Client()
    for _ in range(6):
        answer = client.post(
            reverse("account_login"),
            {"login": "helper", "password": "guess"},
            REMOTE_ADDR="10.9.8.7",
        )
    assert answer.status_code == 429
    assert "尝试次数太多" in answer.content.decode()


@override_settings(DEBUG=False)
def test_the_server_and_the_browser_have_their_pages(rf: RequestFactory) -> None:
    for view, words in ((server_error, "服务器出错了"), (bad_request, "浏览器发来的内容无法识别")):
        request = rf.get("/")
        with translation.override("zh-hans"):
            answer = view(request) if view is server_error else view(request, Exception())
        assert words in answer.content.decode()


def test_the_demonstration_has_a_button_for_each_role_and_a_tour_and_nothing_else_has(
    story: Story, enter: Enter
) -> None:
    door = reverse("account_login")
    assert "周明" not in Client().get(door).content.decode()
    assert "tour" not in enter("clerk").get(reverse("desk:home")).content.decode()
    with override_settings(BANGFU_DEMO=True):
        _has_buttons_and_a_tour(enter("clerk"), door)


def _has_buttons_and_a_tour(client: Client, door: str) -> None:
    page = Client().get(door).content.decode()
    assert 'value="clerk"' in page and "办公室经办人" in page and 'value="nobody"' not in page
    assert page.index('value="helper"') < page.index('value="clerk"') < page.index('id="id_login"')
    page = client.get(reverse("desk:home")).content.decode()
    assert "/programmes/returnees/readback/" in page
    client.post(reverse("desk:tour_close"))
    assert "/programmes/returnees/readback/" not in client.get("/").content.decode()


def test_who_has_no_role_is_shown_no_tour_and_who_helps_nobody_is_told(
    story: Story, enter: Enter
) -> None:
    with override_settings(BANGFU_DEMO=True):
        assert 'class="box tour"' not in enter("nobody").get("/").content.decode()
    client, none = enter("helper"), "您现在没有结对的人"
    yesterday = clock.today() - dt.timedelta(days=1)
    assert none not in client.get("/").content.decode()
    for held in Pairing.objects.current().filter(helper=story.users["helper"].person_id):
        pairing.close(by=BY, pairing=held, on=yesterday, reason="调走")
    assert none in client.get("/").content.decode()
    assert none not in enter("clerk").get("/").content.decode()


def test_each_role_has_a_tour_of_its_own_that_it_can_walk(story: Story, enter: Enter) -> None:
    add_other_roles(story)
    with override_settings(BANGFU_DEMO=True):
        for who in TOURS.keys() - {"administrator"}:
            client = enter(who)
            said = client.get("/").content.decode()
            for step in TOURS[who]:
                assert escape(step.address) in said, (who, step.address)
                if not step.address.startswith(("#", "/programmes/")):
                    assert client.get(step.address).status_code == 200, (who, step.address)
        client = enter("inspector")
        client.post(reverse("desk:tour_close"))
        assert 'class="box tour"' not in client.get("/").content.decode()
        client.force_login(story.users["clerk"])
        assert 'class="box tour"' in client.get("/").content.decode()


def test_a_list_is_called_in_english_by_several_of_its_kind() -> None:
    called = {name: several(VOCABULARY[name]).en for name in VOCABULARY}
    some = [called[name] for name in ("handling", "activity", "class", "statistic", "affiliation")]
    assert some == [
        "Steps of a proceeding", "Activities", "Classes", "Statistics", "Members of a body",
    ]  # fmt: skip
    alike = {name for name in VOCABULARY if called[name] == VOCABULARY[name].label.en}
    assert alike == {"stint", "training"}, "said of several already, or of none alone"
