"""A researcher watches a campaign, looks into it, writes to its people and is told what happens."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import assert_accessible, beyond_the_window
from tests.e2e.installation import Client, Installation
from tests.e2e.test_journeys import PHONE, item_file, sign_in
from tests.e2e.test_rest_loop import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
SLUG = "run-and-watched"


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


def looks_right(page: Page, name: str) -> None:
    """Nothing wider than the screen at a desk and on a phone, nothing that axe finds."""
    shots = os.environ.get("SCREENSHOTS")
    desk = page.viewport_size
    assert desk is not None
    for size in (PHONE, desk):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        wide = beyond_the_window(page)
        assert wide <= 0, f"{name} is {wide} px too wide at {size['width']}"
        if shots:
            path = Path(shots) / f"{name}-{size['width']}.png"
            page.screenshot(path=path, full_page=True)
    assert_accessible(page)


def open_campaign(installation: Installation, folder: Path) -> Client:
    client = installation.client("researcher@demo.test")
    options = [{"key": "young", "label": "Under 40"}, {"key": "old", "label": "40 or older"}]
    body = {
        "slug": SLUG,
        "title": "Run and watched",
        "task_type": "pairwise",
        "questions": [{"key": "age", "label": "Age?", "kind": "single", "options": options}],
        "strata": [{"key": key, "where": {"age": [key]}, "target": 2} for key in ("young", "old")],
        "asking": {"spans": True},
    }
    assert client.post("campaigns/", json=body).status_code == 201
    sent = client.post(f"campaigns/{SLUG}/items/", data=item_file(folder, 6).read_bytes())
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post(f"campaigns/{SLUG}/open/").status_code == 200
    return client


def joined(installation: Installation, name: str, age: str) -> Client:
    email = f"{name}@running.test"
    made = installation.client("admin@demo.test").post(
        "users/", json={"email": email, "password": PASSWORD, "role": "annotator"}
    )
    assert made.status_code == 201, made.text
    person = installation.client(email, PASSWORD)
    joining = {"consent": {"version": 1, "purposes": []}, "answers": {"age": age}}
    assert person.post(f"campaigns/{SLUG}/join/", json=joining).status_code == 201
    return person


def judge(person: Client, count: int) -> None:
    for number in range(count):
        body = person.post(f"campaigns/{SLUG}/next/").json()
        chosen = body["item"]["responses"][number % 2]["id"]
        given = {
            "answers": {"overall": {"preferred": chosen, "strength": 1 + number % 2}},
            "active_ms": 9_000 + 3_000 * number,
            "reason": "It says it more kindly.",
            "spans": [{"response": chosen, "start": 0, "end": 4, "note": "this"}],
        }
        sent = person.post(f"assignments/{body['id']}/judgment/", json=given)
        assert sent.status_code == 201, sent.text


def test_a_campaign_is_watched_looked_into_and_steered(
    watched: Page, installation: Installation, tmp_path: Path
) -> None:
    page, url = watched, f"{installation.url}/research/{SLUG}"
    page.set_viewport_size({"width": 1280, "height": 900})
    open_campaign(installation, tmp_path)
    young = joined(installation, "young", "young")
    judge(young, 4)
    sign_in(page, installation.url, "researcher@demo.test")
    watch(page, url, joined(installation, "old", "old"))
    look_into_an_item(page, url)
    look_at_an_annotator(page, url)
    extend_and_write(page, url)
    ask_to_be_told(page, url)


def watch(page: Page, url: str, newcomer: Client) -> None:
    """Figures come anew without the page being loaded anew, not while nobody looks or wants it."""
    page.goto(f"{url}/live/")
    covered = page.get_by_text("4 of 12 judgments")
    expect(covered).to_be_visible()
    page.get_by_text("As a table").first.click()
    looks_right(page, "live")
    page.evaluate("window.mark = 'still here'")
    page.get_by_label("Look again every 15 seconds").uncheck()
    judge(newcomer, 2)
    expect(page.get_by_text("0 of 12 judgments")).to_be_visible()
    page.get_by_label("Look again every 15 seconds").check()
    expect(page.get_by_text("2 of 12 judgments")).to_be_visible()
    assert page.evaluate("window.mark") == "still here"
    # What was opened stays open.
    expect(page.locator("#hours-table")).to_have_attribute("open", "")
    expect(page.get_by_role("row", name="gave a first judgment")).to_contain_text("2")


def look_into_an_item(page: Page, url: str) -> None:
    page.goto(f"{url}/items/")
    page.get_by_label("In id or prompt").fill("Question **3")
    expect(page.get_by_text("1 item found")).to_be_visible()
    page.get_by_label("In id or prompt").fill("")
    page.get_by_label("Order").select_option("most")
    expect(page.get_by_role("columnheader", name="Judgments")).to_have_attribute(
        "aria-sort", "descending"
    )
    looks_right(page, "items")
    page.get_by_role("table").get_by_role("link").nth(2).click()
    expect(page.get_by_role("heading", name="Answers side by side")).to_be_visible()
    expect(page.locator("mark").first).to_be_visible()
    looks_right(page, "item-answers")
    page.get_by_label("Only answers").select_option("flags")
    expect(page.get_by_text("No answer is like that.")).to_be_visible()
    expect(page.get_by_role("heading", name="Answers by stratum")).to_be_visible()


def look_at_an_annotator(page: Page, url: str) -> None:
    page.goto(f"{url}/annotators/")
    page.get_by_label("Stratum").select_option("young")
    expect(page.get_by_text("1 person", exact=True)).to_be_visible()
    looks_right(page, "annotators")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("row", name="All together")).to_contain_text("13.5 s")
    looks_right(page, "annotator")


def extend_and_write(page: Page, url: str) -> None:
    page.goto(f"{url}/steer/")
    page.get_by_label("Open until (UTC)").fill("2099-12-31T12:00")
    page.locator("[name=target-0]").fill("3")
    looks_right(page, "steering")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.locator("[name=target-0]")).to_have_value("3")
    page.goto(f"{url}/messages/")
    page.get_by_label("Subject").fill("Three of each now")
    page.get_by_label("Message", exact=True).fill("There is a little more to judge.\nThank you.")
    page.get_by_role("button", name="Send to 2 people").click()
    expect(page.locator(".badge-done")).to_be_visible()
    expect(page.locator("dl", has_text="Mailed")).to_contain_text("2")
    looks_right(page, "messages")


def ask_to_be_told(page: Page, url: str) -> None:
    page.goto(f"{url}/notices/")
    page.get_by_role("group", name="Tell me by e-mail when").get_by_label("a job failed").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_label("Address", exact=True).fill("https://hooks.invalid/variorum")
    page.get_by_role("button", name="Add the webhook").click()
    expect(page.get_by_text("It is shown this once")).to_be_visible()
    page.goto(f"{url}/notices/")
    expect(page.get_by_text("It is shown this once")).to_have_count(0)
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_role("heading", name="A test")).to_be_visible()
    looks_right(page, "notices")
