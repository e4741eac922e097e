"""The Celery application that workers and beat run."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_init
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.heartbeat import Heartbeat
from config.orphans import watch_supervisor
from config.refusal import refuse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

JOBS_NICENESS = 19
AUTOGROUP = Path("/proc/self/autogroup")

app = Celery("variorum")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(Heartbeat)


@app.on_configure.connect
def refuse_wrong_settings(**_: Any) -> None:
    """Workers and beat meet the settings here first, and should not print a traceback."""
    try:
        bool(settings.INSTALLED_APPS)
    except ImproperlyConfigured as error:
        refuse(error)


@worker_init.connect
def end_with_the_supervisor(**_: Any) -> None:
    watch_supervisor()


@worker_init.connect
def let_people_go_first(**_: Any) -> None:
    """Jobs take the CPU that requests leave over where both run on one machine."""
    os.nice(JOBS_NICENESS)
    # Linux may weigh whole sessions against each other, and the worker leads its own.
    with suppress(OSError):
        AUTOGROUP.write_text(str(JOBS_NICENESS))
