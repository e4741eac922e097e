"""A researcher plans, opens and watches a campaign in a browser, at a desk and on a phone."""

import csv
import json
import os
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.accessible import assert_accessible, beyond_the_window
from tests.e2e.installation import Client, Installation
from tests.e2e.test_journeys import PHONE, sign_in
from tests.e2e.test_rest_loop import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
DESK = {"width": 1280, "height": 900}
# Age by person; six people each are enough for positions to be shown.
PEOPLE = ["young"] * 6 + ["old"] * 6


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


@pytest.fixture(params=[DESK, PHONE], ids=["desktop", "phone"])
def planner(
    request: pytest.FixtureRequest, context: BrowserContext, installation: Installation
) -> Iterator[Page]:
    """The researcher's browser, signed in, at either width; its console stays silent.

    But for the one form that is sent with a mistake, of which browsers tell the status.
    """
    page = context.new_page()
    page.set_viewport_size(request.param)
    said: list[str] = []
    page.on(
        "console",
        lambda message: said.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    sign_in(page, installation.url, "researcher@demo.test")
    yield page
    assert [text for text in said if "status of 422" not in text] == []
    assert len(said) <= 1


def go(page: Page, url: str) -> None:
    """Leave a page when it is not asking for anything: htmx tells of what is cut off."""
    page.wait_for_load_state("networkidle")
    page.goto(url)


def items_of_two_kinds(folder: Path) -> Path:
    path = folder / "items.jsonl"
    lines = [
        {
            "id": f"q{number:02}",
            "prompt": f"Question {number}?",
            "metadata": {"topic": "harm" if number <= 4 else "art"},
            "responses": [{"id": "x", "text": "Plainly."}, {"id": "y", "text": "With respect."}],
        }
        for number in range(1, 13)
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return path


def looks_right(page: Page, name: str, shots: Path | None) -> None:
    """Nothing wider than the screen, nothing that axe finds."""
    wide = beyond_the_window(page)
    assert wide <= 0, f"{name} is {wide} px too wide"
    assert_accessible(page)
    if shots:
        page.screenshot(path=shots / f"{name}-{width_of(page)}.png", full_page=True)


def width_of(page: Page) -> int:
    size = page.viewport_size
    assert size is not None
    return size["width"]


@pytest.fixture
def shots() -> Path | None:
    """Where pictures of the pages go, for whoever wants to look at them."""
    folder = os.environ.get("SCREENSHOTS")
    return Path(folder) if folder else None


def test_a_campaign_is_planned_opened_and_watched(
    planner: Page, installation: Installation, tmp_path: Path, shots: Path | None
) -> None:
    page, slug = planner, f"planned-{width_of(planner)}"
    write_the_design(page, installation.url, slug, shots)
    bring_items(page, tmp_path)
    try_numbers(page, installation.url, slug, tmp_path, shots)
    serve_evenly(installation, slug)
    open_it(page, installation.url, slug)
    judge_some(installation, slug)
    watch(page, installation.url, slug, tmp_path, shots)
    change_targets(page, installation.url, slug, shots)


def write_the_design(page: Page, url: str, slug: str, shots: Path | None) -> None:
    """Strata, kinds of items, a quota across strata and adaptive serving, by keyboard and mouse."""
    go(page, f"{url}/research/new/")
    page.get_by_label("Title").fill("Planned")
    page.get_by_label("Address", exact=True).fill(slug)
    expect(page.get_by_label("Further judgments to allot")).to_be_hidden()
    page.get_by_role("button", name="Add a question").press("Enter")
    fill_row(page, "questions", 0, key="age", label="How old are you?", options="young\nold")
    for number, age in enumerate(("young", "old")):
        page.get_by_role("button", name="Add a stratum").click()
        # The new row has the focus, so that hands stay on the keyboard.
        expect(page.locator(f"[name=strata-{number}-key]")).to_be_focused()
        fill_row(page, "strata", number, key=age, target="1", quota="8", where=f"age: {age}")
        page.locator("[data-rows=strata] summary").nth(number).click()
        fill_row(page, "strata", number, targets="safety: 3")
    page.get_by_text("Kinds of items that want other targets").click()
    page.get_by_role("button", name="Add a kind of items").click()
    fill_row(page, "item_strata", 0, key="safety", where="topic: harm")
    page.get_by_text("Quotas across strata").first.click()
    page.get_by_role("button", name="Add a quota").click()
    fill_row(page, "quotas", 0, key="youth", seats="-1", where="age: young")
    page.get_by_label("Which item is served next").select_option("adaptive")
    page.get_by_label("Further judgments to allot").fill("6")
    page.get_by_label("Most judgments of a stratum on an item").fill("4")
    looks_right(page, "form", shots)

    # A mistake is said above and at its field, and nothing of the rest is lost.
    page.get_by_role("button", name="Make the draft").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link", name="youth, Most seats")).to_be_visible()
    looks_right(page, "form-with-a-mistake", shots)
    summary.get_by_role("link", name="youth, Most seats").click()
    expect(page.locator("[name=quotas-0-seats]")).to_be_focused()
    expect(page.locator("[name=strata-1-targets]")).to_have_value("safety: 3")
    page.locator("[name=quotas-0-seats]").fill("7")
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_role("heading", name="Planned")).to_be_visible()


def fill_row(page: Page, rows: str, number: int, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"[name={rows}-{number}-{name}]").fill(value)


def bring_items(page: Page, folder: Path) -> None:
    bring_file(page, items_of_two_kinds(folder))


def bring_file(page: Page, path: Path) -> None:
    """From a campaign's page: choose the file, and wait until its items are there."""
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Import").click()
    expect(page.locator(".badge-done")).to_be_visible()


def try_numbers(page: Page, url: str, slug: str, folder: Path, shots: Path | None) -> None:
    """Before opening: the campaign's own numbers, then others, and tables of what is supposed."""
    go(page, f"{url}/research/{slug}/")
    page.get_by_role("link", name="Design", exact=True).click()
    effort = page.get_by_role("row", name="Together")
    # Four items want three of each stratum, eight one; six more are allotted adaptively.
    expect(effort.get_by_role("cell").first).to_have_text("46")
    expect(page.get_by_role("heading", name="safety 4 items")).to_be_visible()
    looks_right(page, "design", shots)
    page.evaluate("window.mark = 'still here'")
    page.get_by_label("Of these: “safety”").fill("10")
    page.get_by_label("Most judgments per person").fill("5")
    page.get_by_label("Most judgments per person").press("Tab")
    expect(effort.get_by_role("cell").first).to_have_text("70")
    assert page.evaluate("window.mark") == "still here"
    rows = table(page, "Effort as CSV", folder)
    assert [(row["stratum"], row["judgments"]) for row in rows] == [
        ("young", "32"),
        ("old", "32"),
        ("(adaptive)", "6"),
        ("", "70"),
    ]
    pairs = table(page, "Pairs as CSV", folder)
    assert [row["item_stratum"] for row in pairs] == ["", "(rest)", "safety"]
    page.get_by_label("Of these: “safety”").fill("99")
    page.get_by_label("Of these: “safety”").press("Tab")
    expect(page.get_by_text("There are more items of the kinds below than items.")).to_be_visible()
    looks_right(page, "design-that-does-not-fit", shots)


def table(page: Page, link: str, folder: Path) -> list[dict[str, str]]:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    download.value.save_as(folder / "table.csv")
    with (folder / "table.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def serve_evenly(installation: Installation, slug: str) -> None:
    """No adaptive rounds from here on: the scheduler's minute would move targets under the test."""
    researcher = installation.client("researcher@demo.test")
    changed = researcher.patch(
        f"campaigns/{slug}/", json={"strategy": "balanced", "adaptive": None}
    )
    assert changed.status_code == 200, changed.text


def open_it(page: Page, url: str, slug: str) -> None:
    go(page, f"{url}/research/{slug}/open/")
    page.get_by_role("button", name="Open it").click()
    expect(page.locator(".badge-open").first).to_be_visible()
    expect(page.get_by_text("Coverage is being planned")).to_have_count(0)


def judge_some(installation: Installation, slug: str) -> None:
    """Twelve people take part over REST, and judge two each as far as there is room."""
    admin = installation.client("admin@demo.test")
    for number, age in enumerate(PEOPLE):
        email = f"{slug}-{number}@planned.test"
        made = admin.post(
            "users/", json={"email": email, "password": PASSWORD, "role": "annotator"}
        )
        assert made.status_code == 201, made.text
        person = installation.client(email, PASSWORD)
        joining = {"consent": {"version": 1, "purposes": []}, "answers": {"age": age}}
        joined = person.post(f"campaigns/{slug}/join/", json=joining)
        assert joined.status_code == 201, joined.text
        judge_two(person, slug)


def judge_two(person: Client, slug: str) -> None:
    preferences = cycle([0, 1])
    for _number in range(2):
        served = person.post(f"campaigns/{slug}/next/")
        if served.status_code == 204:
            return
        body: dict[str, Any] = served.json()
        order = [response["id"] for response in body["item"]["responses"]]
        answer = {"preferred": order[next(preferences)], "strength": 1}
        path = f"assignments/{body['id']}/judgment/"
        given = person.post(path, json={"answers": {"overall": answer}})
        assert given.status_code == 201, given.text


def watch(page: Page, url: str, slug: str, folder: Path, shots: Path | None) -> None:
    """Coverage, forecast and positions, each with its files."""
    go(page, f"{url}/research/{slug}/")
    looks_right(page, "campaign", shots)
    page.get_by_role("link", name="Coverage by item").click()
    row = page.get_by_role("row", name="q01")
    expect(row.get_by_role("cell").first).to_contain_text("/ 3")
    looks_right(page, "coverage", shots)
    cells = table(page, "Coverage as CSV", folder)
    assert len(cells) == 24
    assert sum(int(cell["submitted"]) for cell in cells) == 24
    go(page, f"{url}/research/{slug}/")
    page.get_by_role("link", name="Forecast").click()
    expect(page.get_by_role("heading", name="Whom to recruit next")).to_be_visible()
    looks_right(page, "forecast", shots)
    young, old = table(page, "Forecast as CSV", folder)
    assert (young["submitted"], young["wanted"]) == ("12", "20")
    assert (old["submitted"], old["outlook"]) == ("12", "moving")
    go(page, f"{url}/research/{slug}/")
    page.get_by_role("link", name="Positions").click()
    expect(page.get_by_role("row", name="all together")).to_contain_text("0.50")
    looks_right(page, "positions", shots)
    with page.expect_download() as download:
        page.get_by_role("link", name="All as JSON").click()
    groups = json.loads(Path(download.value.path()).read_text())["groups"]
    assert [(one["stratum"], one["first_shown"]["n"]) for one in groups] == [
        ("young", 12),
        ("old", 12),
        ("", 24),
    ]


def change_targets(page: Page, url: str, slug: str, shots: Path | None) -> None:
    """What has been opened is partly frozen: said, shown, and the rest can be changed."""
    go(page, f"{url}/research/{slug}/edit/")
    expect(page.get_by_text("This campaign has been opened")).to_be_visible()
    assert page.locator("[name=strata-0-where]").get_attribute("readonly") is not None
    assert page.locator("[name=criteria-0-key]").count() == 0
    page.locator("[name=strata-1-target]").fill("2")
    page.get_by_role("button", name="Add a stratum").click()
    fill_row(page, "strata", 2, key="untold", target="1")
    looks_right(page, "form-of-an-open-campaign", shots)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    go(page, f"{url}/research/{slug}/coverage/")
    expect(page.get_by_role("columnheader", name="untold")).to_be_visible()
