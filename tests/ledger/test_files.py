"""Files: known by their bytes, rid of what they say besides, sealed, consented to, destroyed."""

from __future__ import annotations

import io
import random
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.db import transaction
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Text
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from bangfu.ledger import cabinet, clock, keys
from bangfu.ledger.actions import consent as consents
from bangfu.ledger.actions import file as files
from bangfu.ledger.actions import journal, upload
from bangfu.ledger.actions import key as sealed
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.actions.file import Agreed
from bangfu.ledger.actions.upload import Brought
from bangfu.ledger.models import Consent, Event, File, Need
from tests.pictures import blank_pdf, heic, landscape
from tests.village import OPERATOR, VISITED, Village, added_file

#: What lay there before a test.
BEFORE: set[Path] = set()
pytestmark = pytest.mark.django_db
GPS = {1: "N", 2: (39.0, 54.0, 20.0), 3: "E", 4: (116.0, 23.0, 29.0)}


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(told_village: Village, settings: Any, tmp_path: Path) -> None:
    """With the sealed bytes of what the village has already."""
    shutil.copytree(settings.MEDIA_ROOT, tmp_path / "files")
    settings.MEDIA_ROOT = tmp_path / "files"
    BEFORE.clear()
    BEFORE.update(stored())


def taken_outside() -> bytes:
    """The same as a phone would take it: where, when, by which device, turned on its side."""
    notes = Image.Exif()
    notes[0x0110], notes[0x0132], notes[0x0112] = "相机型号 X", "2026:09:02 08:30:00", 6
    notes.get_ifd(0x8825).update(GPS)
    return landscape(exif=notes, comment=b"serial 12345")


def word(**parts: bytes) -> bytes:
    """A small Word document with some parts more."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", "<w:document>正文</w:document>")
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def pdf(*, script: str = "", password: str = "") -> bytes:
    """A page with a photo and a comment, as an office's programme and a phone would make it."""
    photo = StreamObject()
    photo.update({
        NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image"),
        NameObject("/Filter"): NameObject("/DCTDecode"), NameObject("/Width"): NumberObject(640),
        NameObject("/Height"): NumberObject(480), NameObject("/BitsPerComponent"): NumberObject(8),
        NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
    })  # fmt: skip
    photo._data = taken_outside()
    made = PdfWriter()
    page = made.add_blank_page(200, 200)
    drawn = DictionaryObject({NameObject("/P"): made._add_object(photo)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): drawn})
    made.add_metadata({"/Author": "author-of-it", "/Creator": "device-of-it"})
    made.xmp_metadata = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>author-of-it</x:xmpmeta>"
    made.add_annotation(0, Text(rect=(0, 0, 9, 9), text="right?", title_bar="author-of-it"))
    if script:
        made.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): TextStringObject(script),
            }
        )
    if password:
        made.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(Refused) as told:
        upload.take(Brought(content))
    return told.value.code


def stored() -> list[Path]:
    return sorted(p for p in Path(conf.MEDIA_ROOT).rglob("*") if p.is_file() and p not in BEFORE)


# ------------------------------------------------------------------ what is brought


def test_a_photo_says_nothing_of_where_when_and_by_what() -> None:
    before = taken_outside()
    assert b"serial 12345" in before and Image.open(io.BytesIO(before)).getexif()
    taken = upload.take(Brought(before))
    for content in (taken.content, taken.small):
        picture = Image.open(io.BytesIO(content))
        assert not picture.getexif() and "comment" not in picture.info
        assert (
            b"serial" not in content and "相机".encode() not in content and b"Exif" not in content
        )
    # What lay on its side stands upright, since the note that said so is gone.
    assert (taken.width, taken.height) == (480, 640)


def test_a_pdf_says_nothing_of_its_author_and_its_photos_nothing_of_the_device() -> None:
    before = pdf()
    assert b"author-of-it" in before and b"serial 12345" in before and b"Exif" in before
    kept = upload.take(Brought(before)).content
    for told in (b"author-of-it", b"device-of-it", b"serial 12345", b"Exif", b"xmpmeta"):
        assert told not in kept, told
    read = PdfReader(io.BytesIO(kept))
    assert read.metadata is None and read.xmp_metadata is None
    (photo,) = read.pages[0].images
    assert photo.image is not None and photo.image.size == (640, 480)
    (comment,) = read.pages[0].annotations or ()
    assert comment.get_object()["/Contents"] == "right?", "what it says to its reader stays"


def test_a_pdf_that_runs_something_or_is_locked_is_refused() -> None:
    assert refused(pdf(script="app.alert(1)")) == "file_active"
    assert refused(pdf(password="geheim")) == "file_locked"
    assert upload.take(Brought(pdf())).form == "pdf"


