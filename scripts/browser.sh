#!/bin/sh
# Finds Chromium for the browser tests, or installs it where that is allowed.
set -eu
cd "$(dirname "$0")/.."
venv=.venv

find_chromium() {
    if [ -n "${CHROMIUM:-}" ]; then
        command -v "$CHROMIUM" >/dev/null && return
        echo "CHROMIUM=$CHROMIUM is not a program." >&2
        exit 1
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null && return
    done
    return 1
}

has_playwright_browser() {
    "$venv/bin/python" - 2>/dev/null <<'END'
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    sys.exit(not Path(playwright.chromium.executable_path).exists())
END
}

find_chromium && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests …" >&2
    export DEBIAN_FRONTEND=noninteractive
    if apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; then
        find_chromium && exit 0
    fi
fi
sh scripts/setup.sh dev
has_playwright_browser && exit 0
if "$venv/bin/playwright" install chromium; then
    exit 0
fi
echo "No Chromium for the browser tests. Install it (on Debian: apt-get install chromium)," >&2
echo "or name one with CHROMIUM=/path/to/chromium." >&2
exit 1
