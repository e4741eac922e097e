"""Production without a secret or a service does not start, and says why in one line."""

import pytest

from tests.config.processes import run

COMPLETE = {
    "DJANGO_ENV": "production",
    "SECRET_KEY": "not-a-secret-but-long-enough-for-a-test-of-the-settings",
    "ALLOWED_HOSTS": "example.org",
    "DATABASE_URL": "postgres://someone:hidden@127.0.0.1:1/variorum",
    "REDIS_URL": "redis://:hidden@127.0.0.1:1/0",
}
START = {
    "manage.py": ("manage.py", "check"),
    "web server": ("-c", "import config.wsgi"),
    "worker": ("-m", "celery", "-A", "config.celery", "worker"),
    "supervisor": ("-m", "config.launch", "run", "--port", "18765"),
}


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"])
def test_manage_names_what_is_missing(missing, tmp_path):
    values = {key: value for key, value in COMPLETE.items() if key != missing}
    done = run("manage.py", "check", VARIORUM_DATA_DIR=str(tmp_path), **values)
    assert done.returncode == 3
    assert done.stderr == (
        f"Variorum does not start: DJANGO_ENV=production needs {missing}; it is not set.\n"
    )


@pytest.mark.parametrize("process", ["web server", "worker", "supervisor"])
def test_every_process_refuses_in_one_line(process, tmp_path):
    done = run(*START[process], VARIORUM_DATA_DIR=str(tmp_path), DJANGO_ENV="production")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("Variorum does not start: DJANGO_ENV=production needs ")


def test_production_starts_no_embedded_services(tmp_path):
    done = run("manage.py", "check", VARIORUM_DATA_DIR=str(tmp_path), **COMPLETE)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "postgres").exists()
