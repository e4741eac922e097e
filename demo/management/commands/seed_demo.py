"""manage.py seed_demo"""

from typing import Any

from django.core.management.base import BaseCommand

from demo.installation import seed_demo


class Command(BaseCommand):
    help = "Set up the demo accounts, campaigns and judgments that are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in seed_demo() or ["The demo is in place."]:
            self.stdout.write(line)
