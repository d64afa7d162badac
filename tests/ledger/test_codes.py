"""The code books say what a coded field may hold and read how offices write it."""

from __future__ import annotations

import copy

import pytest

from bangfu.ledger import codes
from bangfu.ledger.codes import BOOKS, EDUCATION, RANK, RELATION, SEX, CodeError, book


@pytest.mark.parametrize("name", BOOKS)
def test_every_book_is_whole(name: str) -> None:
    found = book(name)
    assert found.title.zh and found.title.en and found.source
    assert found.edition.isdigit()
    assert all(label.zh and label.en for label in found.words.values())
    assert len({label.zh for label in found.words.values()}) == len(found.words)
    for word, label in found.words.items():
        assert found.read(word) == found.read(label.zh) == word


def test_a_book_is_read_once_and_can_be_copied() -> None:
    assert book("sex") is book("sex")
    assert copy.deepcopy(book("sex")) == book("sex")


def test_education_and_rank_stand_in_their_order() -> None:
    assert list(EDUCATION) == (
        "none primary junior_high senior_high secondary_vocational college bachelor master".split()
    )
    assert list(RANK) == "staff deputy_section section deputy_division division".split()
    assert book("rank").rank("section") == 2
    with pytest.raises(ValueError, match="have no rank"):
        book("sex").rank("1")


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("sex", "男", "1"),
        ("sex", "女性", "2"),
        ("sex", "１", "1"),
        ("sex", "Male", "1"),
        ("relation", "之外孙女", "daughters_daughter"),
        ("relation", "02", "head"),
        ("relation", "38", "daughter_in_law"),
        ("relation", " 长 子 ", "son"),
        ("education", "文盲或半文盲", "none"),
        ("education", "71", "junior_high"),
        ("education", "高职（大专）", "college"),
        ("education", "本科及以上", "bachelor"),
        ("rank", "副科", "deputy_section"),
        ("rank", "二级调研员", "division"),
    ],
)
def test_what_offices_write_is_read(name: str, text: str, word: str) -> None:
    assert book(name).read(text) == word


@pytest.mark.parametrize("text", ["", "其他学历", "90"])
def test_what_is_in_no_book_is_refused_with_the_words(text: str) -> None:
    with pytest.raises(CodeError, match="Education is one of: none, primary") as caught:
        book("education").read(text)
    assert "文盲或半文盲、小学" in caught.value.label.zh


def test_every_word_fits_its_column() -> None:
    assert max(map(len, SEX)) == 1
    assert max(map(len, [*RELATION, *EDUCATION, *RANK])) <= 24


def test_an_unknown_book_is_named() -> None:
    with pytest.raises(KeyError, match="no code book 'colour'; there are sex"):
        book("colour")


def test_a_text_claimed_by_two_words_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("books")
    (folder / "data").mkdir()
    (folder / "data" / "two.toml").write_text(
        'title = { zh = "二", en = "two" }\nedition = "1"\nsource = "x"\nranked = false\n[words]\n'
        'a = { zh = "甲", en = "a", aliases = ["x"] }\n'
        'b = { zh = "乙", en = "b", aliases = ["X"] }\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(codes, "files", lambda package: folder)
    monkeypatch.setattr(codes, "BOOKS", (*BOOKS, "two"))
    with pytest.raises(ValueError, match="X is claimed by b and by another word"):
        book("two")
