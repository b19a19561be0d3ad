"""Builds the reference page of settings."""

from aioutlet.pages.json_schema import Schema, default, describe
from aioutlet.pages.markdown import code, page, sentence, table
from aioutlet.settings import Settings

LEAD = """\
Settings are environment variables, read once at start. An invalid one stops the start with a message that names it."""


def settings_page() -> str:
    """Return the page of all settings."""
    rows = [_row(name, schema) for name, schema in Settings.model_json_schema()["properties"].items()]
    return page("Settings", LEAD, table(("variable", "is", "if not set", "means"), rows))


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"{Settings.model_config.get('env_prefix', '')}{name}".upper()


def _row(name: str, schema: Schema) -> tuple[str, str, str, str]:
    return code(variable(name)), describe(schema), default(schema), sentence(schema.get("description"))
