"""The pointers to the versions that queries are answered from; they follow from the events of `READ_MODELS_STREAM`."""

from collections.abc import Sequence
from dataclasses import replace

from projectors.document_io import Database
from projectors.read_model import ReadModel
from schemas.documents import READ_MODELS, Document, View


async def save_pointers(database: Database, pointers: Sequence[Document]) -> None:
    """Store these pointers where they differ; each is replaced at once, so that nobody reads half of it."""
    stored = {each["_id"]: each async for each in database[READ_MODELS].find()}
    for pointer in pointers:
        if stored.get(pointer["_id"]) != pointer:
            await database[READ_MODELS].replace_one({"_id": pointer["_id"]}, pointer, upsert=True)


async def current_view(database: Database, view: View) -> View:
    """Return the version of a view that queries are answered from."""
    return _pointed_to(view, await database[READ_MODELS].find_one({"_id": view.title}))


async def current_models(database: Database, models: Sequence[ReadModel]) -> list[ReadModel]:
    """Return these models with the views that queries are answered from."""
    pointers = {each["_id"]: each async for each in database[READ_MODELS].find()}
    return [replace(model, view=_pointed_to(model.view, pointers.get(model.view.title))) for model in models]


def _pointed_to(view: View, pointer: Document | None) -> View:
    """Return the version that a pointer names; one of another form is of another release."""
    return view.version(pointer["current"]) if pointer and pointer["form"] == view.form else view


def with_version(model: ReadModel, rebuild: int) -> ReadModel:
    """Return a model as one of its rebuilds."""
    return replace(model, view=model.view.version(rebuild))
