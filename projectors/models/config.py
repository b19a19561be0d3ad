"""One document per change of the configuration: the value that a key has since, who set it, and why."""

from typing import Any, cast

from projectors.read_model import ReadModel
from projectors.timestamps import occurred_at
from schemas.config import ConfigChanged
from schemas.documents import CONFIG_VIEW, Document, config_document_id
from schemas.envelope import Envelope


def project(document: Document | None, _: Any, envelope: Envelope) -> Document | None:
    if document is not None:
        return document
    event = cast(ConfigChanged, envelope.event)
    return {
        "key": event.key.value,
        "version": event.version,
        "value": event.new,
        "by": event.by,
        "reason": event.reason,
        "changedAt": occurred_at(envelope),
    }


def _document_id(envelope: Envelope) -> str:
    event = cast(ConfigChanged, envelope.event)
    return config_document_id(event.key, event.version)


CONFIG = ReadModel(
    view=CONFIG_VIEW,
    types=frozenset({"config.changed"}),
    touches=lambda envelope: ((_document_id(envelope), None),),
    project=project,
    indexes=((("key", 1), ("version", -1)),),
)
