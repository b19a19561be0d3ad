"""The configuration as the documents have it: what is in force under a key, and every version before."""

from typing import Any

from query_api.context import QueryContext
from schemas.config import CONFIG_VALUES, ConfigKey, ConfigValue
from schemas.documents import CONFIG_VIEW, Document, config_document_id
from schemas.errors import NotFound
from schemas.message import Message


class ConfigVersion(Message):
    """The value of a key in one version; version 0 is what was released, which nobody has set."""

    key: ConfigKey
    version: int
    value: dict[str, Any]
    by: str | None = None
    reason: str | None = None
    changed_at: str | None = None


async def config_in_force(context: QueryContext, key: ConfigKey) -> ConfigVersion:
    """Return the value of a key that is in force."""
    found = context.collection(CONFIG_VIEW).find({"key": {"$eq": key.value}}).sort("version", -1).limit(1)
    documents = await found.to_list()
    return _present(documents[0]) if documents else released_config(context, key)


async def config_version(context: QueryContext, key: ConfigKey, version: int) -> ConfigVersion:
    """Return the value that a key had in one version.

    Raises:
        NotFound: There is no such version.
    """
    if version == 0:
        return released_config(context, key)
    document = await context.find_by_id(CONFIG_VIEW, config_document_id(key, version))
    if document is None:
        raise NotFound(f"there is no version {version} of {key}", key=key, version=version)
    return _present(document)


async def read_config(context: QueryContext, key: ConfigKey) -> ConfigValue:
    """Return the value of a key that is in force, as its own type: `TrendingWeights`, say."""
    return CONFIG_VALUES[key].model_validate((await config_in_force(context, key)).value, extra="ignore")


def released_config(context: QueryContext, key: ConfigKey) -> ConfigVersion:
    """Return version 0 of a key."""
    return ConfigVersion(key=key, version=0, value=context.released[key].model_dump(mode="json"))


def _present(document: Document) -> ConfigVersion:
    names = ("key", "version", "value", "by", "reason", "changedAt")
    return ConfigVersion.model_validate({name: document[name] for name in names})
