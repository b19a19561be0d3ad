"""Bugs of the event store, of topics and of the documents."""

from schemas.topics import ORDERS, STOCK, by_stream
from tests.simulation.faults import Kind
from tests.simulation.mutants.mutant import Change, Entry, Mutant

MUTANTS = (
    Mutant(
        "an append ignores the version it expects",
        "design.md, rule 2",
        (
            Change(
                "event_store.conflicts",
                "_check",
                "if conflicting:\n        return VersionConflict(conflicting)",
                "if False:\n        pass",
            ),
        ),
    ),
    Mutant(
        "timers are not written with their events",
        "design.md, rule 2",
        (Change("event_store.unit_of_work", "UnitOfWork.request", "timers=tuple(self._timers.values()),", ""),),
    ),
    Mutant(
        "the idempotency record is not written with the events",
        "design.md, rule 3",
        (Change("event_store.unit_of_work", "UnitOfWork.request", "idempotency=idempotency,", ""),),
    ),
    Mutant(
        "a new order is drawn for every repeat of a request",
        "design.md, G8",
        (
            Change(
                "command_api.context",
                "CommandRequest.new_id",
                "self.key.names if self.key else (self.cause.id,)",
                "(self.cause.id,)",
            ),
            Change(
                "command_api.idempotency",
                "IdempotentReply.commit",
                "if self._key else None\n    claimed",
                "if False else None\n    claimed",
            ),
            Change("command_api.idempotency", "IdempotentReply.__aenter__", "if self._key:", "if False:"),
            Change(
                "command_api.idempotency",
                "IdempotentReply.__aexit__",
                "if self._key is None or not self._is_first:",
                "if True:",
            ),
        ),
    ),
    Mutant(
        "answers of stock are not published on the order's key",
        "design.md, rule 4: an event two processes need is published on both keys",
        (Entry("schemas.topics", "ROUTES", "inventory.reserved", (by_stream(STOCK),)),),
    ),
    Mutant(
        "a dispatch is not told to the warehouse",
        "design.md, rule 4: an event two processes need is published on both keys",
        (Entry("schemas.topics", "ROUTES", "shipping.dispatched", (by_stream(ORDERS),)),),
    ),
    Mutant(
        "a reply that is sent again names another position",
        "design.md, rule 3: the first answer again",
        (
            Change(
                "command_api.idempotency",
                "IdempotencyStore.recorded",
                'await self.store.position_of(reply["streamId"], reply["version"])',
                "await self.store.head() + 1",
            ),
        ),
    ),
    Mutant(
        "an older event changes a document",
        "design.md, rule 9",
        (
            Change(
                "projectors.folding",
                "_fold_document",
                'touch[1].position > stored["position"]',
                'touch[1].position >= stored["position"]',
            ),
        ),
    ),
    Mutant(
        "a stale writer replaces a newer document",
        "design.md, rule 9",
        (
            Change(
                "projectors.document_io",
                "_guarded_write",
                '{"_id": key, "position": {"$lt": folded.positions[key]}}',
                '{"_id": key}',
            ),
        ),
        setup=Kind.TWO_WRITERS,
    ),
    Mutant(
        "a document that another writer has inserted is not replaced",
        "facts.md: duplicate key when the guard fails on upsert",
        (Change("projectors.document_io", "save", "for index in duplicates]", "for index in duplicates[:0]]"),),
        setup=Kind.TWO_WRITERS,
    ),
    Mutant(
        "the checkpoint of a view is saved before its documents",
        "design.md, rule 5: projectors after the batch",
        (
            Change(
                "projectors.projection",
                "Projection._handle",
                "await gather_all(",
                "await self._save(CHECKPOINTS, list(wanted), partition, at)\n    await gather_all(",
            ),
        ),
    ),
    Mutant(
        "counts are written after the documents",
        "facts.md: single-document atomicity only",
        (
            Change(
                "projectors.writer",
                "write",
                "await _write_tallies(",
                "await cache.save(collection, folded)\n        await _write_tallies(",
            ),
        ),
    ),
    Mutant(
        "counts of another writer are not read",
        "found by this simulation",
        (Change("projectors.writer", "write", "cache.forget(TALLIES, TOTALS)", "pass"),),
        setup=Kind.TWO_WRITERS,
    ),
    Mutant(
        "documents in memory are kept when a write has failed",
        "design.md, rule 9",
        (
            Change("projectors.writer", "write", "cache.clear()", "pass"),
            Change("projectors.projection", "Projection.checkpoints", "self._cache.clear()", "pass"),
            Change(
                "projectors.document_cache",
                "DocumentCache.save",
                "await self._saves.ask(collection, folded)\n        self.put(collection, folded.documents)",
                "self.put(collection, folded.documents)\n        await self._saves.ask(collection, folded)",
            ),
        ),
    ),
)
