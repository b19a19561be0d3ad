"""Heads are signed as C2SP's notes are, and no bit of one can be another."""

import hashlib
from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from history.proof.key_ring import KeyRing
from history.proof.signed_note import NoteSigner, NoteVerifier, text_of
from history.proof.tree_head import TreeDamaged, TreeHead, origin_of
from history.verifier import verify_log

SIGNER = NoteSigner(b"a secret that is 32 characters !", origin_of("0123abcd"))
HEAD = TreeHead("aioutlet/0123abcd", 42, hashlib.sha256(b"").digest())
NOTE = SIGNER.sign(HEAD.text)
NEXT = NoteSigner(b"the second secret of this signer", HEAD.origin).verifier.key
HANDOVER = SIGNER.sign(TreeHead(HEAD.origin, 43, HEAD.root, NEXT).text)


def test_a_head_is_written_as_the_checkpoint_of_a_transparency_log() -> None:
    assert HEAD.text == "aioutlet/0123abcd\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    assert TreeHead.of_text(HEAD.text) == HEAD


def test_a_note_is_signed_as_its_specification_says() -> None:
    text, _, signature = NOTE.rpartition("\n\n")
    words = signature.removesuffix("\n").split(" ")
    assert (text + "\n", words[:2]) == (HEAD.text, ["\u2014", HEAD.origin])
    name, key_hash, encoded = SIGNER.verifier.key.split("+", 2)
    public, signed = b64decode(encoded), b64decode(words[2])
    assert (name, public[:1]) == (HEAD.origin, b"\x01")
    assert key_hash == signed[:4].hex() == hashlib.sha256(f"{name}\n".encode() + public).digest()[:4].hex()
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(signed[4:], HEAD.text.encode())


def test_the_key_as_text_verifies_and_another_does_not() -> None:
    assert NoteVerifier.of_key(SIGNER.verifier.key).open(NOTE) == HEAD.text == text_of(NOTE)
    for other in (NoteSigner(b"another secret of 32 characters!", HEAD.origin), NoteSigner(b"x" * 32, "aioutlet/f")):
        with pytest.raises(TreeDamaged, match="is not signed by"):
            other.verifier.open(NOTE)


def test_the_same_secret_signs_alike() -> None:
    again = NoteSigner(b"a secret that is 32 characters !", HEAD.origin)
    assert (again.sign(HEAD.text), again.verifier.key) == (NOTE, SIGNER.verifier.key)


@pytest.mark.parametrize("whole", [NOTE, HANDOVER], ids=["head", "handover"])
@given(data=st.data())
def test_any_bit_changed_in_a_note_is_noticed(whole: str, data: st.DataObject) -> None:
    changed, bit = bytearray(whole.encode()), data.draw(st.integers(0, len(whole.encode()) * 8 - 1))
    changed[bit // 8] ^= 1 << bit % 8
    note = changed.decode(errors="replace")
    with pytest.raises(TreeDamaged):
        SIGNER.verifier.open(note)
    with pytest.raises((verify_log.Wrong, ValueError)):
        verify_log.Key(SIGNER.verifier.key).open(note)


def test_the_key_that_a_head_names_is_known_once_a_known_key_has_signed_it() -> None:
    ring, keys = KeyRing([SIGNER.verifier]), verify_log.Keys(SIGNER.verifier.key)
    forged = NoteSigner(b"another secret of 32 characters!", HEAD.origin)
    for open_note, wrong in ((ring.open, TreeDamaged), (keys.open, verify_log.Wrong)):
        with pytest.raises(wrong):
            open_note(forged.sign(TreeHead(HEAD.origin, 43, HEAD.root, NEXT).text))
    assert (ring.keys, list(keys.known)) == ([SIGNER.verifier.key], [SIGNER.verifier.key])
    assert (ring.open(HANDOVER).next_key, keys.open(HANDOVER)) == (NEXT, (43, HEAD.root))
    assert ring.keys == list(keys.known) == [SIGNER.verifier.key, NEXT]


@given(st.integers(0, len(SIGNER.verifier.key) * 8 - 1))
def test_any_bit_changed_in_a_key_is_noticed(bit: int) -> None:
    changed = bytearray(SIGNER.verifier.key.encode())
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(TreeDamaged):
        NoteVerifier.of_key(changed.decode(errors="replace"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "aioutlet/0123abcd\n42\n",
        HEAD.text + "\n",
        HEAD.text.replace("42", "042"),
        HEAD.text.replace("42", "-1"),
        HEAD.text.replace("aioutlet/0123abcd", "aioutlet +"),
        HEAD.text.replace("SuFU=", "SuFV="),
        HEAD.text.replace("47DE", b64encode(b"4").decode()),
    ],
)
def test_what_is_no_head_is_not_read_as_one(text: str) -> None:
    with pytest.raises(TreeDamaged):
        TreeHead.of_text(text)
