"""Researchers make campaigns by clicking alone: of each template, and of the library's parts."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.installation import Installation
from tests.e2e.test_journeys import PHONE, sign_in
from tests.e2e.test_planning_pages import DESK, bring_file, go, looks_right, shots

__all__ = ["shots"]
pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
# By the template's key: what it is called in the list, its address, and responses an item.
TEMPLATES = {
    "helpful-harmless": ("Helpfulness and harmlessness pairs", 2),
    "ranking": ("Ranking of several responses", 4),
    "cultural-fit": ("Cultural appropriateness by region", 2),
    "politeness": ("Politeness", 2),
    "value-tagging": ("Value tagging", 1),
}


@pytest.fixture
def page(watched: Page, installation: Installation) -> Page:
    """A researcher's browser, signed in, whose console stays silent."""
    expect.set_options(timeout=20_000)
    sign_in(watched, installation.url, "researcher@demo.test")
    return watched


def item_file(folder: Path, responses: int) -> Path:
    path = folder / "items.jsonl"
    lines = [
        {
            "id": f"q{number}",
            "prompt": f"How do I thank a neighbour, {number}?",
            "responses": [{"id": f"r{n}", "text": f"Way {n}."} for n in range(responses)],
        }
        for number in (1, 2)
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return path


@pytest.mark.parametrize("key", TEMPLATES)
def test_each_template_becomes_an_open_campaign_by_clicking_alone(
    page: Page, installation: Installation, tmp_path: Path, key: str
) -> None:
    name, responses = TEMPLATES[key]
    page.goto(f"{installation.url}/research/")
    page.get_by_role("link", name="New campaign").click()
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_text("The draft is made.")).to_be_visible()
    address = page.url
    bring_file(page, item_file(tmp_path, responses))
    go(page, address)
    page.get_by_role("link", name="Open", exact=True).click()
    page.get_by_role("button", name="Open it").click()
    expect(page.locator(".badge-open").first).to_be_visible()
    slug = address.rstrip("/").rpartition("/")[2]
    researcher = installation.client("researcher@demo.test")
    made = researcher.get(f"campaigns/{slug}/").json()
    offered = researcher.get(f"campaign-templates/{key}/").json()["campaign"]
    assert (made["status"], made["items"]) == ("open", 2)
    assert made["criteria"] == offered["criteria"]
    assert made["questions"] == offered["questions"]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
def test_questions_and_strata_are_clicked_together(
    page: Page, installation: Installation, shots: Path | None, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{installation.url}/research/new/templates/")
    looks_right(page, "templates", shots)
    page.get_by_role("link", name="Begin from nothing").click()
    for title in ("Age bands", "Region of the world", "Religion"):
        page.get_by_role("button", name=f"Add: {title}").click()
        expect(page.get_by_role("button", name=f"Add: {title}")).to_have_count(0)
    expect(page.locator("[name=questions-2-key]")).to_have_value("religion")
    expect(page.locator("[name=purposes-1-key]")).to_have_value("beliefs")
    page.get_by_text("Build strata from questions").click()
    page.get_by_role("checkbox", name="How old are you?").check()
    for bands in ("25 to 34 years", "45 to 54 years", "65 years or older"):
        page.get_by_label(bands, exact=True).select_option("before")
    looks_right(page, "builder", shots)
    page.get_by_role("button", name="Build the strata").click()
    expect(page.locator("[name=strata-1-key]")).to_have_value("35-44+45-54")
    expect(page.locator("[name=strata-3-key]")).to_have_value("others")
    together = page.get_by_role("row", name="Together").get_by_role("cell")
    expect(together.nth(0)).to_have_text("7")
    page.get_by_label("Items", exact=True).fill("10")
    page.get_by_role("button", name="Calculate").click()
    expect(together.nth(1)).to_have_text("70")
    looks_right(page, "built", shots)


def test_a_campaign_is_copied_archived_and_brought_back(
    page: Page, installation: Installation, shots: Path | None
) -> None:
    go(page, f"{installation.url}/research/everyday-advice/copy/")
    looks_right(page, "copy", shots)
    page.get_by_role("button", name="Make the copy").click()
    expect(page.get_by_text("The copy is a draft.")).to_be_visible()
    looks_right(page, "draft", shots)
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Archive", exact=True).click()
    page.get_by_role("button", name="Archive it").click()
    expect(page.get_by_text("This campaign has been archived since")).to_be_visible()
    looks_right(page, "archived", shots)
    go(page, f"{installation.url}/research/?archived=1")
    page.get_by_role("link", name=title).click()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_text("The campaign is back in the list.")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
def test_a_campaign_is_built_in_steps_with_its_preview_beside(
    page: Page, installation: Installation, shots: Path | None, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{installation.url}/research/new/?template=politeness")
    page.get_by_role("button", name="Make the draft").click()
    page.get_by_role("link", name="Steps and checklist").click()
    expect(page.get_by_role("heading", name="Still missing before opening")).to_be_visible()
    looks_right(page, "steps", shots)
    page.get_by_role("link", name="1. What is asked").click()
    page.get_by_text("Preview", exact=True).click()
    page.locator("[name=criteria-0-label]").fill("Which one is kinder?")
    page.get_by_role("button", name="Show what is written now").click()
    shown = page.frame_locator("iframe[name=preview]")
    expect(shown.get_by_text("Which one is kinder?").first).to_be_visible()
    shown.get_by_role("button", name="Submit and next").click()
    page.get_by_label("On a phone").check()
    looks_right(page, "preview", shots)
    for title in ("Guideline", "Consent", "Questions about people", "Strata and numbers"):
        page.get_by_role("button", name="Save and go on").click()
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        if title == "Guideline":
            page.locator("[name=guideline]").fill("Say which one is **kinder**.")
    looks_right(page, "step", shots)
    page.get_by_role("link", name="1. What is asked").click()
    expect(page.locator("[name=criteria-0-label]")).to_have_value("Which one is kinder?")
    page.get_by_role("link", name="All steps and the checklist").click()
    page.get_by_role("link", name="Preview", exact=True).click()
    expect(page.frame_locator("iframe").get_by_text("Which one is kinder?").first).to_be_visible()
    go(page, page.url.replace("/preview/", "/guideline/"))
    expect(page.locator(".diff-added")).to_contain_text("Say which one is **kinder**.")
    looks_right(page, "guideline", shots)
