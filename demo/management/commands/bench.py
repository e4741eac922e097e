"""manage.py bench: measure an installation of its own against limits of the same run."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Measure serving, planning and imports; `manage.py bench --help` lists the options."

    def run_from_argv(self, argv: list[str]) -> None:
        # Settings are read by now and lead to the data of people: another process, another folder.
        if not (settings.BASE_DIR / "bench").is_dir():
            raise SystemExit("The benchmarks are not part of this installation.")
        os.execv(sys.executable, [sys.executable, "-m", "bench", *argv[2:]])  # noqa: S606

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError("Run this from the command line.")
