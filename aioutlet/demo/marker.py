"""The text of the file that says that the demo catalogue is loaded: into which log, and up to which of its events."""

from event_store.reading import EventReader


async def describe_log(log: EventReader) -> str:
    """Return the identity of a log, its last position and the event there."""
    head = await log.head()
    return f"{await log.log_id()} {head} {(await log.event_ids({head})).get(head, '')}"


async def is_of_log(described: str, log: EventReader) -> bool:
    """Whether this log is the one that was described, and has not been put back to an older state since."""
    match described.split():
        case [log_id, position, event_id] if position.isdecimal() and log_id == await log.log_id():
            return (await log.event_ids({int(position)})).get(int(position)) == event_id
        case _:
            return False
