"""`docker-compose.yml` and `Dockerfile`, read as they stand: no Docker is needed to see what is wrong in them."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from typer.testing import CliRunner

import aioutlet.services
from aioutlet.cli import app
from aioutlet.settings import Settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = [line for line in (ROOT / ".env.example").read_text().splitlines() if line]
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
WORKERS = (
    "command-api", "query-api", "relay", "saga", "payment", "inventory", "shipping", "accounts", "notification",
    "deadlines", "projectors", "signer",
)  # fmt: skip
SERVICES = (*WORKERS, "bff")
JOBS = ("migrate", "topics")
PARTS = ("proxy", "postgres", "kafka", "mongo", "mailpit")
PINNED = re.compile(r"^[\w./-]+:v?\d+(\.\d+){1,2}[\w.-]*$")


def filled(text: str) -> str:
    """What Compose makes of it, with every secret said and nothing else."""
    said = re.sub(r"\$\{\w+:\?[^}]*}", "0123456789abcdef" * 4, text)
    return re.sub(r"\$\{\w+:-([^}]*)}", r"\1", said)


def read_strictly(text: str) -> None:
    PyCompose.from_json(json.dumps(yaml.safe_load(filled(text)))).validate()


def test_the_file_is_what_the_compose_specification_allows() -> None:
    read_strictly(TEXT)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("stop_grace_period: 30s", "stop_grace_perod: 30s"),
        ("stop_grace_period: 30s", "stop_grace_period: soon"),
        ("restart: unless-stopped", "restart: sometimes"),
        ("condition: service_healthy", "condition: healthy"),
        ("networks: [front, outside]", "networks: [front, inside]"),
        ("source: caddyfile", "source: caddy"),
    ],
)
def test_what_the_specification_does_not_allow_is_noticed(right: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_strictly(TEXT.replace(right, wrong, 1))


def test_compose_itself_accepts_the_file_where_it_is_installed(tmp_path: Path) -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run((docker, "compose", "version"), check=False, capture_output=True).returncode:
        pytest.skip("needs Docker's Compose plugin, without a daemon")
    said = re.sub(r"=$", "=" + "0123456789abcdef" * 4, (ROOT / ".env.example").read_text(), flags=re.MULTILINE)
    (tmp_path / "env").write_text(said)
    command = (docker, "compose", "--env-file", str(tmp_path / "env"), "-f", str(ROOT / "docker-compose.yml"))
    done = subprocess.run((*command, "config", "--quiet"), check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def names_of(node: yaml.Node) -> Iterator[list[str]]:
    """The keys of every mapping, as they are written: reading would keep the last of two that are equal."""
    if isinstance(node, yaml.MappingNode):
        yield [key.value for key, _ in node.value if key.value != "<<"]
        for _, value in node.value:
            yield from names_of(value)


def test_nothing_is_said_twice() -> None:
    document = yaml.compose(TEXT, Loader=yaml.SafeLoader)
    assert document
    assert [names for names in names_of(document) if len(names) != len(set(names))] == []
    assert len(EXAMPLE) == len(set(EXAMPLE))


def test_whatever_may_be_said_stands_in_the_example_as_it_is_by_default() -> None:
    defaults = set(re.findall(r"\$\{(\w+):-([^}]*)}", TEXT))
    assert {f"# {name}={value}" for name, value in defaults} == {line for line in EXAMPLE if re.match(r"# \w+=", line)}


def test_every_service_job_and_part_is_there_and_nothing_else() -> None:
    assert set(CONTAINERS) == {*SERVICES, *JOBS, *PARTS}
    assert set(SERVICES) == set(aioutlet.services.SERVICES)


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_image_is_pinned_to_a_release(name: str) -> None:
    assert PINNED.match(CONTAINERS[name]["image"])


@pytest.mark.parametrize("name", sorted(set(CONTAINERS) - set(JOBS)))
def test_every_container_that_stays_says_whether_it_is_well_and_comes_back_when_it_falls(name: str) -> None:
    check = CONTAINERS[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= check.keys()
    assert CONTAINERS[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", JOBS)
def test_a_job_runs_once(name: str) -> None:
    assert CONTAINERS[name]["restart"] == "no"


@pytest.mark.parametrize("name", CONTAINERS)
def test_nothing_stands_in_the_way_of_a_second_container_of_the_same_service(name: str) -> None:
    assert "container_name" not in CONTAINERS[name]
    assert "hostname" not in CONTAINERS[name]
    assert "ports" not in CONTAINERS[name] or name == "proxy"


def test_the_proxy_is_reached_from_this_machine_alone() -> None:
    assert all(port.startswith("127.0.0.1:") for port in CONTAINERS["proxy"]["ports"])


@pytest.mark.parametrize("name", CONTAINERS)
def test_whoever_waits_for_another_says_for_what_and_for_something_it_can_become(name: str) -> None:
    for other, wish in CONTAINERS[name].get("depends_on", {}).items():
        wanted = "service_completed_successfully" if other in JOBS else "service_healthy"
        assert wish == {"condition": wanted}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_started_by_its_own_name(name: str) -> None:
    assert CONTAINERS[name]["command"] == ["service", name]


def test_the_browsers_door_is_given_nothing_with_which_to_reach_what_is_kept() -> None:
    door = CONTAINERS["bff"]
    assert door["networks"] == ["front"]
    assert {"AIOUTLET_STORE", "AIOUTLET_DOCUMENTS", "AIOUTLET_BROKER", "AIOUTLET_MASTER_KEY"}.isdisjoint(
        door["environment"]
    )
    assert door["depends_on"].keys() == {"command-api", "query-api"}


@pytest.mark.parametrize("name", WORKERS)
def test_every_other_service_is_started_once_tables_and_topics_are_there(name: str) -> None:
    assert {"migrate", "topics", "mongo"} <= CONTAINERS[name]["depends_on"].keys()


@pytest.mark.parametrize("name", JOBS)
def test_every_job_is_a_command_that_exists(name: str) -> None:
    assert CONTAINERS[name]["command"] == [name]
    assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0


@pytest.mark.parametrize("name", [*SERVICES, *JOBS])
def test_our_own_containers_can_neither_write_to_their_image_nor_gain_rights(name: str) -> None:
    ours = CONTAINERS[name]
    assert (ours["read_only"], ours["cap_drop"]) == (True, ["ALL"])
    assert ours["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", sorted(set(CONTAINERS) - {"proxy"}))
def test_nobody_but_the_proxy_has_a_way_out(name: str) -> None:
    assert all(COMPOSE["networks"][network] == {"internal": True} for network in CONTAINERS[name]["networks"])


def test_every_volume_is_declared() -> None:
    used = {volume.partition(":")[0] for each in CONTAINERS.values() for volume in each.get("volumes", ())}
    assert used == COMPOSE["volumes"].keys()


def test_no_secret_stands_in_the_file_and_every_one_is_asked_for() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?see \.env\.example}", TEXT))
    example = (ROOT / ".env.example").read_text()
    assert asked == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))
    assert all(value.startswith("${") for name, value in _environment() if "PASSWORD" in name or "SECRET" in name)


def _environment() -> list[tuple[str, str]]:
    return [(name, str(value)) for each in CONTAINERS.values() for name, value in each.get("environment", {}).items()]


def test_the_settings_we_know_accept_what_compose_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CONTAINERS["saga"]["environment"].items():
        monkeypatch.setenv(name, filled(str(value)))
    settings = Settings()
    assert (settings.bootstrap, settings.partitions, settings.host) == ("kafka:9092", 12, "0.0.0.0")
    assert str(settings.store).endswith("@postgres:5432/aioutlet")
    assert (settings.smtp, settings.public_origin) == ("smtp://mailpit:1025", "http://localhost:4000")
    assert settings.mail_from == "AIOutlet <shop@aioutlet.example>"


def test_the_browsers_door_has_the_settings_it_cannot_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CONTAINERS["bff"]["environment"].items():
        monkeypatch.setenv(name, filled(str(value)))
    settings = Settings()
    assert (settings.command_url, settings.query_url) == ("http://command-api:8000", "http://query-api:8001")
    assert (settings.bff_port, settings.host) == (4000, "0.0.0.0")
    assert settings.token_secret


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_knows_to_which_it_reports_what_it_refuses(name: str) -> None:
    assert CONTAINERS[name]["environment"]["AIOUTLET_COMMAND_URL"] == "http://command-api:8000"


@pytest.mark.parametrize("name", ["command-api", "query-api", "bff"])
def test_every_door_believes_the_networks_of_compose_which_address_a_request_comes_from(name: str) -> None:
    believed = CONTAINERS[name]["environment"]["AIOUTLET_PROXIES"].split(",")
    assert any(ip_address("172.18.0.2") in ip_network(network) for network in believed)


def test_the_proxy_leads_to_services_that_exist_and_asks_anew_who_there_is() -> None:
    caddyfile = COMPOSE["configs"]["caddyfile"]["content"]
    assert set(re.findall(r"dynamic a ([\w-]+) \d+", caddyfile)) == {"bff", "command-api", "query-api"}


def test_the_image_is_pinned_runs_as_nobody_in_particular_and_takes_only_what_the_lock_names() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert bases
    assert all(re.fullmatch(r"python:3\.11\.\d+-slim-\w+", base) for base in bases)
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001$", final, re.MULTILINE)
    installs = [run for run in re.split(r"&&|^RUN", DOCKERFILE, flags=re.MULTILINE) if "-r /requirements" in run]
    assert len(installs) == 3
    assert all("--require-hashes" in run for run in installs)


def test_every_folder_of_the_shop_is_sent_to_the_image() -> None:
    sent = (ROOT / ".dockerignore").read_text().splitlines()
    copied = {line.removeprefix("!") for line in sent if line.startswith("!")}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert packages <= copied


def test_the_image_carries_the_site_that_was_built_in_it() -> None:
    sent = (ROOT / ".dockerignore").read_text().splitlines()
    assert {"!web", "web/node_modules", "bff/web/dist"} <= set(sent)
    build = DOCKERFILE.partition("AS build")[2].partition("\nFROM ")[0]
    assert build.index("COPY --from=web /src/bff/web/dist bff/web/dist") < build.index("--no-build-isolation .")
