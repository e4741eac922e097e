"""Taking away what lies in storage."""

import logging

from django.core.files.storage import default_storage

logger = logging.getLogger(__name__)


def discard_folder(folder: str) -> None:
    """Remove a folder of storage and all in it. What cannot be removed is only room."""
    try:
        folders, names = default_storage.listdir(folder)
        for name in names:
            default_storage.delete(f"{folder}/{name}")
        for inner in folders:
            discard_folder(f"{folder}/{inner}")
        default_storage.delete(folder)
    except FileNotFoundError:
        pass
    except OSError:
        logger.exception("Leftovers in %s could not be removed", folder)
