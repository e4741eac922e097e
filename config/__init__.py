"""Composition of the installation: settings, URLs, processes. Nothing imports it but the processes."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
