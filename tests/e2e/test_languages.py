"""A language is chosen once and kept: the interface and the campaign's own words, mirrored too."""

import random
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessible import assert_fits
from tests.e2e.installation import Installation
from tests.e2e.reading import place_of, sign_in
from tests.e2e.test_annotator_pages import newcomer_with_account
from tests.e2e.test_judging_pages import item
from tests.e2e.test_task_types import both_widths

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
ARABIC = {
    "title": "النصيحة",
    "guideline": "رأيك **أنت** هو المهم.",
    "criteria.overall.label": "أيهما أفضل؟",
}


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


def translated_campaign(installation: Installation) -> str:
    slug = f"languages-{random.randrange(10**9)}"
    client = installation.client("researcher@demo.test")
    body = {"slug": slug, "title": "Advice", "task_type": "pairwise", "overlap": 9}
    body |= {"guideline": "What counts is **your** view."}
    assert client.post("campaigns/", json=body).status_code == 201
    told = client.patch(f"campaigns/{slug}/", json={"translations": {"ar": ARABIC}})
    assert told.status_code == 200, told.text
    sent = client.post(f"campaigns/{slug}/items/", data=item(1).encode())
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post(f"campaigns/{slug}/open/").status_code == 200
    return slug


@both_widths
def test_a_language_is_chosen_once_and_kept_with_the_account(
    watched: Page, browser: Browser, installation: Installation, size: dict[str, int]
) -> None:
    slug, page, url = translated_campaign(installation), watched, installation.url
    page.set_viewport_size(size)
    email = newcomer_with_account(installation)
    sign_in(page, url, email)
    page.get_by_label("Language").select_option("العربية")
    page.get_by_role("button", name="Change").click()
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "ar")
    expect(html).to_have_attribute("dir", "rtl")
    assert place_of(page.locator(".brand"))["x"] > size["width"] / 2
    # Another browser, which asks for English, is told by the account.
    context = browser.new_context(locale="en", viewport=size)
    other = context.new_page()
    sign_in(other, url, email)
    other.goto(f"{url}/campaigns/{slug}/")
    expect(other.locator("html")).to_have_attribute("lang", "ar")
    expect(other).to_have_title(re.compile("النصيحة"))
    other.locator("main form button[type=submit]").first.click()
    expect(other.get_by_text("رأيك أنت هو المهم.")).to_be_visible()
    other.locator("main form button[type=submit]").first.click()
    expect(other.get_by_role("group", name="أيهما أفضل؟")).to_be_visible()
    # The item is shown as it was written, and the answer tells in which language it was asked.
    expect(other.get_by_text("Question 1?")).to_be_visible()
    assert_fits(other)
    other.keyboard.press("1")
    other.keyboard.press("Enter")
    expect(other.locator("#stage[data-nothing]")).to_be_visible()
    client = installation.client("researcher@demo.test")
    [judgment] = client.get(f"campaigns/{slug}/judgments/").json()["results"]
    chosen = {"preferred": judgment["presented_order"][0], "strength": 2}
    assert judgment["answers"] == {"overall": chosen}
    context.close()
