"""Bugs of the relay, of subscriptions and of processors: what is delivered, and what is done about it."""

from tests.simulation.faults import Kind
from tests.simulation.mutants.mutant import Change, Mutant

MUTANTS = (
    Mutant(
        "the relay saves its checkpoint before it sends",
        "design.md, rule 5",
        (
            Change(
                "streams.relay",
                "Relay._publish",
                "await page.batch.send()",
                "await self._save_checkpoints(page.position, page.heads)\n    await page.batch.send()",
            ),
        ),
    ),
    Mutant(
        "the relay goes on behind a page that was not sent",
        "design.md, G3",
        (
            Change(
                "streams.relay",
                "Relay._publish",
                "await page.batch.send()",
                "self._position, self._event_id = page.position, page.event_id\n    await page.batch.send()",
            ),
        ),
    ),
    Mutant(
        "the relay forgets the heads of its partitions when it starts",
        "design.md, rule 5",
        (Change("streams.relay", "Relay._load_checkpoints", "self._heads = heads", "self._heads = {}"),),
    ),
    Mutant(
        "messages do not name the position before theirs",
        "design.md, rule 5",
        (Change("streams.relay", "Relay._pack", "heads.get(partition, 0)", "0"),),
    ),
    Mutant(
        "the log is not polled for what other processes append",
        "facts.md: a tail needs a poll fallback",
        (Change("event_store.tail", "Tail._poll_head", "self.advance(head)", "pass"),),
    ),
    Mutant(
        "the relay does not say how far it has published a partition",
        "design.md, rule 5",
        (
            Change(
                "streams.relay",
                "Relay._save_checkpoints",
                "{**page.heads, WHOLE_LOG: page.position}",
                "{WHOLE_LOG: page.position}",
            ),
        ),
    ),
    Mutant(
        "a gap is not filled",
        "design.md, rule 5",
        (
            Change(
                "subscriptions.catch_up",
                "CatchUpSubscription._split_at_gaps",
                "if message.previous > position:",
                "if False:",
            ),
        ),
    ),
    Mutant(
        "a partition that stands still is not read from the store",
        "design.md, rule 5: a lost broker",
        (Change("subscriptions.catch_up", "CatchUpSubscription.reconcile", "await self._catch_up(stalled)", "pass"),),
    ),
    Mutant(
        "a full page is taken for the last one",
        "design.md, rule 5",
        (
            Change(
                "subscriptions.catch_up",
                "CatchUpSubscription._catch_up",
                "is_full = len(page) == PAGE",
                "is_full = False",
            ),
        ),
    ),
    Mutant(
        "two batches of a partition are handled at once",
        "measures.md: missing lock",
        (Change("subscriptions.catch_up", "CatchUpSubscription.receive", "async with self._lock:", "if True:"),),
    ),
    Mutant(
        "the checkpoint is saved before the effect",
        "style.md: effects before checkpoint",
        (
            Change(
                "streams.processor",
                "Processor._handle_messages",
                "now = self._clock()",
                "now = self._clock()\n"
                "    done = (Checkpoint(self.consumer, partition, position),)\n"
                "    await self._store.append(AppendRequest(checkpoints=done))",
            ),
        ),
    ),
    Mutant(
        "the checkpoint is not in the append of the results",
        "design.md, rule 2",
        (
            Change(
                "streams.processor",
                "Processor._process_once",
                "await unit.commit(checkpoints=checkpoints)",
                "await unit.commit()",
            ),
            Change(
                "streams.processor",
                "Processor._is_due",
                "position > saved.position and",
                "position > saved.position and False and",
            ),
        ),
    ),
    Mutant(
        "positions without messages for a processor are not saved",
        "design.md, rule 5",
        (Change("streams.processor", "Processor._is_due", "position > saved.position and", "False and"),),
    ),
    Mutant(
        "an exception gets out of an agent",
        "facts.md: an exception inside an agent acknowledges the message",
        (
            Change(
                "streams.processor",
                "Processor._process",
                "failures = await self._isolate(triggers, error)",
                "raise",
            ),
        ),
    ),
    Mutant(
        "a message that fails is skipped",
        "design.md, rule 8",
        (Change("streams.processor", "Processor._process", "[*rows, *failed]", "rows"),),
    ),
    Mutant(
        "parked messages are not tried again",
        "design.md, rule 8",
        (Change("streams.agents", "Agent._maintain", "await self.processor.retry_parked(positions.keys())", "pass"),),
    ),
    Mutant(
        "parked messages are forgotten at a restart",
        "design.md, rule 8",
        (
            Change("streams.processor", "Processor.checkpoints", "await self._parked.load(self._clock())", "pass"),
            Change("streams.processor", "Processor.retry_parked", "await self._parked.load_new(self._clock())", "pass"),
        ),
    ),
    Mutant(
        "a parked message is not removed once it is handled",
        "design.md, rule 8",
        (Change("streams.processor", "Processor._process_once", "unit.unpark(done)", "pass"),),
    ),
    Mutant(
        "a store that does not answer is taken for an answer",
        "facts.md: a lost acknowledgement",
        (
            Change(
                "subscriptions.retry",
                "RetryPolicy.run",
                'log.warning("waiting"',
                'return None\n                log.warning("waiting"',
            ),
        ),
    ),
    Mutant(
        "a state in memory is believed although others have appended",
        "design.md, rule 6: a cache guarded by the expected version",
        (Change("event_store.unit_of_work", "UnitOfWork.is_outdated", "return bool(outdated)", "return False"),),
        setup=Kind.TWO_WORKERS,
    ),
    Mutant(
        "after a conflict it is decided again on the same state",
        "design.md, rule 6: on conflict reload and decide again",
        (Change("event_store.unit_of_work", "UnitOfWork._on_conflict", "self.forget_cached()", "pass"),),
    ),
    Mutant(
        "a refusal on an old state is believed",
        "design.md, rule 6: a cache guarded by the expected version",
        (Change("streams.processor", "Processor._process_once", "if unit.forget_cached():", "if False:"),),
        setup=Kind.TWO_WORKERS,
    ),
    Mutant(
        "the events of one message share an id",
        "design.md, rule 6: deterministic message ids",
        (Change("schemas.envelope", "wrap_events", "str(recorded + index)", "str(index)"),),
    ),
    Mutant(
        "the state within a batch is that before it",
        "design.md, rule 6: a batch one after another on in-memory state",
        (
            Change(
                "event_store.unit_of_work",
                "LoadedStream.state",
                "self._state = self.decider.fold(self._unfolded, self._state)",
                "return self._state",
            ),
        ),
    ),
)
