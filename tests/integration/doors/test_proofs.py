"""Proofs at the query door and the BFF: whoever asks can verify them without the shop."""

import json
from pathlib import Path
from typing import Any

import pytest

from history.proof.signed_log import SignedLog
from history.proof.tree_folder import TreeFolder
from history.proof.verification import proves_consistency
from history.verifier.verify_log import main
from tests.browser import Browser
from tests.integration.doors.counter import Counter, who
from tests.integration.doors.reader import Reader
from tests.integration.doors.test_streams_of_browsers import Shop, shop
from tests.signing import sign

__all__ = ["shop"]
AUDITOR = who("amy", "auditor", kind="customer")


@pytest.fixture
async def tree(counter: Counter, reader: Reader, tmp_path: Path) -> TreeFolder:
    """The second place of the log of an order, which the reader answers from."""
    await counter.place("k")
    place = TreeFolder(tmp_path / "tree")
    await sign(counter.store, place)
    reader.app.state.signed_log = SignedLog(counter.store, place)
    return place


async def told(reader: Reader, path: str, **asked: object) -> Any:
    return await reader.told(f"/audit{path}", params=asked, headers=AUDITOR)


async def test_the_newest_head_is_answered_with_its_note(reader: Reader, counter: Counter, tree: TreeFolder) -> None:
    head = await told(reader, "/proofs/head")
    assert (head["size"], head["note"], head["key"]) == (await counter.store.head(), tree.newest_head(), tree.keys()[0])
    assert head["origin"] == f"aioutlet/{await counter.store.log_id()}"


async def test_every_event_is_proved_by_its_position_and_by_its_id(
    reader: Reader, counter: Counter, tree: TreeFolder, tmp_path: Path
) -> None:
    for row in await counter.store.log(0):
        proof = await told(reader, f"/proofs/events/{row.position}")
        assert await told(reader, f"/proofs/event-ids/{json.loads(row.state)['id']}") == proof
        (tmp_path / "proof.json").write_text(json.dumps(proof))
        assert main([tree.keys()[0], str(tmp_path / "proof.json")]) == 0


async def test_growth_is_proved(reader: Reader, counter: Counter, tree: TreeFolder) -> None:
    before = await told(reader, "/proofs/head")
    await counter.place("another")
    await sign(counter.store, tree)
    proof = await told(reader, "/proofs/growth", old=before["size"])
    assert (proof["oldRoot"], proof["newRoot"]) == (before["root"], proof["head"]["root"])
    roots = (bytes.fromhex(proof["oldRoot"]), bytes.fromhex(proof["newRoot"]))
    hashes = [bytes.fromhex(each) for each in proof["hashes"]]
    assert proves_consistency(proof["oldSize"], proof["newSize"], *roots, hashes)


async def test_events_are_compared_with_the_second_place(reader: Reader, counter: Counter, tree: TreeFolder) -> None:
    found = await told(reader, "/verify")
    assert (found["first"], found["last"], found["differing"]) == (1, await counter.store.head(), [])
    path = tree._folder / "hashes-0"
    leaves = bytearray(path.read_bytes())
    leaves[40] ^= 1
    path.write_bytes(leaves)
    assert (await told(reader, "/verify"))["differing"] == [2]
    assert (await told(reader, "/verify", first=1, limit=1))["differing"] == []


async def test_what_cannot_be_proved_is_refused(reader: Reader, counter: Counter, tree: TreeFolder) -> None:
    size = await counter.store.head()
    await counter.place("unsigned")
    head = await counter.store.head()
    for status, code, path, asked in (
        (503, "unavailable", f"/proofs/events/{head}", {}),
        (404, "not_found", f"/proofs/events/{head + 1}", {}),
        (404, "not_found", "/proofs/event-ids/019a0000-0000-7000-8000-000000000000", {}),
        (404, "not_found", "/proofs/event-ids/ffffffff-ffff-7fff-bfff-ffffffffffff", {}),
        (422, "invalid", "/proofs/event-ids/x y", {}),
        (422, "invalid", "/proofs/growth", {"old": size + 1}),
        (422, "invalid", "/proofs/growth", {"old": 2, "new": 1}),
        (422, "invalid", "/verify", {"limit": 1_001}),
    ):
        await reader.refused(status, code, f"/audit{path}", params=asked)
    for name in ("hashes-0", "heads"):
        (tree._folder / name).unlink()
        await reader.refused(503, "unavailable", "/audit/proofs/events/1")


async def test_without_a_second_place_nothing_is_answered(reader: Reader) -> None:
    await reader.refused(503, "unavailable", "/audit/proofs/head")


async def test_an_auditors_browser_is_answered_the_same(shop: Shop, tmp_path: Path) -> None:
    person = {"email": "amy@example.org", "firstName": "A", "lastName": "B", "password": "correct horse battery staple"}
    await shop.counter.done("POST", "/users", 201, json=person | {"roles": ["auditor"]})
    amy: Browser = await shop.log_in("amy")
    place = TreeFolder(tmp_path / "tree")
    size = await sign(shop.counter.store, place)
    shop.reader.app.state.signed_log = SignedLog(shop.counter.store, place)
    head = await amy.get("/bff/audit/proofs/head")
    assert (head["size"], head["note"]) == (size, place.newest_head())
    proof = await amy.get("/bff/audit/proofs/events/1")
    assert (proof["position"], proof["head"]) == (1, head)
    row = json.loads((await shop.counter.store.log(0, limit=1))[0].state)
    assert await amy.get(f"/bff/audit/proofs/event-ids/{row['id']}") == proof
    assert (await amy.get("/bff/audit/proofs/growth", params={"old": "1"}))["newSize"] == size
    assert (await amy.get("/bff/audit/verify", params={"limit": "2"}))["last"] == 2
    await amy.refused(422, "invalid", "GET", "/bff/audit/proofs/growth", params={"old": str(size + 1)})
