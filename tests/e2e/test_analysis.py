"""An analysis in a browser: started, waited for, and looked at."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.accessible import assert_accessible, assert_fits
from tests.e2e.installation import Installation
from tests.e2e.test_journeys import PHONE, sign_in
from tests.e2e.test_releases import peopled_campaign, simulated

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
SIZES = [{"width": 1280, "height": 900}, PHONE]
# The young want warm answers, the old cool ones; systems are as warm as their traits say.
WANTED = {"young": {"warmth": 2.0}, "old": {"warmth": -2.0}}
WARMTH = {"system-warm": 1.0, "system-middling": 0.0, "system-cool": -1.0}
PROMPTS = (
    "How would you tell a neighbour that the music is too loud at night?",
    "How would you tell a neighbour that the music is too loud at night!",
    "What should a card for a colleague who leaves say?",
    "May a child read what was written about it?",
    "Who should speak first at a meeting of strangers?",
    "Is it rude to correct a guest who is wrong?",
    "Which day is best for asking a favour?",
    "When has a joke gone too far?",
    "Would you lend a stranger your umbrella?",
    "Can an apology come too late?",
    "Should a gift be useful?",
    "Why do people wave at trains?",
)
POPULATION = b"question,option,share\nhome,city,0.6\nhome,town,0.3\nhome,farm,0.1\n"


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_an_analysis_from_start_to_numbers(
    watched: Page, installation: Installation, tmp_path: Path, size: dict[str, int]
) -> None:
    slug = f"analysed-{size['width']}"
    peopled_campaign(installation, tmp_path, slug)
    page = watched
    page.set_viewport_size(size)
    sign_in(page, installation.url, "researcher@demo.test")
    page.goto(f"{installation.url}/research/{slug}/")
    page.get_by_role("link", name="Analysis", exact=True).click()
    assert_accessible(page)
    page.get_by_label("Name").fill("The country")
    page.get_by_label("Table, as CSV").set_input_files(
        {"name": "margins.csv", "mimeType": "text/csv", "buffer": POPULATION}
    )
    page.get_by_role("button", name="Add the population").click()
    expect(page.get_by_role("button", name="Remove The country")).to_be_visible()
    page.get_by_label("Weight people to").select_option("The country")
    page.get_by_label("Draws for resampled intervals").fill("20")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".badge-done")).to_be_visible(timeout=60_000)
    assert_accessible(page)
    for name in ("Answers by group", "Systems by group", "Agreement", "Who is represented"):
        run = page.url
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        expect(page.locator("table svg.whisker").first).to_be_visible()
        assert_fits(page)
        page.goto(run)
    # A number leads to the answers it comes from.
    page.get_by_role("link", name="Systems by group", exact=True).click()
    page.locator("td.num a").first.click()
    expect(page.get_by_role("heading", name="Answers by group", level=1)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="As CSV").click()
    assert b"Wilson interval" in Path(download.value.path()).read_bytes()


def parted_campaign(installation: Installation, folder: Path, slug: str) -> None:
    """An open campaign in which the young and the old, twelve each, prefer other systems."""
    client = installation.client("researcher@demo.test")
    age = {
        "key": "age",
        "label": "How old are you?",
        "kind": "single",
        "options": [{"key": key, "label": key.title()} for key in WANTED],
    }
    body = {
        "slug": slug,
        "title": f"Parted {slug}",
        "task_type": "pairwise",
        "questions": [age],
        "strata": [{"key": key, "where": {"age": [key]}, "target": 12} for key in WANTED],
    }
    made = client.post("campaigns/", json=body)
    assert made.status_code == 201, made.text
    sent = client.post(f"campaigns/{slug}/items/", data="\n".join(map(json.dumps, parted_items())))
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post(f"campaigns/{slug}/open/").status_code == 200
    utilities = folder / "utilities.json"
    utilities.write_text(json.dumps(WANTED))
    simulated(installation, slug, "--annotators", "24", "--utilities", str(utilities), "--fast")


def parted_items() -> list[dict[str, object]]:
    """Each two of the three systems meet in four items."""
    systems = list(WARMTH)
    return [
        {
            "id": f"q{number + 1}",
            "prompt": prompt,
            "responses": [
                {
                    "id": name,
                    "text": f"Answer {name} to question {number + 1}.",
                    "model": system,
                    "metadata": {"traits": {"warmth": WARMTH[system]}},
                }
                for name, system in (("x", systems[number % 3]), ("y", systems[(number + 1) % 3]))
            ],
        }
        for number, prompt in enumerate(PROMPTS)
    ]


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_kinds_of_people_and_what_sets_strata_apart(
    watched: Page, installation: Installation, tmp_path: Path, size: dict[str, int]
) -> None:
    slug = f"parted-{size['width']}"
    parted_campaign(installation, tmp_path, slug)
    page = watched
    page.set_viewport_size(size)
    sign_in(page, installation.url, "researcher@demo.test")
    page.goto(f"{installation.url}/campaigns/{slug}/analysis/")
    page.get_by_label("Draws for resampled intervals").fill("20")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".badge-done")).to_be_visible(timeout=60_000)
    run = page.url

    open_view(page, run, "Kinds of people by preference")
    expect(page.get_by_text("not an identity")).to_be_visible()
    # As many circles as kinds, a letter for each system, and tables that say the same.
    expect(page.locator(".kind-map-kind")).to_have_count(2)
    expect(page.locator(".kind-map-letter")).to_have_text(["A", "B", "C"])
    kinds = rows_under(page, "Kinds of people, largest first")
    expect(kinds).to_have_count(2)
    explained = rows_under(page, "How much of the kinds goes with who people are")
    expect(explained.first).to_contain_text("1.000")

    open_view(page, run, "Systems by group")
    apart = rows_under(page, "What sets strata apart from what is common, shrunk to it")
    expect(apart).to_have_count(len(WANTED) * len(WARMTH))
    young = apart.filter(has_text="young")
    expect(young.first).to_contain_text("system-warm")
    expect(young.last).to_contain_text("system-cool")

    open_view(page, run, "Where answers vary")
    expect(rows_under(page, "Parts of the variance of answers")).not_to_have_count(0)
    expect(rows_under(page, "Items, those that divide people most first")).to_have_count(12)

    open_view(page, run, "As if one answer were right")
    expect(page.get_by_text("takes the view of fewer for an error")).to_be_visible()
    expect(rows_under(page, "Answers that would be called wrong")).to_have_count(3)

    open_view(page, run, "Suggested items")
    expect(page.get_by_text("A computation suggests these")).to_be_visible()
    alike = rows_under(page, "Items whose prompts are much alike")
    expect(alike).to_have_count(1)
    expect(alike).to_contain_text("q1")
    expect(rows_under(page, "Items to write more of, as they part strata")).not_to_have_count(0)


def open_view(page: Page, run: str, name: str) -> None:
    """From the run to one of its views, which must fit the page and be accessible."""
    page.goto(run)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    assert_fits(page)


def rows_under(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True).locator("tbody tr")
