"""Everything that the services keep on PostgreSQL, brought up to date."""

import event_store.postgres.schema
import identity.postgres.schema


def migrate(url: str) -> int:
    """Apply the steps that the event store and the identity store miss, and return how many.

    Raises:
        Unavailable: The database does not answer, or refuses a step.
    """
    return event_store.postgres.schema.migrate(url) + identity.postgres.schema.migrate(url)
