import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.sealing import Sealer
from schemas.errors import Poison
from schemas.sealed import Sealed

SEALER = Sealer(b"a master key of the tests, 32 byt")


@given(st.text(max_size=500))
def test_open_returns_what_was_sealed(text: str) -> None:
    sealed = SEALER.seal("bob", text)
    assert SEALER.open(Sealed.model_validate_json(sealed.model_dump_json())) == text


def test_sealing_twice_gives_different_ciphertexts() -> None:
    first, second = SEALER.seal("bob", "12 High Street"), SEALER.seal("bob", "12 High Street")
    assert first.text != second.text
    assert first.nonce != second.nonce


def test_nothing_of_the_text_is_in_the_sealed_form() -> None:
    assert "High" not in SEALER.seal("bob", "12 High Street").model_dump_json()


def test_a_field_cannot_be_moved_to_another_person() -> None:
    with pytest.raises(Poison):
        SEALER.open(SEALER.seal("bob", "12 High Street").model_copy(update={"subject": "ann"}))


@pytest.mark.parametrize("field", ["text", "nonce"])
def test_a_changed_field_does_not_open(field: str) -> None:
    sealed = SEALER.seal("bob", "12 High Street")
    value = getattr(sealed, field)
    changed = ("A" if value[0] != "A" else "B") + value[1:]
    with pytest.raises(Poison):
        SEALER.open(sealed.model_copy(update={field: changed}))


@pytest.mark.parametrize("text", ["A", "AAAA", "A" * 21])
def test_invalid_ciphertext_does_not_open(text: str) -> None:
    with pytest.raises(Poison):
        SEALER.open(SEALER.seal("bob", "x").model_copy(update={"text": text}))


def test_an_unknown_key_opens_nothing() -> None:
    with pytest.raises(Poison, match="no key"):
        SEALER.open(SEALER.seal("bob", "x").model_copy(update={"key": "lost"}))


def test_another_master_key_opens_nothing() -> None:
    with pytest.raises(Poison):
        Sealer(b"another master key of the tests, ok").open(SEALER.seal("bob", "x"))


def test_fingerprints_are_equal_for_equal_bytes_only() -> None:
    assert SEALER.fingerprint(b"a") == SEALER.fingerprint(b"a")
    assert SEALER.fingerprint(b"a") != SEALER.fingerprint(b"b")
    assert SEALER.fingerprint(b"a") != Sealer(b"another master key of the tests, ok").fingerprint(b"a")


def test_a_short_master_key_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(b"short")


def test_keys_are_cached_for_seconds_and_for_a_limited_number_of_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    now, derived = [100.0], list[str]()
    sealer = Sealer(b"a master key of the tests, 32 byt")
    monkeypatch.setattr("identity.sealing.monotonic", lambda: now[0])
    monkeypatch.setattr("identity.sealing.MAX_CACHED_KEYS", 2)
    derive = sealer._derive_key

    def recording(purpose: str) -> bytes:
        derived.append(purpose)
        return derive(purpose)

    monkeypatch.setattr(sealer, "_derive_key", recording)
    for moment, person in (
        (100.0, "ann"),
        (104.9, "ann"),
        (105.0, "ann"),
        (105.0, "bob"),
        (105.0, "eve"),
        (105.0, "ann"),
    ):
        now[0] = moment
        assert sealer.open(sealer.seal(person, "x")) == "x"
    assert [purpose.rpartition(" ")[2] for purpose in derived] == ["ann", "ann", "bob", "eve", "ann"]
