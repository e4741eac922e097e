"""Tokens for programs, organisations and the history of a campaign, as people use them."""

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.e2e.installation import Installation
from tests.e2e.reading import sign_in
from tests.e2e.test_running import looks_right

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
SLUG = "worked-on-together"


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


def test_a_program_gets_a_token_an_organisation_a_campaign_and_the_team_reads_of_it(
    watched: Page, installation: Installation
) -> None:
    page, url = watched, installation.url
    owner = installation.client("researcher@demo.test")
    body = {"slug": SLUG, "title": "Worked on together", "task_type": "pairwise", "overlap": 1}
    assert owner.post("campaigns/", json=body).status_code == 201
    sign_in(page, url, "researcher@demo.test")

    page.goto(f"{url}/accounts/")
    page.get_by_role("link", name="API tokens").click()
    looks_right(page, "tokens")
    page.get_by_label("Name").fill("nightly import")
    page.get_by_label("change").check()
    page.get_by_label("Only for one campaign").fill(SLUG)
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("heading", name="Your new token")).to_be_visible()
    secret = page.locator("code", has_text="vrm_").first.inner_text()
    looks_right(page, "tokens-made")
    asked = {"Authorization": f"Token {secret}"}
    address = f"{url}/api/v1/campaigns/{SLUG}/"
    changed = requests.patch(address, json={"title": "Together"}, headers=asked, timeout=60)
    assert changed.status_code == 200, changed.text
    elsewhere = f"{url}/api/v1/campaigns/everyday-advice/"
    assert requests.get(elsewhere, headers=asked, timeout=60).status_code == 404

    page.goto(f"{url}/organisations/")
    page.get_by_label("Name", exact=True).fill("Everyday Lab")
    page.get_by_label("Short name in addresses").fill("worked-on-lab")
    looks_right(page, "organisations")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Everyday Lab")).to_be_visible()
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("Link, 0 of 1 place taken")).to_be_visible()
    looks_right(page, "organisation")
    invitation = page.locator("code", has_text="organisation-invitations").inner_text()

    page.goto(f"{url}/research/{SLUG}/team/")
    page.get_by_role("main").get_by_role("link", name="Organisation").click()
    page.get_by_label("Organisation").select_option(label="Everyday Lab")
    page.get_by_label("All of its members may view it").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This campaign belongs to Everyday Lab")).to_be_visible()
    looks_right(page, "placement")

    page.goto(f"{url}/research/{SLUG}/history/")
    expect(page.get_by_text("put the campaign into Everyday Lab")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text="changed the campaign: title")
    expect(row).to_contain_text("by the token nightly import")
    looks_right(page, "history")
    page.get_by_label("What").select_option(label="API tokens")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("made the API token nightly import")).to_be_visible()
    expect(row).to_have_count(0)

    page.goto(f"{url}/accounts/tokens/")
    expect(page.get_by_text("last used")).to_be_visible()
    page.get_by_role("button", name="Revoke").filter(has_text="nightly import").click()
    expect(page.get_by_text("“nightly import” is revoked.")).to_be_visible()
    assert requests.get(address, headers=asked, timeout=60).status_code == 401

    page.context.clear_cookies()
    page.goto(invitation)
    expect(page.get_by_text("to the organisation “Everyday Lab”")).to_be_visible()
    looks_right(page, "organisation-invitation")
    page.get_by_label("E-mail").fill("colleague@organisations.test")
    page.get_by_label("Password").fill("correct-horse-battery")
    page.get_by_role("button", name="Make an account and accept").click()
    page.get_by_role("link", name="Together").click()
    expect(page.get_by_role("heading", name="Together")).to_be_visible()
    expect(page.get_by_role("link", name="Edit", exact=True)).to_have_count(0)
    page.context.clear_cookies()
    sign_in(page, url, "admin@demo.test")
    page.goto(f"{url}/trail/?campaign={SLUG}")
    expect(page.get_by_text("put the campaign into Everyday Lab")).to_be_visible()
    looks_right(page, "trail")
