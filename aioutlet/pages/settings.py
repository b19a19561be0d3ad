"""The page of settings."""

from aioutlet.pages.markdown import code, page, sentence, table
from aioutlet.pages.shapes import Schema, default, in_words
from aioutlet.settings import Settings

LEAD = """\
Settings are environment variables, read once at start. One that is wrong stops the start and is named."""


def settings_page() -> str:
    """Every setting there is."""
    rows = [_row(name, schema) for name, schema in Settings.model_json_schema()["properties"].items()]
    return page("Settings", LEAD, table(("variable", "is", "if not set", "means"), rows))


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"{Settings.model_config.get('env_prefix', '')}{name}".upper()


def _row(name: str, schema: Schema) -> tuple[str, str, str, str]:
    return code(variable(name)), in_words(schema), default(schema), sentence(schema.get("description"))
