"""A researcher imports judgments that were given elsewhere: on a phone and on a desk, axe-clean."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import assert_fits
from tests.e2e.installation import PASSWORD, Installation

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
SIZES = pytest.mark.parametrize(
    "size",
    [{"width": 1280, "height": 900}, {"width": 390, "height": 844}],
    ids=["desktop", "phone"],
)
CONSENT = {
    "text": "We publish.",
    "purposes": [
        {"key": "research", "label": "Research on language", "required": True},
        {"key": "teaching", "label": "Teaching", "required": False},
    ],
}
COLUMNS = "item_id=pair\nannotator_id=worker\nprompt=topic\nresponse_1=a1\nresponse_2=a2"


def pairs(folder: Path, *labels: str) -> Path:
    path = folder / "pairs.jsonl"
    rows = (
        {
            "pair": "1_2",
            "worker": f"w{n}",
            "topic": "Cats?",
            "a1": "Yes.",
            "a2": "No.",
            "label": one,
        }
        for n, one in enumerate(labels)
    )
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def give(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Import judgments").click()


def begin(page: Page, installation: Installation, slug: str) -> None:
    """Open a campaign without items, sign in, and go to its page for importing judgments."""
    expect.set_options(timeout=20_000)
    client = installation.client("researcher@demo.test")
    body = {"slug": slug, "title": "Elsewhere", "task_type": "pairwise", "overlap": 1}
    assert client.post("campaigns/", json={**body, "consent": CONSENT}).status_code == 201
    assert client.post(f"campaigns/{slug}/open/").status_code == 200
    page.goto(f"{installation.url}/accounts/sign-in/")
    page.get_by_label("E-mail").fill("researcher@demo.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(f"{installation.url}/research/{slug}/judgments/")
    page.get_by_role("link", name="Import judgments").click()


def state(page: Page) -> None:
    """All that a table of pairs needs besides what the people agreed to."""
    page.get_by_text("For tables of pairs: two texts").click()
    page.get_by_label("Strength of every preference").select_option("1")
    page.get_by_label("Columns of a table of pairs").fill(COLUMNS)


@SIZES
def test_what_was_judged_elsewhere_comes_in_as_what_it_is(
    watched: Page, installation: Installation, tmp_path: Path, size: dict[str, int]
) -> None:
    page = watched
    page.set_viewport_size(size)
    begin(page, installation, f"elsewhere-{size['width']}")
    expect(page.get_by_text("Nobody consented here, and nobody can agree")).to_be_visible()
    page.get_by_label("Research on language").check()
    page.get_by_label("Basis (optional)").fill("Consent form of 2024")
    state(page)
    assert_fits(page)
    give(page, pairs(tmp_path, "a1", "neither", "equal"))
    expect(page.locator(".badge-failed")).to_be_visible()
    expect(page.get_by_text("The label 'neither' is none of")).to_be_visible()
    assert_fits(page)

    page.get_by_role("link", name="Give the file again").click()
    page.get_by_label("Research on language").check()
    state(page)
    give(page, pairs(tmp_path, "a1", "a2", "equal"))
    expect(page.get_by_text("3 judgments were imported.")).to_be_visible()
    assert_fits(page)
    page.get_by_role("link", name="See the judgments").click()
    expect(page.locator(".badge", has_text="imported")).to_have_count(3)
    assert_fits(page)


def test_what_was_not_stated_is_asked_for_at_its_field(
    page: Page, installation: Installation, tmp_path: Path
) -> None:
    begin(page, installation, "not-stated")
    state(page)
    give(page, pairs(tmp_path, "a1"))
    expect(page.get_by_text("Required: research.")).to_be_visible()
    expect(page.get_by_label("Columns of a table of pairs")).to_have_value(COLUMNS)
    assert_fits(page)
