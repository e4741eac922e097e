"""Campaigns of a single item, for tests of what is read."""

import json
from typing import Any

from playwright.sync_api import Locator, Page

from tests.e2e.installation import PASSWORD, Installation


def open_campaign(
    installation: Installation, slug: str, prompt: Any, texts: list[Any], language: str = "en"
) -> None:
    """An open campaign with one item whose responses stand in the order given."""
    client = installation.client("researcher@demo.test")
    kind = "pairwise" if len(texts) == 2 else "ranking"
    body = {"slug": slug, "title": f"Reading {slug}", "task_type": kind, "overlap": 9}
    assert client.post("campaigns/", json=body).status_code == 201
    responses = [{"id": f"r{number}", "text": text} for number, text in enumerate(texts)]
    item = {"id": "only", "prompt": prompt, "responses": responses, "language": language}
    sent = client.post(f"campaigns/{slug}/items/", data=json.dumps(item).encode())
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post(f"campaigns/{slug}/open/").status_code == 200


def sign_in(page: Page, url: str, email: str) -> None:
    """Sign in on whatever language the page speaks."""
    page.goto(f"{url}/accounts/sign-in/")
    page.locator("[name=username]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda address: "/sign-in/" not in address)


def judge_page(page: Page, installation: Installation, slug: str, email: str) -> None:
    """Go to the campaign's item, by way of consent and guideline where they were not met yet."""
    page.goto(f"{installation.url}/campaigns/{slug}/")
    while "/judge/" not in page.url:
        for box in page.locator("main [name=purposes]").all():
            box.check()
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
    page.locator("#judge-form").wait_for()


def place_of(locator: Locator) -> dict[str, float]:
    """Where an element that can be seen is, in pixels of the window: x, y, width, height."""
    box = locator.bounding_box()
    assert box is not None
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}
