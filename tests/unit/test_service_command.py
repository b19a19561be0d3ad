"""`aioutlet service` says what it cannot do without, before it does anything."""

import pytest
from typer.testing import CliRunner

from aioutlet.cli import app
from aioutlet.services import SERVICES
from aioutlet.terminal import CANNOT
from tests.unit.test_compose import COMPOSE

SECRETS = {"AIOUTLET_TOKEN_SECRET": "t" * 32, "AIOUTLET_MASTER_KEY": "m" * 32}


@pytest.fixture(autouse=True)
def _as_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines go where the tests want them, and nothing is said by the environment."""
    monkeypatch.setattr("edge.logging.configure", lambda *_, **__: None)
    for name in (
        "AIOUTLET_STORE",
        "AIOUTLET_DOCUMENTS",
        "AIOUTLET_BROKER",
        "AIOUTLET_COMMAND_URL",
        "AIOUTLET_QUERY_URL",
        *SECRETS,
    ):
        monkeypatch.delenv(name, raising=False)


def test_a_service_there_is_not_is_answered_with_those_there_are() -> None:
    told = CliRunner().invoke(app, ["service", "tills"])
    assert told.exit_code == CANNOT
    assert all(name in told.output for name in SERVICES)


@pytest.mark.parametrize("missing", SECRETS)
def test_no_service_starts_without_the_secrets_that_all_share(missing: str) -> None:
    given = {name: value for name, value in SECRETS.items() if name != missing}
    told = CliRunner().invoke(app, ["service", "saga"], env=given)
    assert (told.exit_code, told.output.split(":")[0]) == (CANNOT, missing)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"bff"}))
def test_who_works_on_the_log_must_be_told_where_it_is(name: str) -> None:
    told = CliRunner().invoke(app, ["service", name], env=SECRETS)
    assert (told.exit_code, told.output.split(":")[0]) == (CANNOT, "AIOUTLET_STORE")


def test_the_browsers_door_needs_both_apis_and_no_master_key() -> None:
    token = {"AIOUTLET_TOKEN_SECRET": "t" * 32}
    for given, missing in (
        ({}, "AIOUTLET_TOKEN_SECRET"),
        (token, "AIOUTLET_COMMAND_URL"),
        (token | {"AIOUTLET_COMMAND_URL": "http://commands:8000"}, "AIOUTLET_QUERY_URL"),
    ):
        told = CliRunner().invoke(app, ["service", "bff"], env=given)
        assert (told.exit_code, told.output.split(":")[0]) == (CANNOT, missing)


@pytest.mark.parametrize("name", ["query-api", "command-api"])
def test_who_answers_from_documents_or_counts_in_them_must_be_told_where_they_are(name: str, database: str) -> None:
    told = CliRunner().invoke(app, ["service", name], env=SECRETS | {"AIOUTLET_STORE": database})
    assert (told.exit_code, told.output.split(":")[0]) == (CANNOT, "AIOUTLET_DOCUMENTS")


@pytest.mark.parametrize(
    ("given", "missing"),
    [({}, "AIOUTLET_DOCUMENTS"), ({"AIOUTLET_DOCUMENTS": "mongodb://127.0.0.1:1/x"}, "AIOUTLET_STORE")],
)
def test_documents_are_compared_with_the_log_only_where_both_are_named(given: dict[str, str], missing: str) -> None:
    told = CliRunner().invoke(app, ["projections", "reset"], env=given)
    assert (told.exit_code, told.output.split(":")[0]) == (CANNOT, missing)


def test_compose_starts_every_service_and_no_other() -> None:
    commands = [container.get("command", []) for container in COMPOSE["services"].values()]
    assert {command[1] for command in commands if command[:1] == ["service"]} == set(SERVICES)
