"""Which browser the tests drive."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Headless in a container, as root, and without calls to anybody's servers.
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The browser that CHROMIUM names, else a system one; None leaves Playwright to its own."""
    named = os.environ.get("CHROMIUM", "").strip()
    candidates = (named,) if named else NAMES
    return next((found for name in candidates if (found := shutil.which(name))), None)
