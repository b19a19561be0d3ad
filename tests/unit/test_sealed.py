"""The wire form of a personal field never changes."""

import pytest
from pydantic import ValidationError

from schemas.sealed import Sealed

GOLDEN = '{"sealed":1,"subject":"019c6a00-1111","key":"dev","nonce":"AAECAwQFBgcICQoL","text":"c2VhbGVk-_"}'
OPEN = {"subject": "019c6a00-1111", "key": "dev", "nonce": "AAECAwQFBgcICQoL", "text": "c2VhbGVk-_"}


def test_the_wire_form_never_changes() -> None:
    assert Sealed.model_validate(OPEN).model_dump_json() == GOLDEN
    assert Sealed.model_validate_json(GOLDEN) == Sealed.model_validate(OPEN)


@pytest.mark.parametrize(
    "change",
    [
        {"sealed": 2},
        {"text": ""},
        {"text": "in the clear, with spaces"},
        {"text": "padded=="},
        {"text": "standard+/"},
        {"text": "A" * 16_385},
        {"nonce": ""},
        {"subject": ""},
        {"key": ""},
    ],
    ids=str,
)
def test_plaintext_or_another_form_is_invalid(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Sealed.model_validate({**OPEN, **change})


@pytest.mark.parametrize("missing", OPEN)
def test_every_field_is_required(missing: str) -> None:
    with pytest.raises(ValidationError):
        Sealed.model_validate({name: held for name, held in OPEN.items() if name != missing})
