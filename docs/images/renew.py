"""Renews the pictures of the documentation from a running demo installation.

    make demo                                # in another terminal
    .venv/bin/python docs/images/renew.py    # --base http://127.0.0.1:8321 for another PORT

Needs the tools of `make test`. It reads the guideline as annotator1 and takes a lease, like any
visit, but gives no judgment.
"""

import argparse
import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"]
CAMPAIGN = "everyday-advice"


def sign_in(browser: Browser, base: str, email: str) -> Page:
    page = browser.new_context(base_url=base, viewport={"width": 1280, "height": 900}).new_page()
    page.goto("/accounts/sign-in/")
    page.fill("input[name=username]", email)
    page.fill("input[name=password]", "demo")
    page.click("main button[type=submit]")
    page.wait_for_load_state("networkidle")
    return page


def picture_judging(browser: Browser, base: str) -> None:
    page = sign_in(browser, base, "annotator1@demo.test")
    page.goto(f"/campaigns/{CAMPAIGN}/judge/")
    if page.url.endswith("/guideline/"):
        page.click("main button[type=submit]")
    page.locator(".scale-steps label").nth(1).click()
    page.screenshot(path=HERE / "judging.png")


def picture_campaign(browser: Browser, base: str) -> None:
    page = sign_in(browser, base, "researcher@demo.test")
    page.goto(f"/research/{CAMPAIGN}/")
    page.screenshot(path=HERE / "campaign.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    base = parser.parse_args().base
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        picture_judging(browser, base)
        picture_campaign(browser, base)
        browser.close()


if __name__ == "__main__":
    main()