def test_a_photo_of_a_phone_is_kept_as_jpeg_without_what_it_says_besides() -> None:
    """A HEIC that lay on its side, with a place, a device and a time in it."""
    told = Image.Exif()
    told[0x0112], told[0x010F] = 6, "serial 12345"
    told.get_ifd(0x8825)[1] = "N"
    before = heic(exif=told.tobytes())
    assert b"serial 12345" in before
    taken = upload.take(Brought(before))
    assert taken.form == "photo" and (taken.width, taken.height) == (480, 640)
    for content in (taken.content, taken.small):
        assert content.startswith(b"\xff\xd8\xff")
        assert not Image.open(io.BytesIO(content)).getexif()
        assert b"serial" not in content and b"Exif" not in content
    # What was the sky lies at the right, once it stands upright.
    upright = Image.open(io.BytesIO(taken.content))
    sky, field = upright.getpixel((470, 320)), upright.getpixel((10, 320))
    assert isinstance(sky, tuple) and isinstance(field, tuple) and sky[2] > 180 > field[2]


def test_a_photo_of_a_phone_that_is_damaged_or_too_large_is_refused_in_plain_words() -> None:
    whole, told = heic(), random.Random(7)
    for part in (0.05, 0.3, 0.6, 0.95):
        assert refused(whole[: int(len(whole) * part)]) == "heic_broken", part
    for _ in range(60):
        spoilt = bytearray(whole)
        for place in told.sample(range(12, len(whole)), 30):
            spoilt[place] = told.randrange(256)
        try:
            upload.take(Brought(bytes(spoilt)))
        except Refused as no:
            assert no.code in ("heic_broken", "picture_too_large")


@pytest.mark.parametrize("form", ["PNG", "WEBP", "JPEG"])
def test_every_picture_becomes_a_jpeg_with_a_thumbnail(form: str) -> None:
    taken = upload.take(Brought(landscape(form, (4000, 2000))))
    assert taken.form == "photo" and taken.content.startswith(b"\xff\xd8\xff")
    assert (taken.width, taken.height) == (2400, 1200)
    assert max(Image.open(io.BytesIO(taken.small)).size) == 320


def test_what_is_see_through_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (200, 0, 0, 0)).save(out, "PNG")
    content = upload.take(Brought(out.getvalue())).content
    assert Image.open(io.BytesIO(content)).getpixel((5, 5)) == (255, 255, 255)


