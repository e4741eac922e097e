"""The Celery application that workers and beat run."""

import os
from typing import Any

from celery import Celery
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.heartbeat import Heartbeat
from config.refusal import refuse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

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
