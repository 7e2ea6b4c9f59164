"""docker-compose.yml is held against the real command and the real settings: nothing in it is a guess."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Group

from portal.cli import run, secret_files
from portal.cli.commands import main
from portal.demo.directory import CLIENT, REALM, keycloak_realm
from portal.health import CHECKS
from portal.settings import Settings, load
from workers.schedule import QUEUES

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("hilfenetz:")}
ONCE = {"migrate", "seed"}
NEEDED = {
    "migrate": ("owner_database_url", "database_url", "worker_database_url", "auditor_database_url"),
    "seed": ("database_url", "worker_database_url"),
    "web": run.WEB,
    "worker": run.WORK,
    "mail-worker": run.WORK,
    "document-worker": run.WORK,
    "beat": run.WORK,
}
PUBLIC_URL = OURS["web"]["environment"]["PUBLIC_URL"]


def test_all_parts_are_there():
    assert set(SERVICES) == {*NEEDED, "database", "redis", "directory", "mail"}
    assert set(OURS) == set(NEEDED)


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_commands_that_exist(name: str):
    command, *rest = OURS[name]["command"]
    assert isinstance(main, Group)
    assert command in main.commands
    assert not rest or (command, rest[0]) == ("worker", "--queues")


def test_every_queue_is_worked_off_and_what_takes_long_holds_up_nothing_else():
    workers = ("worker", "mail-worker", "document-worker")
    closing, sending, reading = (OURS[name]["command"][2].split(",") for name in workers)
    assert sorted(closing + sending + reading) == sorted(QUEUES)
    assert (sending, reading) == (["mail"], ["documents"])
    assert "mail" not in OURS["worker"].get("depends_on", {})


@pytest.mark.parametrize("name", OURS)
def test_our_services_are_given_settings_that_exist_and_all_they_need(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    service = OURS[name]
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
    for variable, value in service.get("environment", {}).items():
        assert variable.lower() in Settings.model_fields, f"{name}: {variable} is no setting"
        monkeypatch.setenv(variable, value)
    secret_files.write(tmp_path / "all")
    (tmp_path / "given").mkdir()
    for secret in service["secrets"]:
        assert secret in Settings.model_fields, f"{name}: {secret} is no setting"
        (tmp_path / "given" / secret).write_text((tmp_path / "all" / secret).read_text())
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path / "given"))
    load().require(*NEEDED[name])


@pytest.mark.parametrize("name", OURS)
def test_nobody_but_migrate_holds_the_owners_password(name: str):
    assert ("owner_database_url" in OURS[name]["secrets"]) == (name == "migrate")


def test_the_web_never_gets_the_workers_role_and_the_other_way_round():
    assert "worker_database_url" not in OURS["web"]["secrets"]
    assert "database_url" not in OURS["worker"]["secrets"]


@pytest.mark.parametrize("name", SERVICES)
def test_containers_are_hardened(name: str):
    service = SERVICES[name]
    user = str(service["user"]).partition(":")[0]
    assert user.isdigit()
    assert user != "0"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_what_stays_is_checked_for_health(name: str):
    assert {"test", "interval", "timeout", "retries"} <= set(SERVICES[name]["healthcheck"])


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_waited_for_can_be_waited_for(name: str):
    for other, waiting in SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if other in ONCE else "service_healthy"
        assert waiting["condition"] == expected, f"{name} waits for {other}"


def test_health_checks_of_ours_use_commands_and_addresses_that_exist():
    watched = (("worker", "worker"), ("beat", "worker"), ("mail-worker", "versand"), ("document-worker", "dokumente"))
    for name, expected in watched:
        _, command, subcommand, option, part = OURS[name]["healthcheck"]["test"]
        assert (command, subcommand, option, part) == ("hilfenetz", "doctor", "--part", expected)
        assert part in {check.lower() for check in CHECKS}
    assert "--part" in {name for parameter in main.commands["doctor"].params for name in parameter.opts}
    assert "http://127.0.0.1:8000/health/live" in OURS["web"]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("image", [service["image"] for service in SERVICES.values()])
def test_images_are_pinned_and_name_no_host(image: str):
    name, _, tag = image.partition(":")
    assert re.match(r"v?\d+\.\d+", tag), image
    assert "." not in name.split("/")[0], image


def test_base_images_are_pinned_and_name_no_host():
    stages = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(stages) >= 3
    for image in stages:
        name, _, tag = image.partition(":")
        assert re.match(r"\d+\.\d+\.\d+", tag), image
        assert "." not in name.split("/")[0], image


def test_the_image_runs_as_nobody_in_particular():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("USER")] == [f"USER {OURS['web']['user']}"]
    assert 'ENTRYPOINT ["hilfenetz"]' in lines


def test_secrets_are_files_and_no_password_stands_here(tmp_path: Path):
    written = secret_files.write(tmp_path)
    assert {name: entry["file"] for name, entry in COMPOSE["secrets"].items()} == {
        name: f"secrets/{name}" for name in written
    }
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", ())}
    assert used == set(written)
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|TOKEN|KEY", variable):
                assert variable.endswith("_FILE"), f"{name}: {variable}"
            assert not re.search(r"://[^/]*:[^/]*@", str(value)), f"{name}: {variable}"


def test_secret_files_fit_together_and_are_never_overwritten(tmp_path: Path):
    first = {name: (tmp_path / name).read_text() for name in secret_files.write(tmp_path)}
    assert first["owner_password"] in first["owner_database_url"]
    assert first["redis_password"] in first["redis_url"]
    (tmp_path / "owner_database_url").unlink()
    assert secret_files.write(tmp_path) == ["owner_database_url"]
    assert {name: (tmp_path / name).read_text() for name in first} == first


def test_the_directory_is_where_the_portal_looks_for_it():
    environment = SERVICES["directory"]["environment"]
    web = OURS["web"]["environment"]
    assert web["OIDC_ISSUER"] == f"{environment['KC_HOSTNAME']}/realms/{REALM}"
    assert web["OIDC_CLIENT_ID"] == CLIENT
    for service, address in (("directory", environment["KC_HOSTNAME"]), ("web", PUBLIC_URL)):
        host, port = re.fullmatch(r"http://([a-z.]+):(\d+)", address).groups()
        assert host in SERVICES[service]["networks"]["default"]["aliases"]
        assert SERVICES[service]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert environment["KC_HTTP_PORT"] in environment["KC_HOSTNAME"]
    assert {
        environment["PUBLIC_URL"]
        for name in ("worker", "mail-worker", "document-worker", "beat")
        for environment in [OURS[name]["environment"]]
    } == {PUBLIC_URL}


def test_uploaded_files_lie_on_a_volume_of_those_who_keep_and_read_them():
    folder = OURS["web"]["environment"]["STORAGE_URL"].removeprefix("file://")
    for name in ("web", "document-worker"):
        assert f"files:{folder}" in OURS[name]["volumes"]
    assert folder in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_realm_is_the_cast():
    stored = json.loads((ROOT / "portal/demo/realm.json").read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(keycloak_realm("${PUBLIC_URL}"))), "run `make realm`"
    assert SERVICES["directory"]["environment"]["PUBLIC_URL"] == PUBLIC_URL
    for variable in set(re.findall(r"\$\{(\w+)\}", json.dumps(stored))):
        assert variable in json.dumps(SERVICES["directory"]), f"Keycloak does not know {variable}"
