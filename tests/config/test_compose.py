"""The container files agree with themselves and with the documentation; no engine is needed."""

import re

import pytest
import yaml

from config.environment import BASE_DIR

COMPOSE_TEXT = (BASE_DIR / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES = COMPOSE["services"]
DOCUMENTATION = (BASE_DIR / "docs" / "configuration.md").read_text()
CODE = ["config/settings.py", "config/launch.py", "config/environment.py"]


@pytest.mark.parametrize("name", SERVICES)
def test_service_refers_to_what_exists(name):
    service = SERVICES[name]
    volumes = {volume.split(":")[0] for volume in service.get("volumes", [])}
    assert volumes <= set(COMPOSE["volumes"])
    assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
    needs = service.get("depends_on", {})
    assert set(needs) <= set(SERVICES)
    for needed, how in needs.items():
        if how["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[needed]


def test_every_volume_and_network_is_used():
    used = {volume.split(":")[0] for one in SERVICES.values() for volume in one.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])
    networks = {network for service in SERVICES.values() for network in service["networks"]}
    assert networks == set(COMPOSE["networks"])


def test_application_processes_share_storage_and_settings():
    processes = [SERVICES[name] for name in ("web", "worker", "beat", "migrate")]
    assert all("storage:/storage" in process["volumes"] for process in processes)
    assert all(process["environment"] == processes[0]["environment"] for process in processes)


@pytest.mark.parametrize("key", ["SECRET_KEY", "ALLOWED_HOSTS", "POSTGRES_PASSWORD"])
def test_secrets_have_no_default(key):
    assert set(re.findall(rf"\$\{{{key}(..)", COMPOSE_TEXT)) == {":?"}


def test_every_variable_is_documented():
    variables = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE_TEXT))
    variables |= set(SERVICES["web"]["environment"])
    pattern = r"(?:env\.\w+|environment\.\w+|required_in_production|environ\.get)\(\s*\"([A-Z_]+)\""
    for path in CODE:
        variables |= set(re.findall(pattern, (BASE_DIR / path).read_text()))
    missing = {name for name in variables if f"`{name}`" not in DOCUMENTATION}
    assert not missing


def test_dockerfile_copies_what_exists_and_is_sent_to_the_engine():
    ignored = (BASE_DIR / ".dockerignore").read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (BASE_DIR / "Dockerfile").read_text(), re.M)
    for source in " ".join(copied).split():
        assert (BASE_DIR / source).exists(), source
        assert f"!{source.split('/')[0]}\n" in ignored


def test_image_serves_as_an_ordinary_user():
    text = (BASE_DIR / "Dockerfile").read_text()
    assert re.search(r"^USER [1-9]\d*$", text, re.M)
