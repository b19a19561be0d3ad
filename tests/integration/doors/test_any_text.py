"""Any text that Unicode calls printable survives from a product's name to its page."""

import re
import unicodedata
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.text import BLANK, IGNORABLE
from tests.integration.doors.counter import LAMP, Counter
from tests.integration.doors.reader import Reader
from tests.texts import SCRIPTS, Form

PRINTABLE = st.characters(exclude_categories=["C", "Z"], include_characters=" ")
"""As `str.isprintable` has it: no control, no format character, no space but the one."""
INVISIBLE = re.compile(f"[ {IGNORABLE}{BLANK}]*")
NAMES = st.one_of(
    st.text(PRINTABLE, min_size=1, max_size=60),
    st.text(st.sampled_from("".join(SCRIPTS.values())), min_size=1, max_size=30),
    st.sampled_from([*SCRIPTS.values()]),
).filter(lambda name: not INVISIBLE.fullmatch(name))
"""Names of anything, of letters of many scripts, and real ones."""

FORMS: list[Form] = ["NFC", "NFD"]
_numbers = count()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(NAMES, min_size=1, max_size=12, unique=True), form=st.sampled_from(FORMS))
async def test_any_printable_text_survives_from_name_to_page(
    bare: Counter, reader: Reader, names: list[str], form: Form
) -> None:
    products = {f"p-{next(_numbers)}": unicodedata.normalize(form, name) for name in names}
    before = await bare.store.head()
    await bare.stock(*(LAMP | {"productId": product_id, "name": name} for product_id, name in products.items()))
    events = await bare.log(after=before)
    await reader.sees(events)
    for event, (product_id, name) in zip(events, products.items(), strict=True):
        shown = unicodedata.normalize("NFC", name).strip()
        assert event.event.model_dump()["name"] == shown
        assert (await reader.told(f"/products/{product_id}"))["name"] == shown
        found = await reader.told("/products", params={"q": name, "sort": "newest", "limit": 200})
        assert (product_id, shown) in {(each["productId"], each["name"]) for each in found["items"]}
