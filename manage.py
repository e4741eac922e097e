#!/usr/bin/env python
"""Django's command line; without services of one's own it runs on the embedded ones."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from config.embedded.services import EmbeddedServiceError, embedded_services, missing_services
from config.environment import Environment, data_dir
from config.refusal import refuse

# These touch neither database nor broker, and should not wait for them.
COMMANDS_WITHOUT_SERVICES = {
    "bench",  # brings its own
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "spectacular",
    "startapp",
    "version",
}


def needs_services(arguments: list[str]) -> bool:
    """Whether a command line does work for which the services must run."""
    if not arguments or {"--help", "-h", "--version"} & set(arguments):
        return False
    return arguments[0] not in COMMANDS_WITHOUT_SERVICES or "--database" in arguments


@contextmanager
def services_for(arguments: list[str]) -> Iterator[None]:
    """Run the embedded services for the length of a command, where it needs them."""
    environment = Environment(os.environ)
    missing = missing_services(os.environ, data_dir(environment))
    if environment.is_production or not missing or not needs_services(arguments):
        yield
        return
    with embedded_services(data_dir(environment), missing) as urls:
        # Also for child processes, such as the one that `runserver` starts again on every change.
        os.environ.update(urls)
        yield


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        with services_for(sys.argv[1:]):
            execute_from_command_line(sys.argv)
    except (EmbeddedServiceError, ImproperlyConfigured) as error:
        refuse(error)


if __name__ == "__main__":
    main()
