"""Strict reading of the process environment: a value is right, or the process does not start."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("development", "production", "test")
TRUE_WORDS = ("1", "true", "yes", "on")
FALSE_WORDS = ("0", "false", "no", "off")


@dataclass(frozen=True)
class Environment:
    """Typed access to environment variables; an error names the variable and what it may hold."""

    values: Mapping[str, str]

    @property
    def name(self) -> str:
        name = self.values.get("DJANGO_ENV", "development")
        if name not in ENVIRONMENTS:
            raise ImproperlyConfigured(
                f"DJANGO_ENV is {name!r}; it must be one of {', '.join(ENVIRONMENTS)}."
            )
        return name

    @property
    def is_production(self) -> bool:
        return self.name == "production"

    def text(self, key: str, default: str = "") -> str:
        return self.values.get(key, "").strip() or default

    def flag(self, key: str, default: bool = False) -> bool:
        word = self.text(key).lower()
        if not word:
            return default
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        raise ImproperlyConfigured(f"{key} is {word!r}; say 1 or 0.")

    def number(self, key: str, default: int, *, least: int = 0) -> int:
        raw = self.text(key)
        if not raw:
            return default
        if not raw.isdigit() or int(raw) < least:
            raise ImproperlyConfigured(f"{key} is {raw!r}; it must be a whole number from {least}.")
        return int(raw)

    def words(self, key: str, default: tuple[str, ...] = ()) -> list[str]:
        raw = self.text(key)
        return [word.strip() for word in raw.split(",") if word.strip()] if raw else list(default)

    def required_in_production(self, key: str) -> str:
        """The value, or "" outside production where the caller has a first-run default."""
        value = self.text(key)
        if not value and self.is_production:
            raise ImproperlyConfigured(f"DJANGO_ENV=production needs {key}; it is not set.")
        return value


def data_dir(environment: Environment) -> Path:
    """Where an installation without external services keeps its data."""
    return Path(environment.text("VARIORUM_DATA_DIR") or BASE_DIR / ".data").resolve()


def development_secret(folder: Path) -> str:
    """A secret made once for this data folder, so that sign-ins outlast a restart."""
    path = folder / "secret_key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of several processes starting at once one writes, the others read.
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text().strip()


def storage_backend(url: str, default: Path) -> dict[str, Any]:
    """Django's storage for what EXPORT_STORAGE_URL names: a folder, or a bucket (`s3://…`)."""
    parts = urlsplit(url)
    if parts.scheme == "s3" and parts.netloc:
        return {"BACKEND": "config.arrow_storage.ArrowStorage", "OPTIONS": {"url": url}}
    if parts.scheme not in ("", "file"):
        raise ImproperlyConfigured(
            f"EXPORT_STORAGE_URL names {parts.scheme}://, which this version cannot write to; "
            "give the path of a folder that every process shares, or s3://bucket/folder."
        )
    folder = Path(parts.path or url).resolve() if url else default
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(folder)},
    }


def celery_broker_url(redis_url: str) -> str:
    """The same server in Celery's spelling: `unix://` sockets are `redis+socket://` there."""
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        database = parse_qs(parts.query).get("db", ["0"])[0]
        return f"redis+socket://{parts.path}?virtual_host={database}"
    if parts.scheme in ("redis", "rediss"):
        return redis_url
    raise ImproperlyConfigured("REDIS_URL must start with redis://, rediss:// or unix://.")
