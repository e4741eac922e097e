"""The three roles' journeys in a browser: axe-clean, a silent console, under a strict CSP."""

import gzip
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import assert_accessible
from tests.e2e.installation import PASSWORD, Installation

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
PHONE = {"width": 390, "height": 844}
GUIDELINE = "Say which answer **you** would rather get."


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


def sign_in(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/accounts/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def item_file(folder: Path, count: int = 12) -> Path:
    path = folder / "items.jsonl"
    lines = [
        {
            "id": f"q{number}",
            "prompt": f"Question **{number}**?",
            "responses": [
                {"id": "x", "text": f"Plainly: {number}.", "model": "hidden-model-one"},
                {"id": "y", "text": f"With respect, {number}.", "model": "hidden-model-two"},
            ],
        }
        for number in range(1, count + 1)
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return path


def test_a_researcher_creates_fills_and_opens_a_campaign(
    watched: Page, installation: Installation, tmp_path: Path
) -> None:
    page, url = watched, installation.url
    sign_in(page, url, "researcher@demo.test")
    assert_accessible(page)
    page.goto(f"{url}/research/new/")
    page.get_by_label("Title").fill("Plain or polite")
    expect(page.get_by_label("Address", exact=True)).to_have_value("plain-or-polite")
    page.get_by_role("textbox", name="Guideline").fill(GUIDELINE)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#guideline-preview strong")).to_have_text("you")
    page.get_by_role("spinbutton", name="Overlap").fill("2")
    assert_accessible(page)
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_role("heading", name="Plain or polite")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{url}/research/plain-or-polite/")
    page.locator("input[type=file]").set_input_files(item_file(tmp_path))
    page.get_by_role("button", name="Import").click()
    expect(page.locator(".badge-done")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{url}/research/plain-or-polite/open/")
    assert_accessible(page)
    page.get_by_role("button", name="Open it").click()
    expect(page.locator(".badge-open").first).to_be_visible()
    for place in ("coverage", "judgments", "items", "items/q1", "edit"):
        page.goto(f"{url}/research/plain-or-polite/{place}/")
        assert_accessible(page)


def test_a_bad_file_is_explained_line_by_line(
    watched: Page, installation: Installation, tmp_path: Path
) -> None:
    page = watched
    sign_in(page, installation.url, "researcher@demo.test")
    client = installation.client("researcher@demo.test")
    body = {"slug": "page-of-errors", "title": "E", "task_type": "pairwise", "overlap": 1}
    assert client.post("campaigns/", json=body).status_code == 201
    bad = tmp_path / "bad.jsonl"
    bad.write_text(item_file(tmp_path).read_text() + "\n{oops\n")
    page.goto(f"{installation.url}/research/page-of-errors/")
    page.locator("input[type=file]").set_input_files(bad)
    page.get_by_role("button", name="Import").click()
    expect(page.locator(".badge-failed")).to_be_visible()
    expect(page.get_by_text("This line is not valid JSON")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["desktop", "phone"])
def test_an_annotator_joins_and_judges_ten(
    watched: Page, installation: Installation, tmp_path: Path, size: dict[str, int]
) -> None:
    slug = f"judging-{size['width']}"
    client = installation.client("researcher@demo.test")
    demo = client.get("campaigns/everyday-advice/").json()
    body = {"slug": slug, "title": f"Judging at {size['width']}", "task_type": "pairwise"}
    body |= {key: demo[key] for key in ("questions", "consent", "guideline", "criteria")}
    assert client.post("campaigns/", json={**body, "overlap": 3}).status_code == 201
    sent = client.post(f"campaigns/{slug}/items/", data=item_file(tmp_path).read_bytes())
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post(f"campaigns/{slug}/open/").status_code == 200

    page = watched
    page.set_viewport_size(size)
    sign_in(page, installation.url, "annotator9@demo.test")
    assert_accessible(page)
    page.get_by_role("link", name=re.compile(f"Take part.*Judging at {size['width']}")).click()
    assert_accessible(page)
    page.get_by_label("Research on how people differ").check()
    page.get_by_role("button", name="I agree and want to take part").click()
    assert_accessible(page)
    page.get_by_label("18 to 39").check()
    page.get_by_label("Spanish").check()
    page.get_by_role("button", name="Continue").click()
    assert_accessible(page)
    page.get_by_role("button", name="I have read this").click()
    page.wait_for_url("**/judge/", wait_until="load")
    # From here on there is no page load: a mark on the window stays.
    page.evaluate("window.mark = 'still here'")
    for number in range(10):
        expect(page.get_by_role("heading", name=f"Item {number + 1} of 12")).to_be_attached()
        if number == 0:
            assert_accessible(page)
        judge_by_hand(page, number) if number % 2 else judge_by_keys(page)
    expect(page.get_by_role("heading", name="Item 11 of 12")).to_be_attached()
    assert page.evaluate("window.mark") == "still here"
    page.get_by_text("Skip this item").click()
    page.get_by_label("Something is not shown as it should be").check()
    page.get_by_role("button", name="Skip and go on").click()
    expect(page.get_by_role("heading", name="Skipped. Item 11 of 12")).to_be_attached()
    judge_by_keys(page)
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert_accessible(page)
    assert "hidden-model" not in page.content()
    stored = client.get(f"campaigns/{slug}/judgments/").json()["results"]
    assert len(stored) == 11
    by_keys = {"preferred": stored[0]["presented_order"][0], "strength": 2}
    assert stored[0]["answers"] == {"overall": by_keys, "politeness": {"outcome": "tie"}}
    by_hand = {"preferred": stored[1]["presented_order"][1], "strength": 1}
    assert stored[1]["answers"] == {"overall": by_hand, "politeness": {"outcome": "depends"}}
    assert stored[1]["reason"] == "Because of 1."
    assert all(0 < one["active_ms"] <= one["elapsed_ms"] + 1000 for one in stored)


def judge_by_keys(page: Page) -> None:
    before = page.locator("#judge-form").get_attribute("action")
    page.keyboard.press("1")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator(f'#judge-form[action="{before}"]')).to_have_count(0)


def judge_by_hand(page: Page, number: int) -> None:
    before = page.locator("#judge-form").get_attribute("action")
    scales = page.locator("fieldset.scale")
    scales.nth(0).get_by_role("radio", name="B is slightly better").check()
    scales.nth(1).get_by_role("radio", name="It depends").check()
    # Who says that it depends is asked on what.
    expect(page.get_by_text("On what does it depend?")).to_be_visible()
    page.get_by_label("Your reason, in any language").fill(f"Because of {number}.")
    page.get_by_role("button", name="Submit and next").click()
    expect(page.locator(f'#judge-form[action="{before}"]')).to_have_count(0)


def test_an_annotator_ranks_by_keys_and_by_hand(watched: Page, installation: Installation) -> None:
    page = watched
    sign_in(page, installation.url, "annotator9@demo.test")
    page.goto(f"{installation.url}/campaigns/four-voices/")
    page.get_by_label("Research on how people differ").check()
    page.get_by_role("button", name="I agree and want to take part").click()
    page.get_by_label("40 or older").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="I have read this").click()
    page.wait_for_url("**/judge/", wait_until="load")
    assert_accessible(page)
    before = page.locator("#judge-form").get_attribute("action")
    for place in "3124":
        page.keyboard.press(place)
    # A letter goes back to a response, a digit gives it another place: A and B now share one.
    page.keyboard.press("b")
    page.keyboard.press("3")
    page.get_by_text("Give places by number instead").click()
    page.get_by_role("radiogroup", name="Response D").get_by_role("radio", name="Place 1").check()
    page.get_by_role("button", name="Submit and next").click()
    expect(page.locator(f'#judge-form[action="{before}"]')).to_have_count(0)
    client = installation.client("researcher@demo.test")
    stored = client.get("campaigns/four-voices/judgments/?page_size=1000").json()["results"][-1]
    a, b, c, d = stored["presented_order"]
    assert stored["answers"] == {"overall": {"ranking": [[d], [c], sorted([a, b])]}}


def test_a_lost_connection_loses_no_answer(page: Page, installation: Installation) -> None:
    sign_in(page, installation.url, "annotator2@demo.test")
    page.goto(f"{installation.url}/campaigns/everyday-advice/judge/")
    if page.get_by_role("button", name="I have read this").is_visible():
        page.get_by_role("button", name="I have read this").click()
    page.wait_for_url("**/judge/", wait_until="load")
    before = page.locator("#judge-form").get_attribute("action")
    page.context.set_offline(True)
    page.keyboard.press("5")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("One answer waits to be sent.")).to_be_visible()
    expect(page.locator(f'#judge-form[action="{before}"]')).to_have_count(0)
    page.context.set_offline(False)
    expect(page.get_by_text("Your answer is sent and stored.")).to_be_visible()
    expect(page.locator(f'#judge-form[action="{before}"]')).to_have_count(0)


