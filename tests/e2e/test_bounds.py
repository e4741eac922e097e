"""From a rule of the installation to a file to train on that lacks what it rules out."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessible import assert_accessible, beyond_the_window
from tests.e2e.installation import Client, Installation
from tests.e2e.test_journeys import PHONE, item_file, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


def judged_campaign(installation: Installation, folder: Path, slug: str) -> Client:
    """An open campaign in which somebody prefers x in each of three items."""
    client = installation.client("researcher@demo.test")
    body = {"slug": slug, "title": f"Bounds {slug}", "task_type": "pairwise", "overlap": 1}
    assert client.post("campaigns/", json=body).status_code == 201
    sent = client.post(f"campaigns/{slug}/items/", data=item_file(folder, 3).read_bytes())
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post(f"campaigns/{slug}/open/").status_code == 200
    annotator = installation.client("annotator7@demo.test")
    purposes = client.get(f"campaigns/{slug}/").json()["consent"]["purposes"]
    consent = {"version": 1, "purposes": [one["key"] for one in purposes if one["required"]]}
    joined = annotator.post(f"campaigns/{slug}/join/", json={"consent": consent, "answers": {}})
    assert joined.status_code in (200, 201), joined.text
    for _item in range(3):
        served = annotator.post(f"campaigns/{slug}/next/").json()
        answers = {"answers": {"overall": {"preferred": "x", "strength": 2}}, "active_ms": 900}
        done = annotator.post(f"assignments/{served['id']}/judgment/", json=answers)
        assert done.status_code in (200, 201), done.text
    return client


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
def test_a_rule_of_tier_1_reaches_the_files(
    watched: Page,
    browser: Browser,
    installation: Installation,
    tmp_path: Path,
    size: dict[str, int],
) -> None:
    slug, url = f"bounds-{size['width']}", installation.url
    client = judged_campaign(installation, tmp_path, slug)

    admin = browser.new_page(viewport={"width": size["width"], "height": size["height"]})
    sign_in(admin, url, "admin@demo.test")
    admin.get_by_role("link", name="Rules of the installation").click()
    admin.get_by_role("link", name="New rule").click()
    assert_accessible(admin)
    admin.get_by_label("Key", exact=True).fill(f"law-{slug}")
    admin.get_by_label("Title").fill("Nothing plain")
    admin.get_by_label("What it says").fill("A preferred response is not plain.")
    admin.get_by_label("Only in these campaigns").fill(slug)
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_role("heading", name="Nothing plain")).to_be_visible()
    assert_accessible(admin)
    assert beyond_the_window(admin) <= 0

    page = watched
    page.set_viewport_size(size)
    sign_in(page, url, "researcher@demo.test")
    page.goto(f"{url}/research/{slug}/")
    page.get_by_role("link", name="Bounds").click()
    expect(page.get_by_text("Nothing plain")).to_be_visible()
    assert_accessible(page)
    assert beyond_the_window(page) <= 0
    page.get_by_role("link", name="Review responses").click()
    card = page.locator("[data-response]").first
    expect(card).to_be_focused()
    assert_accessible(page)
    assert beyond_the_window(page) <= 0
    page.keyboard.press("b")
    expect(card.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("It says plainly.")
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    expect(page.locator("[data-response]")).to_have_count(5)
    page.goto(f"{url}/research/{slug}/bounds/items/q1/")
    expect(page.get_by_text("Ruled out by tier 1: Nothing plain.")).to_be_visible()
    assert_accessible(page)
    assert beyond_the_window(page) <= 0

    wanted = {"format": "jsonl", "formats": ["trl-preference"]}
    export = client.post(f"campaigns/{slug}/exports/", json=wanted).json()
    client.wait_for(f"exports/{export['id']}/")
    files = f"exports/{export['id']}/files/"
    rows = client.get(f"{files}trl-preference-overall-train-sidecar.jsonl").text.splitlines()
    assert sorted(json.loads(row)["item_id"] for row in rows) == ["q2", "q3"]
    report = client.get(f"{files}trl-preference-bounds.json").json()
    told = [report[name] for name in ("rows_in", "rows_out", "rows_removed")]
    assert told == [3, 2, 1]
    assert [(one["rule"], one["rows_removed"]) for one in report["rules"]] == [(f"law-{slug}", 1)]
    assert report["strata"] == []

    page.goto(f"{url}/research/{slug}/bounds/register/")
    page.locator("#entry-privacy > summary").click()
    page.locator("#note-privacy").fill("Nobody is named.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#note-privacy")).to_have_value("Nobody is named.")
    assert_accessible(page)
    assert beyond_the_window(page) <= 0
    # Other journeys in this installation go on without it.
    admin.get_by_role("button", name="End this rule").click()
    expect(admin.get_by_text("not in force").first).to_be_visible()
    admin.close()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
def test_somebody_states_their_own_bounds(
    watched: Page, installation: Installation, tmp_path: Path, size: dict[str, int]
) -> None:
    page, url = watched, installation.url
    page.set_viewport_size(size)
    sign_in(page, url, "annotator8@demo.test")
    page.goto(f"{url}/my-data/")
    page.get_by_role("link", name="See and change them").click()
    page.get_by_label("I agree that what I say").check()
    page.get_by_role("slider", name="It is brief.").press("ArrowRight")
    page.get_by_label("In your own words").fill("Short.")
    assert_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("spinbutton", name="It is brief.")).to_have_value("51")
    page.get_by_label("No response I prefer shall").fill("flatter me")
    page.get_by_role("button", name="Add the rule").click()
    expect(page.get_by_text("flatter me", exact=True).first).to_be_visible()
    assert_accessible(page)
    assert beyond_the_window(page) <= 0
    page.get_by_role("button", name="Erase my own bounds").click()
    expect(page.get_by_label("I agree that what I say")).to_be_visible()
