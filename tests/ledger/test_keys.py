"""Personal values open with the subject's own key and with nothing else."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.ledger import keys, keys_file
from bangfu.ledger.keys import (
    Erased,
    KeyMissing,
    Keyring,
    KeysFileError,
    NotGenuine,
    Suite,
    Unreadable,
    new_salt,
    sealed_version,
)
from bangfu.ledger.keys_file import Contents, Secret

UNHURRIED = settings(deadline=None)
ALICE = UUID("00000000-0000-4000-8000-00000000000a")
BOB = UUID("00000000-0000-4000-8000-00000000000b")
SALT = bytes(range(32))
OTHER_SALT = bytes(range(1, 33))
FIELD = "person.identity"
NUMBER = "11010519491231002X"
SUITES: tuple[Suite, ...] = ("aes", "sm")
#: What release 0.1 wrote under these keys; it must be readable for ever.
FROZEN = {
    "aes": (
        "010100018116dca67989cb18cbcf81b996448aa4d579793e2d8587962ba5b46a"
        "0ce035786340f1defbdd65f17cede5c54482e5ccaafd492d7094b1ca2f7d1306"
    ),
    "aes index": "e95107466eb48c760033b682c04dcb20",
    "sm": (
        "01020001514d4786d1007f5e5c611646c7fac3aabb00307af6586567d4d6bc0f"
        "93c747c853153b8f973e6d12f5bdcd4f9a420b130338c84d83f994706d50d60f"
    ),
    "sm index": "c22f8a0694e0c9f2fd221383b8a59bef",
}


def ring_of(suite: Suite = "aes", *, masters: int = 1) -> Keyring:
    secrets = {n: Secret(suite, bytes([n]) * 32) for n in range(1, masters + 1)}
    return Keyring(Contents(secrets, current=masters, index=Secret(suite, b"i" * 32)))


@pytest.fixture(params=SUITES)
def ring(request: pytest.FixtureRequest) -> Keyring:
    return ring_of(request.param)


@pytest.fixture(params=["keys.toml", "keys.json"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / request.param


def test_the_library_computes_sm3_as_the_standard_does() -> None:
    box = hashes.Hash(hashes.SM3())
    box.update(b"abc")
    assert box.finalize().hex() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )


def test_the_library_computes_an_sm4_block_as_the_standard_does() -> None:
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    box = Cipher(algorithms.SM4(block), modes.ECB()).encryptor()
    assert box.update(block).hex() == "681edf34d206965e86b3e94f536e4246"


def test_our_sm4_gcm_gives_the_vector_of_rfc_8998() -> None:
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce = bytes.fromhex("00001234567800000000abcd")
    bound = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    clear = b"".join(bytes([n]) * 8 for n in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    sealed = keys._Sm4Gcm(key).encrypt(nonce, clear, bound)
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert keys._Sm4Gcm(key).decrypt(nonce, sealed, bound) == clear


def test_the_library_computes_aes_256_gcm_as_its_paper_does() -> None:
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    bound = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    clear = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    assert AESGCM(key).encrypt(nonce, clear, bound).hex() == (
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )


def test_the_library_derives_keys_as_rfc_5869_does() -> None:
    derived = HKDF(hashes.SHA256(), 42, bytes(range(0x0D)), bytes(range(0xF0, 0xFA))).derive(
        b"\x0b" * 22
    )
    assert derived.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


@pytest.mark.parametrize("suite", SUITES)
@UNHURRIED
@given(
    clear=st.text(st.characters(exclude_categories=["Cs"]), max_size=120),
    field=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_what_is_sealed_opens(suite: Suite, clear: str, field: str) -> None:
    key = ring_of(suite).key_for(ALICE, SALT)
    assert key.open(field, key.seal(field, clear)) == clear


def test_a_view_of_the_database_opens_too(ring: Keyring) -> None:
    key = ring.key_for(ALICE, memoryview(SALT))
    assert key.open(FIELD, memoryview(key.seal(FIELD, NUMBER))) == NUMBER


def test_any_flipped_bit_is_found(ring: Keyring) -> None:
    key = ring.key_for(ALICE, SALT)
    sealed = key.seal(FIELD, NUMBER)
    for place in range(len(sealed) * 8):
        broken = bytearray(sealed)
        broken[place // 8] ^= 1 << place % 8
        with pytest.raises(Unreadable):
            key.open(FIELD, bytes(broken))


@pytest.mark.parametrize("length", [0, 1, 4, 16, 63])
def test_a_cut_value_is_found(ring: Keyring, length: int) -> None:
    key = ring.key_for(ALICE, SALT)
    with pytest.raises(NotGenuine, match="not a sealed value"):
        key.open(FIELD, key.seal(FIELD, NUMBER)[:length])


def test_a_value_of_a_later_format_is_not_taken_for_one_of_ours(ring: Keyring) -> None:
    sealed = ring.key_for(ALICE, SALT).seal(FIELD, NUMBER)
    with pytest.raises(NotGenuine, match="begins with byte 1"):
        sealed_version(b"\x02" + sealed[1:])


def test_a_lengthened_value_is_found(ring: Keyring) -> None:
    key = ring.key_for(ALICE, SALT)
    with pytest.raises(NotGenuine):
        key.open(FIELD, key.seal(FIELD, NUMBER) + b"\0")


def test_a_value_moved_to_another_person_does_not_open(ring: Keyring) -> None:
    sealed = ring.key_for(ALICE, SALT).seal(FIELD, NUMBER)
    with pytest.raises(NotGenuine, match=str(BOB)):
        ring.key_for(BOB, SALT).open(FIELD, sealed)


def test_a_value_moved_to_another_person_does_not_open_even_under_the_same_cipher() -> None:
    ring = ring_of()
    alice, bob = ring.key_for(ALICE, SALT), ring.key_for(BOB, SALT)
    sealed = alice.seal(FIELD, NUMBER)
    bob._ciphers.update(alice._ciphers)
    with pytest.raises(NotGenuine):
        bob.open(FIELD, sealed)


def test_a_value_moved_to_another_field_does_not_open(ring: Keyring) -> None:
    key = ring.key_for(ALICE, SALT)
    with pytest.raises(NotGenuine, match=r"person\.phone"):
        key.open("person.phone", key.seal(FIELD, NUMBER))


def test_a_value_does_not_open_with_another_salt(ring: Keyring) -> None:
    sealed = ring.key_for(ALICE, SALT).seal(FIELD, NUMBER)
    with pytest.raises(NotGenuine):
        ring.key_for(ALICE, OTHER_SALT).open(FIELD, sealed)


@pytest.mark.parametrize("gone", [None, b"", memoryview(b"")])
def test_a_person_without_salt_is_erased(ring: Keyring, gone: bytes | None) -> None:
    with pytest.raises(Erased, match="was erased"):
        ring.key_for(ALICE, gone)


def test_a_short_salt_is_refused(ring: Keyring) -> None:
    with pytest.raises(ValueError, match="31 bytes instead of 32"):
        ring.key_for(ALICE, bytes(31))


def test_sealing_twice_gives_two_values(ring: Keyring) -> None:
    key = ring.key_for(ALICE, SALT)
    assert len({key.seal(FIELD, NUMBER) for _ in range(200)}) == 200


def test_the_length_does_not_tell_a_phone_from_an_identity_number(ring: Keyring) -> None:
    key = ring.key_for(ALICE, SALT)
    short = {len(key.seal(FIELD, "9" * n)) for n in range(32)}
    assert short == {64}
    assert len(key.seal(FIELD, "9" * 32)) == 96


def test_nothing_of_the_clear_value_is_in_the_sealed_one(ring: Keyring) -> None:
    assert NUMBER[:6].encode() not in ring.key_for(ALICE, SALT).seal(FIELD, NUMBER)


def test_values_sealed_by_an_earlier_release_still_open() -> None:
    aes = bytes.fromhex(FROZEN["aes"])
    sm = bytes.fromhex(FROZEN["sm"])
    assert ring_of("aes").key_for(ALICE, SALT).open(FIELD, aes) == NUMBER
    assert ring_of("sm").key_for(ALICE, SALT).open(FIELD, sm) == NUMBER


def test_a_value_of_one_suite_is_not_read_as_the_other() -> None:
    with pytest.raises(NotGenuine):
        ring_of("sm").key_for(ALICE, SALT).open(FIELD, bytes.fromhex(FROZEN["aes"]))


class TestMasters:
    def test_an_unknown_master_is_named(self, ring: Keyring) -> None:
        sealed = ring_of(ring.suite, masters=2).key_for(ALICE, SALT).seal(FIELD, NUMBER)
        with pytest.raises(KeyMissing, match="master key 2 is not in the keys file, which holds 1"):
            ring.key_for(ALICE, SALT).open(FIELD, sealed)

    def test_old_values_open_after_a_rotation_and_new_ones_carry_the_new_version(
        self, path: Path
    ) -> None:
        old = Keyring.create(path).key_for(ALICE, SALT).seal(FIELD, NUMBER)
        Keyring.add_master(path)
        ring = Keyring.read(path)
        key = ring.key_for(ALICE, SALT)
        assert (ring.versions, ring.current) == ((1, 2), 2)
        assert key.open(FIELD, old) == NUMBER
        assert sealed_version(old) == 1
        assert sealed_version(key.seal(FIELD, NUMBER)) == 2

    def test_resealing_brings_a_value_to_the_current_master_once(self, path: Path) -> None:
        old = Keyring.create(path).key_for(ALICE, SALT).seal(FIELD, NUMBER)
        key = Keyring.add_master(path).key_for(ALICE, SALT)
        new = key.reseal(FIELD, old)
        assert sealed_version(new) == 2
        assert key.open(FIELD, new) == NUMBER
        assert key.reseal(FIELD, new) == new

    def test_resealing_finds_a_changed_value(self, ring: Keyring) -> None:
        key = ring.key_for(ALICE, SALT)
        sealed = key.seal(FIELD, NUMBER)
        with pytest.raises(NotGenuine):
            key.reseal(FIELD, sealed[:-1] + bytes([sealed[-1] ^ 1]))

    def test_a_rotation_can_change_the_suite_and_leaves_the_index_as_it_was(
        self, path: Path
    ) -> None:
        before = Keyring.create(path, suite="aes")
        old = before.key_for(ALICE, SALT).seal(FIELD, NUMBER)
        after = Keyring.add_master(path, suite="sm")
        key = after.key_for(ALICE, SALT)
        assert (before.suite, after.suite) == ("aes", "sm")
        assert key.open(FIELD, old) == key.open(FIELD, key.reseal(FIELD, old)) == NUMBER
        assert after.index("identity", NUMBER) == before.index("identity", NUMBER)
        assert Keyring.add_master(path).suite == "sm"

    def test_a_value_whose_version_was_altered_does_not_open_under_the_other_master(self) -> None:
        key = ring_of(masters=2).key_for(ALICE, SALT)
        sealed = key.seal(FIELD, NUMBER)
        with pytest.raises(NotGenuine):
            key.open(FIELD, sealed[:3] + b"\x01" + sealed[4:])

    def test_fingerprints_tell_keys_files_apart_and_stay(self, tmp_path: Path) -> None:
        one = Keyring.create(tmp_path / "one.toml")
        two = Keyring.create(tmp_path / "two.toml")
        assert one.fingerprint(1) == Keyring.read(tmp_path / "one.toml").fingerprint(1)
        assert one.fingerprint(1) != two.fingerprint(1)
        with pytest.raises(KeyMissing):
            one.fingerprint(2)

    def test_keys_kept_in_memory_are_bounded_and_can_be_dropped(self) -> None:
        ring = ring_of()
        for number in range(5000):
            ring.key_for(UUID(int=number), SALT)
        assert ring._subject_key.cache_info().currsize == 4096
        ring.forget()
        assert ring._subject_key.cache_info().currsize == 0


class TestIndex:
    def test_the_same_number_is_found_however_it_is_written(self, ring: Keyring) -> None:
        written = [
            NUMBER,
            " 110105 19491231 002x ",
            "１１０１０５１９４９１２３１００２Ｘ",
            "'" + NUMBER,
        ]
        assert len({ring.index("identity", text) for text in written}) == 1

    def test_a_phone_is_found_with_and_without_the_country(self, ring: Keyring) -> None:
        written = ["13800138000", "+86 138-0013-8000", "0086 13800138000", "86 138 0013 8000"]
        assert len({ring.index("phone", text) for text in written}) == 1

    def test_kinds_of_number_have_different_indexes(self, ring: Keyring) -> None:
        assert ring.index("identity", "12345678") != ring.index("phone", "12345678")
        assert ring.index("identity", "1234") != ring.index_tail("identity", "1234")

    def test_an_index_has_sixteen_bytes_and_depends_on_the_key(self, path: Path) -> None:
        one = Keyring.create(path).index("identity", NUMBER)
        two = ring_of().index("identity", NUMBER)
        assert (len(one), one == two) == (16, False)

    def test_indexes_stay_over_releases(self) -> None:
        assert ring_of("aes").index("identity", NUMBER).hex() == FROZEN["aes index"]
        assert ring_of("sm").index("identity", NUMBER).hex() == FROZEN["sm index"]

    def test_an_ending_is_found_in_either_case(self, ring: Keyring) -> None:
        assert ring.index_tail("identity", "002x") == ring.index_tail("identity", "002X")

    @pytest.mark.parametrize("tail", ["", "02X", "1002X"])
    def test_an_ending_has_four_characters(self, ring: Keyring, tail: str) -> None:
        with pytest.raises(ValueError, match="four characters"):
            ring.index_tail("identity", tail)

    @pytest.mark.parametrize("blank", ["", "  ", "-"])
    def test_a_blank_has_no_index(self, ring: Keyring, blank: str) -> None:
        with pytest.raises(ValueError, match="blank identity"):
            ring.index("identity", blank)


class TestKeysFile:
    def test_a_created_file_is_read_back_and_open_to_nobody_else(self, path: Path) -> None:
        written = Keyring.create(path, suite="sm")
        read = Keyring.read(path)
        assert path.stat().st_mode & 0o777 == 0o600
        assert read.suite == "sm"
        assert read.fingerprint(1) == written.fingerprint(1)
        assert read.index("phone", "110") == written.index("phone", "110")

    def test_a_file_is_never_written_over(self, path: Path) -> None:
        first = Keyring.create(path).fingerprint(1)
        with pytest.raises(KeysFileError, match="exists already"):
            Keyring.create(path)
        assert Keyring.read(path).fingerprint(1) == first

    @pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o620, 0o601])
    def test_a_file_open_to_others_is_refused_with_the_remedy(self, path: Path, mode: int) -> None:
        Keyring.create(path)
        path.chmod(mode)
        with pytest.raises(KeysFileError, match=rf"mode {mode:04o}.*chmod 600"):
            Keyring.read(path)
        with pytest.raises(KeysFileError, match="chmod 600"):
            Keyring.add_master(path)

    def test_a_file_that_only_its_owner_reads_is_accepted(self, path: Path) -> None:
        Keyring.create(path)
        path.chmod(0o400)
        assert Keyring.read(path).current == 1

    def test_a_rotated_file_stays_closed_and_leaves_nothing_beside_it(self, path: Path) -> None:
        Keyring.create(path)
        Keyring.add_master(path)
        assert path.stat().st_mode & 0o777 == 0o600
        assert os.listdir(path.parent) == [path.name]

    def test_a_second_change_at_the_same_time_is_refused(self, path: Path) -> None:
        Keyring.create(path)

        def grow_while_another_tries(old: Contents) -> Contents:
            with pytest.raises(KeysFileError, match="another change of keys is under way"):
                Keyring.add_master(path)
            return old

        keys_file.change(path, grow_while_another_tries)
        assert Keyring.add_master(path).versions == (1, 2)

    def test_a_change_that_fails_leaves_the_old_file(self, path: Path) -> None:
        Keyring.create(path)

        def fail(old: Contents) -> Contents:
            raise RuntimeError("no more randomness")

        with pytest.raises(RuntimeError):
            keys_file.change(path, fail)
        assert os.listdir(path.parent) == [path.name]
        assert Keyring.add_master(path).versions == (1, 2)

    def test_the_last_version_is_the_last(self, path: Path) -> None:
        last = Contents({0xFFFF: Secret("aes", bytes(32))}, 0xFFFF, Secret("aes", bytes(32)))
        keys_file.write_new(path, last)
        with pytest.raises(KeysFileError, match="the last there can be"):
            Keyring.add_master(path)

    def test_a_missing_file_says_so(self, tmp_path: Path) -> None:
        with pytest.raises(KeysFileError, match="no such keys file"):
            Keyring.read(tmp_path / "nowhere.toml")
        with pytest.raises(KeysFileError, match="no such keys file"):
            Keyring.add_master(tmp_path / "nowhere.toml")

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"format": 2}, "format is 2; this program reads 1"),
            ({"current": 3}, r"current is 3; there are masters \[1\]"),
            ({"current": True}, "current is True"),
            ({"masters": {}}, "current is 1; there are masters"),
            ({"masters": 1}, r"\[masters.1\]"),
            ({"colour": "red"}, "'colour'; the words are format"),
            ({"index": None}, "index must be a table"),
            ({"index": {"suite": "aes"}}, "index lacks secret"),
            ({"index": {"suite": "des", "secret": ""}}, "'des'; it can be 'aes' or 'sm'"),
            ({"index": {"suite": "aes", "secret": "AAAA"}}, "32 bytes written in base64"),
            ({"index": {"suite": "aes", "secret": "?"}}, "32 bytes written in base64"),
            ({"index": {"suite": "aes", "secret": "!" + "A" * 43 + "="}}, "written in base64"),
            ({"index": {"suite": "aes", "secret": 7}}, "32 bytes written in base64"),
            ({"masters": {"0": {}}}, "masters.0: a version is a number from 1 to 65535"),
            ({"masters": {"one": {}}}, "masters.one: a version is a number"),
        ],
    )
    def test_what_is_wrong_in_it_is_named(
        self, tmp_path: Path, change: dict[str, object], message: str
    ) -> None:
        path = tmp_path / "keys.json"
        Keyring.create(path)
        path.write_text(json.dumps(json.loads(path.read_text()) | change))
        with pytest.raises(KeysFileError, match=message) as caught:
            Keyring.read(path)
        assert str(path) in str(caught.value)

    def test_a_broken_file_is_named_and_nothing_of_it_shown(self, path: Path) -> None:
        Keyring.create(path)
        text = path.read_text()
        secret = base64.b64encode(keys_file.read(path).index.value).decode()
        path.write_text(text.replace(secret, secret + '"'))
        with pytest.raises(KeysFileError, match="not readable: .* line") as caught:
            Keyring.read(path)
        assert secret[:8] not in str(caught.value)

    def test_secrets_do_not_show_in_what_is_printed(self, path: Path) -> None:
        ring = Keyring.create(path)
        contents = keys_file.read(path)
        shown = repr([ring, ring.key_for(ALICE, SALT), contents, contents.index])
        for value in (contents.masters[1].value, contents.index.value, SALT):
            assert repr(value)[2:10] not in shown
        assert "value" not in [f.name for f in dataclasses.fields(Secret) if f.repr]


def test_a_new_salt_is_new() -> None:
    assert len({new_salt() for _ in range(100)}) == 100
    assert len(new_salt()) == 32