def test_an_admin_exports_and_downloads(
    watched: Page, installation: Installation, tmp_path: Path
) -> None:
    page = watched
    sign_in(page, installation.url, "admin@demo.test")
    page.goto(f"{installation.url}/research/everyday-advice/")
    assert_accessible(page)
    page.goto(f"{installation.url}/campaigns/everyday-advice/exports/")
    assert_accessible(page)
    page.get_by_role("link", name="New snapshot").click()
    page.get_by_role("radio", name="Full").check()
    expect(page.get_by_text("Every answer that its person agreed to release")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Format", exact=True).select_option("jsonl")
    page.get_by_role("button", name="Make the snapshot").click()
    expect(page.locator(".badge-done")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("judgments.jsonl.gz")).first.click()
    download.value.save_as(tmp_path / "judgments.jsonl.gz")
    with gzip.open(tmp_path / "judgments.jsonl.gz", "rt") as file:
        rows = [json.loads(line) for line in file]
    client = installation.client("admin@demo.test")
    path = "campaigns/everyday-advice/judgments/?page_size=1000"
    stored = {one["judgment_id"]: one["answers"] for one in client.get(path).json()["results"]}
    assert {row["judgment_id"]: row["answers"] for row in rows} == stored
    assert len(rows) >= 112


def test_the_admin_site_shows_judgments_and_lets_nobody_change_them(
    watched: Page, installation: Installation
) -> None:
    page = watched
    sign_in(page, installation.url, "admin@demo.test")
    page.goto(f"{installation.url}/admin/annotation/judgment/")
    page.locator("#result_list tbody th a").first.click()
    expect(page.get_by_role("heading", name="View judgment")).to_be_visible()
    assert page.locator("input[name=_save]").count() == 0
    assert page.locator("a.deletelink").count() == 0


def test_every_page_forbids_foreign_scripts_and_styles(
    watched: Page, installation: Installation
) -> None:
    page = watched
    sign_in(page, installation.url, "researcher@demo.test")
    for path in ("/", "/research/", "/research/everyday-advice/", "/research/new/"):
        answer = page.goto(installation.url + path)
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy + ";"
        assert "style-src 'self';" in policy + ";"
        assert "unsafe" not in policy


def test_a_newcomer_signs_up_and_sees_open_campaigns(
    watched: Page, installation: Installation
) -> None:
    page = watched
    page.goto(installation.url)
    assert_accessible(page)
    page.goto(f"{installation.url}/accounts/sign-up/")
    assert_accessible(page)
    page.get_by_label("E-mail").fill("newcomer@journey.test")
    for field in page.locator("input[type=password]").all():
        field.fill("walnut-harbour-42")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", name="Campaigns", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Take part.*Everyday advice"))).to_be_visible()


def test_the_api_docs_work_without_foreign_files(watched: Page, installation: Installation) -> None:
    page = watched
    page.goto(f"{installation.url}/api/v1/docs/")
    page.locator("#operations-tag-Judging").click()
    expect(page.get_by_text("/api/v1/campaigns/{slug}/join/")).to_be_visible()