def test_a_file_is_known_by_its_bytes() -> None:
    assert upload.take(Brought(pdf())).form == "pdf"
    assert upload.take(Brought(word())).form == "docx"
    assert refused(b"MZ\x90\x00 a programme called photo.jpg") == "file_unknown"
    assert refused(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>") == "file_unknown"
    assert refused(b"<html>") == "file_unknown"
    assert refused(b"GIF89a" + bytes(20)) == "file_unknown"
    assert refused(b"\x00\x00\x00\x18ftypheic" + bytes(40)) == "heic_broken"
    assert refused(b"\x00\x00\x00\x18ftypavif" + bytes(40)) == "file_unknown"


def test_what_is_broken_or_runs_something_is_refused() -> None:
    assert refused(b"") == "file_empty"
    assert refused(landscape()[:400]) == "file_broken"
    assert refused(b"%PDF-1.7 cut short") == "file_broken"
    assert refused(b"%PDF-1.7\n1 0 obj\n%%EOF\n") == "file_broken"
    assert refused(pdf()[:300] + b"\n%%EOF\n") == "file_broken"
    assert refused(b"%PDF-1.7\n<< /OpenAction << /S /JavaScript >> >>\n%%EOF") == "file_active"
    assert refused(word(**{"word/vbaProject.bin": b""})) == "file_active"
    assert refused(word()[:60]) == "file_broken"
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as made:
        made.writestr("a.txt", "no document")
    assert refused(plain.getvalue()) == "file_unknown"


def test_a_document_with_a_spoilt_or_an_encrypted_part_is_refused() -> None:
    text = "".join(str(number * 7919) for number in range(4_000)).encode()
    packed = io.BytesIO(word())
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/notes.xml", text)
    whole = packed.getvalue()
    assert upload.take(Brought(whole)).form == "docx"
    with zipfile.ZipFile(io.BytesIO(whole)) as made:
        part = made.getinfo("word/notes.xml")
    spoilt = bytearray(whole)
    start = part.header_offset + 30 + len(part.filename) + 200
    spoilt[start : start + 60] = b"\xff" * 60
    assert refused(bytes(spoilt)) == "file_broken"
    locked = bytearray(whole)
    listed = whole.rindex(b"word/notes.xml") - 46
    locked[part.header_offset + 6] |= 1
    locked[listed + 8] |= 1
    assert refused(bytes(locked)) == "file_broken"


def test_a_file_may_not_be_too_large(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BANGFU_FILE_MB = 1
    with pytest.raises(Refused, match=r"has 2 MB; at most 1 MB"):
        upload.take(Brought(bytes(2**20 + 1)))
    monkeypatch.setattr(upload, "PIXELS", 1000)
    assert refused(landscape()) == "picture_too_large"


def test_a_document_loses_its_author_and_its_pictures_their_place() -> None:
    content = word(
        **{"docProps/core.xml": "<dc:creator>某人</dc:creator>".encode(),
                                    "word/media/image1.jpeg": taken_outside()},
    )  # fmt: skip
    taken = upload.take(Brought(content))
    with zipfile.ZipFile(io.BytesIO(taken.content)) as kept:
        assert "某人" not in kept.read("docProps/core.xml").decode()
        assert not Image.open(io.BytesIO(kept.read("word/media/image1.jpeg"))).getexif()
        assert "正文" in kept.read("word/document.xml").decode()


def test_blurring_leaves_nothing_to_recognise() -> None:
    picture = Image.new("RGB", (400, 300), "white")
    for x in range(100, 200, 4):
        picture.paste("black", (x, 75, x + 2, 150))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    taken = upload.blurred(out.getvalue(), [(250, 250, 500, 500)])
    gone = Image.open(io.BytesIO(taken.content)).crop((110, 85, 190, 140)).convert("L")
    low, high = gone.getextrema()
    assert high - low < 60
    rest = Image.open(io.BytesIO(taken.content)).crop((300, 200, 390, 290)).convert("L")
    assert rest.getextrema()[0] > 240
    with pytest.raises(Refused) as outside:
        upload.blurred(out.getvalue(), [(0, 0, 1001, 1000)])
    assert outside.value.code == "no_such_area"


# ------------------------------------------------------------------ what is kept


def test_nothing_of_a_file_lies_in_clear(told_village: Village) -> None:
    file = added_file(told_village)
    assert len(stored()) == 2
    assert all(b"\xff\xd8\xff" not in path.read_bytes()[:64] for path in stored())
    assert all(path.stat().st_mode & 0o077 == 0 for path in stored())
    whole = files.whole_of(by=OPERATOR, file=file)
    assert Image.open(io.BytesIO(whole)).size == (file.width, file.height) == (640, 480)
    assert Image.open(io.BytesIO(files.small_of(file))).size == (320, 240)


def test_a_changed_or_exchanged_file_does_not_open(told_village: Village) -> None:
    one, other = added_file(told_village), added_file(told_village, title="井")
    path = Path(conf.MEDIA_ROOT) / one.digest[:2] / one.digest
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    with pytest.raises(cabinet.Lost):
        files.whole_of(by=OPERATOR, file=one)
    assert len(list(cabinet.lost())) == 1
    other.digest = other.small_digest
    with pytest.raises(keys.NotGenuine):
        files.whole_of(by=OPERATOR, file=other)


def test_both_suites_seal_and_open() -> None:
    for suite in ("aes", "sm"):
        key = keys.new_content_key(suite)  # type: ignore[arg-type]  # the two there are
        sealed_bytes = keys.seal_apart(key, "whole", b"abc" * 100)
        assert keys.open_apart(key, "whole", sealed_bytes) == b"abc" * 100
        with pytest.raises(keys.NotGenuine):
            keys.open_apart(key, "small", sealed_bytes)


def test_a_new_master_key_seals_the_keys_of_files_too(told_village: Village) -> None:
    assert any(one.model is File for one in sealed.SEALED)
    file = added_file(told_village)
    assert sealed.reseal(by=OPERATOR, table="ledger_file", rows=[file.pk]) == 0
    assert files.whole_of(by=OPERATOR, file=File.objects.get(pk=file.pk))


def test_the_journal_knows_every_file(told_village: Village) -> None:
    file = added_file(told_village)
    assert journal.verify().sound
    File.objects.filter(pk=file.pk).update(digest="0" * 64)
    assert not journal.verify().sound


def test_what_no_row_names_is_swept_after_a_day(told_village: Village) -> None:
    cabinet.sweep(clock.now() + 2 * cabinet.UNDER_WAY)  # what tests before this one took back
    with pytest.raises(Refused), transaction.atomic():
        added_file(told_village)
        raise Refused("stop", "stop")
    assert len(stored()) == 2 and cabinet.sweep(clock.now()) == 0
    added_file(told_village)
    assert cabinet.sweep(clock.now() + 2 * cabinet.UNDER_WAY) == 2
    assert len(stored()) == 2 and not list(cabinet.lost())


# ------------------------------------------------------------------ persons in photos


def agreed(v: Village, to: str = "record") -> Agreed:
    return Agreed(v.zhao, VISITED, to)


def test_who_agreed_when_and_to_what_stands_as_a_consent(told_village: Village) -> None:
    file = added_file(told_village, people=True, agreed=agreed(told_village))
    assert file.consent is not None
    assert (file.consent.subject_id, file.consent.began) == (told_village.zhao.fact, VISITED)
    again = added_file(told_village, people=True, agreed=agreed(told_village))
    assert again.consent_id == file.consent_id
    other = added_file(told_village, people=True, agreed=agreed(told_village, "public"))
    assert other.consent_id != file.consent_id
    assert Consent.objects.current().filter(purpose__startswith="照片").count() == 2


def test_a_photo_is_not_shown_after_its_consent_ended(told_village: Village) -> None:
    file = added_file(told_village, people=True, agreed=agreed(told_village))
    assert files.open_to(None, file) and files.small_of(file) == b""
    consents.take_back(by=OPERATOR, consent=file.consent, on=VISITED)
    file = File.objects.get(pk=file.pk)
    assert not files.open_to(None, file)
    with pytest.raises(files.NotAllowed):
        files.whole_of(by=OPERATOR, file=file)


def test_that_somebody_saw_a_person_is_written_down_once_a_day(told_village: Village) -> None:
    file = added_file(told_village, people=True, agreed=agreed(told_village))
    looks = Event.objects.filter(verb="file.look", about=told_village.zhao.fact)
    for _ in range(3):
        files.whole_of(by=OPERATOR, file=file)
    assert looks.count() == 1
    files.whole_of(by=OPERATOR, file=added_file(told_village, title="山坡"))
    assert looks.count() == 1


def test_blurring_destroys_the_photo_as_it_was(
    told_village: Village, django_capture_on_commit_callbacks: Any
) -> None:
    file = added_file(told_village, people=True)
    assert file.people == "unasked" and files.small_of(file) == b""
    before = stored()
    with django_capture_on_commit_callbacks(execute=True):
        files.blur(by=OPERATOR, file=file, areas=[(0, 0, 500, 500)])
    assert file.people == "blurred" and not set(before) & set(stored())
    assert files.small_of(file) and files.whole_of(by=OPERATOR, file=file)
    assert not list(cabinet.lost()) and journal.verify().sound


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("title_missing", {"title": " "}),
        ("not_yet", {"on": clock.today().replace(year=clock.today().year + 1)}),
        ("no_photo", {"content": blank_pdf(), "people": True}),
    ],
)
def test_what_is_wrong_is_refused(told_village: Village, code: str, more: dict[str, Any]) -> None:
    with pytest.raises(Refused) as told:
        added_file(told_village, **more)
    assert told.value.code == code and stored() == []


