"""Strict reading of the environment: exact messages, no silent defaults."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment, celery_broker_url, development_secret, storage_backend


@pytest.mark.parametrize(
    ("word", "expected"),
    [("1", True), ("Yes", True), ("on", True), ("0", False), ("FALSE", False), ("", True)],
)
def test_flag_understands_words(word, expected):
    assert Environment({"DEBUG": word}).flag("DEBUG", default=True) is expected


def test_flag_refuses_other_words():
    with pytest.raises(ImproperlyConfigured, match=r"^DEBUG is 'maybe'; say 1 or 0\.$"):
        Environment({"DEBUG": "maybe"}).flag("DEBUG")


@pytest.mark.parametrize("raw", ["-1", "1.5", "many", "0"])
def test_number_refuses_what_is_not_a_number_in_range(raw):
    with pytest.raises(ImproperlyConfigured) as error:
        Environment({"LIMIT": raw}).number("LIMIT", 5, least=1)
    assert str(error.value) == f"LIMIT is {raw!r}; it must be a whole number from 1."


def test_number_falls_back_to_its_default():
    assert Environment({"LIMIT": " "}).number("LIMIT", 5) == 5


def test_words_are_split_and_trimmed():
    environment = Environment({"ALLOWED_HOSTS": "a.example, b.example ,"})
    assert environment.words("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_unknown_environment_is_refused():
    with pytest.raises(ImproperlyConfigured) as error:
        _ = Environment({"DJANGO_ENV": "staging"}).name
    assert str(error.value) == (
        "DJANGO_ENV is 'staging'; it must be one of development, production, test."
    )


def test_required_in_production_is_optional_elsewhere():
    assert Environment({}).required_in_production("SECRET_KEY") == ""
    with pytest.raises(ImproperlyConfigured) as error:
        Environment({"DJANGO_ENV": "production"}).required_in_production("SECRET_KEY")
    assert str(error.value) == "DJANGO_ENV=production needs SECRET_KEY; it is not set."


def test_development_secret_is_made_once_and_private(tmp_path: Path):
    folder = tmp_path / "data"
    secret = development_secret(folder)
    assert len(secret) > 50
    assert development_secret(folder) == secret
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("unix:///tmp/v.sock?db=3", "redis+socket:///tmp/v.sock?virtual_host=3"),
        ("unix:///tmp/v.sock", "redis+socket:///tmp/v.sock?virtual_host=0"),
        ("redis://:secret@host:6379/1", "redis://:secret@host:6379/1"),
    ],
)
def test_broker_url_is_the_same_server_in_celerys_spelling(url, expected):
    assert celery_broker_url(url) == expected


def test_broker_url_refuses_other_servers():
    with pytest.raises(ImproperlyConfigured, match=r"^REDIS_URL must start with"):
        celery_broker_url("amqp://host")


def test_storage_is_a_local_folder(tmp_path: Path):
    def folder_of(url: str, default: Path) -> Path:
        backend = storage_backend(url, default)
        assert backend["BACKEND"] == "django.core.files.storage.FileSystemStorage"
        return Path(backend["OPTIONS"]["location"])

    assert folder_of("", tmp_path) == tmp_path
    assert folder_of(f"file://{tmp_path}/a", Path("/")) == tmp_path / "a"
    assert folder_of(f"{tmp_path}/b", Path("/")) == tmp_path / "b"


def test_storage_is_a_bucket(tmp_path: Path):
    url = "s3://bucket/folder?region=eu-north-1"
    assert storage_backend(url, tmp_path) == {
        "BACKEND": "config.arrow_storage.ArrowStorage",
        "OPTIONS": {"url": url},
    }


@pytest.mark.parametrize("url", ["ftp://host/path", "s3:///path"])
def test_storage_refuses_what_it_cannot_write_to(url: str, tmp_path: Path):
    with pytest.raises(ImproperlyConfigured, match=r"^EXPORT_STORAGE_URL names "):
        storage_backend(url, tmp_path)
