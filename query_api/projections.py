"""The versions of read models: which there are, which is read, how far each is behind, and what is being built."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from query_api.context import QueryContext
from schemas.documents import (
    CHECKPOINTS,
    READ_MODELS,
    REBUILDS,
    VIEWS,
    Document,
    View,
    checkpoint_id,
    topic_partition_of_checkpoint,
)
from schemas.read_models import ReadModelList, ReadModelListed, ReadModelVersion, RebuildProgress, VersionState
from schemas.topics import TopicPartition

Positions = Mapping[TopicPartition, int]
Marks = Mapping[str, Positions]
UNBUILT: Document = {
    "rebuild": 0,
    "state": VersionState.VERIFIED.value,
    "comparedAt": None,
    "documents": None,
    "differences": None,
    "shown": [],
}
"""What is known of a version that was never rebuilt, while nothing has happened to its view."""


async def list_read_models(context: QueryContext, head: int, published: Positions) -> ReadModelList:
    """Return all read models; `published` says up to where each partition of the log is relayed."""
    database = context.database
    titles = [view.title for view in VIEWS]
    pointers = {each["_id"]: each async for each in database[READ_MODELS].find({"_id": {"$in": titles}})}
    known = _versions_of(pointers)
    names = [view.name for view in known]
    rebuilds = {each["_id"]: each async for each in database[REBUILDS].find({"_id": {"$in": names}})}
    marks = await _read_marks(context, known)
    items = []
    for view in VIEWS:
        pointer = pointers.get(view.title)
        if pointer is None or pointer["form"] != view.form:
            pointer = {"current": 0, "previous": None, "versions": [UNBUILT]}
        versions = [
            _describe(view.version(each["rebuild"]), each, pointer, marks, published, rebuilds)
            for each in pointer["versions"]
        ]
        versions.sort(key=lambda version: (not version.is_current, -version.rebuild))
        items.append(ReadModelListed(view=view.title, form=view.form, topic=view.topic, versions=versions))
    return ReadModelList(head=head, at=datetime.now(UTC), items=items)


def _describe(
    view: View,
    version: Document,
    pointer: Document,
    marks: Marks,
    published: Positions,
    rebuilds: Mapping[str, Document],
) -> ReadModelVersion:
    is_building = version["state"] == VersionState.BUILDING
    return ReadModelVersion(
        rebuild=view.rebuild,
        name=view.name,
        state=version["state"],
        is_current=view.rebuild == pointer["current"],
        is_previous=view.rebuild == pointer["previous"],
        documents=version["documents"],
        behind=None if is_building else _behind(view, marks.get(view.name, {}), published),
        compared_at=version["comparedAt"],
        differences=version["differences"],
        shown=version["shown"],
        progress=_progress(rebuilds.get(view.name)) if is_building else None,
    )


def _versions_of(pointers: Mapping[str, Document]) -> list[View]:
    """Return all versions of all views."""
    return [
        view.version(version["rebuild"])
        for view in VIEWS
        for version in pointers.get(view.title, {"versions": [UNBUILT]})["versions"]
    ]


def _progress(said: Document | None) -> RebuildProgress | None:
    """Return how far a rebuild is, as whoever has claimed it says."""
    if said is None:
        return None
    position, head, rate = said.get("position", 0), said.get("head", 0), said.get("eventsPerSecond", 0.0)
    return RebuildProgress(
        phase=said["phase"],
        position=position,
        head=head,
        events_per_second=rate,
        seconds_left=round((head - position) / rate, 1) if rate else None,
    )


def _behind(view: View, written: Positions, published: Positions) -> int:
    gaps = (last - written.get(partition, 0) for partition, last in published.items() if partition.topic == view.topic)
    return max(0, *gaps, 0)


async def _read_marks(context: QueryContext, versions: Iterable[View]) -> Marks:
    numbers = range(context.partitions)
    ids = [checkpoint_id(view.name, TopicPartition(view.topic, number)) for view in versions for number in numbers]
    marks: dict[str, dict[TopicPartition, int]] = {}
    async for document in context.database[CHECKPOINTS].find({"_id": {"$in": ids}}):
        view, partition = topic_partition_of_checkpoint(document)
        marks.setdefault(view, {})[partition] = document["position"]
    return marks