def test_evidence_lies_with_whom_the_need_is_about(told_village: Village) -> None:
    need = Need.objects.current().get(subject=told_village.zhao)
    assert added_file(told_village, need=need).need_id == need.fact
    with pytest.raises(Refused) as told:
        added_file(told_village, subject=told_village.qian, need=need)
    assert told.value.code == "another_subject"


def test_a_paper_is_not_blurred_and_a_photo_not_without_an_area(told_village: Village) -> None:
    paper = added_file(told_village, blank_pdf())
    for file, areas, code in (
        (paper, [(0, 0, 9, 9)], "no_photo"),
        (added_file(told_village), [], "no_area"),
    ):
        with pytest.raises(Refused) as told:
            files.blur(by=OPERATOR, file=file, areas=areas)
        assert told.value.code == code


def test_a_dropped_file_is_gone_and_stays_on_record(
    told_village: Village, django_capture_on_commit_callbacks: Any
) -> None:
    file = added_file(told_village)
    with django_capture_on_commit_callbacks(execute=True):
        files.drop(by=OPERATOR, file=file)
    assert stored() == [] and not File.objects.current().filter(fact=file.fact).exists()
    assert File.objects.filter(fact=file.fact).count() == 1
    assert not list(cabinet.lost()) and journal.verify().sound


# ------------------------------------------------------------------ erasing


def test_erasing_destroys_the_files_of_a_person(
    told_village: Village,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    v = told_village
    # A test's own transaction holds the log.
    monkeypatch.setattr(subjects, "_empty_the_log", lambda: None)
    mine = added_file(v, title=f"{v.zhao.name}家的院子")
    shown = added_file(v, subject=v.qian, people=True, agreed=agreed(v))
    other = added_file(v, subject=v.qian, title="别处")
    with django_capture_on_commit_callbacks(execute=True):
        subjects.erase(by=OPERATOR, subject=v.zhao, reason="request")
    for file in (mine, shown):
        held = File.objects.get(pk=file.pk)
        assert held.title == "" and held.secret is None
    assert len(stored()) == 2 and files.whole_of(by=OPERATOR, file=other)
    assert not list(cabinet.lost()) and journal.verify().sound
