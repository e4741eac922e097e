"""A campaign that two people work on: invited by a link, let in, given more, handed over."""

import random
import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.accessible import assert_accessible, beyond_the_window
from tests.e2e.installation import Installation
from tests.e2e.reading import sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
SIZES = ({"width": 390, "height": 844}, {"width": 1280, "height": 900})


def assert_sound(page: Page) -> None:
    """Accessible, and no wider than a desk or a phone."""
    for size in SIZES:
        page.set_viewport_size(size)
        assert beyond_the_window(page) <= 0, page.url
        assert_accessible(page)


def test_two_people_work_on_a_campaign(
    browser: Browser, context: BrowserContext, installation: Installation
) -> None:
    expect.set_options(timeout=20_000)
    number = random.randrange(10**9)
    slug, email = f"team-{number}", f"ada{number}@demo.test"
    body = {"slug": slug, "title": "Shared work", "task_type": "pairwise", "overlap": 2}
    client = installation.client("researcher@demo.test")
    assert client.post("campaigns/", json=body).status_code == 201

    owner = context.new_page()
    sign_in(owner, installation.url, "researcher@demo.test")
    owner.goto(f"{installation.url}/research/{slug}/")
    owner.get_by_role("link", name="Team", exact=True).click()
    owner.get_by_role("button", name="Invite", exact=True).click()
    address = owner.locator("code", has_text="/invitations/").inner_text()
    assert_sound(owner)

    second = browser.new_context()
    ada = second.new_page()
    ada.goto(address)
    expect(ada.get_by_text("researcher@demo.test invites you")).to_be_visible()
    assert_sound(ada)
    ada.get_by_label("E-mail").fill(email)
    ada.get_by_label("Password").fill("correct-horse-battery")
    ada.get_by_role("button", name="Make an account and accept").click()
    expect(ada.get_by_role("heading", name="Shared work")).to_be_visible()
    expect(ada.get_by_role("link", name="Coverage by item")).to_be_visible()
    expect(ada.get_by_role("link", name="Edit")).to_have_count(0)

    owner.reload()
    expect(owner.get_by_text("There are none.")).to_be_visible()  # its one place is taken
    owner.get_by_label(f"Role of {email}").select_option("editor")
    owner.get_by_role("button", name=re.compile("^Change role")).click()
    expect(owner.get_by_text(f"{email}: editor from now on.")).to_be_visible()
    ada.reload()
    expect(ada.get_by_role("link", name="Edit")).to_be_visible()

    owner.get_by_role("button", name="Hand over").click()
    expect(owner.get_by_text(f"The campaign belongs to {email} now.")).to_be_visible()
    assert_sound(owner)
    owner.get_by_role("button", name="Leave this team").click()
    expect(owner.get_by_text("not in this campaign’s team any more")).to_be_visible()
    gone = owner.goto(f"{installation.url}/research/{slug}/")
    assert gone is not None
    assert gone.status == 404
    second.close()
