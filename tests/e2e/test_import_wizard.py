"""A researcher gives files and sees what they hold before anything is imported.

Each format comes in by dropping and by choosing, on a phone and on a desk; pages are axe-clean.
"""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.annotation.item_formats.samples import OWN, SAMPLES, TABLES, lines_of
from tests.e2e.accessible import assert_fits
from tests.e2e.installation import PASSWORD, Installation

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
CONSENT = {
    "text": "We publish.",
    "purposes": [{"key": "research", "label": "Research on language", "required": True}],
}
# A file as the browser makes it of what somebody drops.
DROPPED = """([content, name]) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const given = new DataTransfer();
  given.items.add(new File([bytes], name));
  return given;
}"""


def begin(page: Page, installation: Installation, slug: str, task_type: str = "pairwise") -> str:
    """Make a campaign and sign in; the address of its page for importing items."""
    expect.set_options(timeout=20_000)
    client = installation.client("researcher@demo.test")
    body = {"slug": slug, "title": "Given files", "task_type": task_type, "overlap": 1}
    assert client.post("campaigns/", json={**body, "consent": CONSENT}).status_code == 201
    page.goto(f"{installation.url}/accounts/sign-in/")
    page.get_by_label("E-mail").fill("researcher@demo.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return f"{installation.url}/research/{slug}/import/"


def drop(page: Page, name: str, content: bytes) -> None:
    given = page.evaluate_handle(DROPPED, [base64.b64encode(content).decode(), name])
    box = page.locator("[data-drop]")
    box.dispatch_event("dragover", {"dataTransfer": given})
    expect(box).to_have_class("drop stack stack-tight is-over")
    box.dispatch_event("drop", {"dataTransfer": given})


def choose(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="Look at the file first").click()


@SIZES
def test_each_format_is_recognised_shown_and_imported(
    watched: Page, installation: Installation, size: dict[str, int]
) -> None:
    page = watched
    page.set_viewport_size(size)
    slug = f"formats-{size['width']}"
    address = begin(page, installation, slug, "rating")
    page.goto(address)
    assert_fits(page)
    for number, sample in enumerate(SAMPLES):
        page.goto(address)
        give = drop if (number + (size == PHONE)) % 2 else choose
        give(page, sample.name, sample.content())
        expect(page.get_by_role("heading", name=f"What {sample.name} holds")).to_be_visible()
        recognised = page.locator("#how > p").first
        expect(recognised).to_contain_text("Recognised as")
        for field in sample.known_by:
            expect(recognised.locator("code", has_text=field).first).to_be_visible()
        first = page.locator(".given-item").first
        expect(first).to_contain_text(sample.first)
        expect(first.get_by_role("group", name="Prompt")).to_contain_text(sample.prompt)
        expect(first).to_contain_text(sample.response)
        if number % 5 == 0:
            assert_fits(page)
        page.get_by_role("button", name="Import the items").click()
        expect(page.locator(".badge-done")).to_be_visible()
        page.goto(f"{installation.url}/research/{slug}/items/{sample.first}/")
        main = page.get_by_role("main")
        expect(main).to_contain_text(sample.prompt)
        expect(main).to_contain_text(sample.response)
    items = installation.client("researcher@demo.test").get(f"campaigns/{slug}/").json()["items"]
    assert items == sum(sample.items for sample in SAMPLES)


@SIZES
def test_columns_are_named_and_judgments_taken_along(
    watched: Page, installation: Installation, size: dict[str, int]
) -> None:
    page = watched
    page.set_viewport_size(size)
    slug = f"columns-{size['width']}"
    address = begin(page, installation, slug)
    client = installation.client("researcher@demo.test")
    assert client.post(f"campaigns/{slug}/open/").status_code == 200
    page.goto(address)
    drop(page, "pairs.csv", TABLES["pairs-of-a-spreadsheet.csv"][0])
    expect(page.get_by_role("combobox", name="topic")).to_have_value("prompt")
    expect(page.get_by_role("combobox", name="a2")).to_have_value("response_2")
    expect(page.locator(".given-item").first).to_contain_text("Cats?")
    assert_fits(page)

    # Two prompts are one too many, and the keyboard stays where it was.
    label = page.get_by_role("combobox", name="label")
    label.focus()
    label.select_option("prompt")
    expect(page.get_by_text("Two columns are said to be prompt.").first).to_be_visible()
    expect(label).to_be_focused()
    expect(page.locator("#look-spoken")).to_have_text("Two columns are said to be prompt.")
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    assert_fits(page)
    label.select_option("label")
    said = page.locator("#look-spoken")
    expect(said).to_have_text("3 records were read without an error.")
    first = page.locator(".given-response").first
    for places, text in (
        (("response_2", "response_1"), "No."),
        (("response_1", "response_2"), "Yes."),
    ):
        page.get_by_role("combobox", name="a1").select_option(places[0])
        expect(said).to_have_text(f"Two columns are said to be {places[0]}.")
        page.get_by_role("combobox", name="a2").select_option(places[1])
        expect(first).to_contain_text(text)
    expect(said).to_have_text("3 records were read without an error.")

    statement = page.get_by_label("Research on language")
    expect(statement).to_be_hidden()
    page.get_by_label("Its items, and what people said of them").check()
    expect(statement).to_be_visible()
    page.get_by_label("Strength of every preference").select_option("1")
    statement.check()
    assert_fits(page)
    page.get_by_role("button", name="Import what is chosen").click()
    expect(page.get_by_text("3 judgments were imported.")).to_be_visible()
    page.get_by_role("link", name="See the judgments").click()
    expect(page.locator(".badge", has_text="imported")).to_have_count(3)


def test_what_was_not_stated_is_asked_for_and_the_choice_is_kept(
    page: Page, installation: Installation
) -> None:
    address = begin(page, installation, "not-stated-yet")
    client = installation.client("researcher@demo.test")
    assert client.post("campaigns/not-stated-yet/open/").status_code == 200
    page.goto(address)
    choose(page, "pairs.csv", TABLES["pairs.csv"][0])
    page.get_by_label("Its items, and what people said of them").check()
    page.get_by_label("Strength of every preference").select_option("2")
    page.get_by_role("button", name="Import what is chosen").click()
    expect(page.get_by_text("Required: research.")).to_be_visible()
    expect(page.get_by_label("Its items, and what people said of them")).to_be_checked()
    expect(page.get_by_label("Strength of every preference")).to_have_value("2")
    assert_fits(page)


@SIZES
def test_a_wrong_line_is_told_before_anything_is_imported(
    watched: Page, installation: Installation, size: dict[str, int]
) -> None:
    page = watched
    page.set_viewport_size(size)
    address = begin(page, installation, f"wrong-{size['width']}")
    page.goto(address)
    choose(page, "tea.jsonl", lines_of(*OWN[:2]) + b"\n{oops\n")
    expect(page.get_by_role("row", name="3 This line is not valid JSON")).to_be_visible()
    expect(page.get_by_text("Write one object a line, in double quotes.")).to_be_visible()
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    assert_fits(page)
    page.goto(address)
    expect(page.get_by_role("link", name="tea.jsonl")).to_be_visible()
    assert_fits(page)
    page.get_by_role("link", name="tea.jsonl").click()
    page.get_by_role("button", name="Discard and give another file").click()
    expect(page.get_by_role("heading", name="Import items")).to_be_visible()
    expect(page.get_by_role("link", name="tea.jsonl")).to_have_count(0)


def test_an_upload_that_does_not_work_says_so_and_can_be_sent_again(
    page: Page, installation: Installation
) -> None:
    address = begin(page, installation, "broken-upload")
    page.goto(address)

    def broken(route: Route) -> None:
        route.abort()

    page.route("**/import/file/**", broken)
    choose(page, "tea.jsonl", lines_of(*OWN))
    expect(page.get_by_role("status").filter(has_text="The upload did not work.")).to_be_visible()
    expect(page.locator("input[type=file]")).to_be_focused()
    page.unroute("**/import/file/**", broken)
    choose(page, "empty.jsonl", b"")
    expect(page.get_by_role("status").filter(has_text="This file is empty.")).to_be_visible()
    choose(page, "tea.jsonl", lines_of(*OWN))
    expect(page.get_by_role("heading", name="What tea.jsonl holds")).to_be_visible()


def test_everything_works_without_scripts(
    browser: Browser, installation: Installation, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    address = begin(page, installation, "no-scripts")
    page.goto(address)
    path = tmp_path / "pairs.csv"
    path.write_bytes(TABLES["pairs.csv"][0])
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Look at the file first").click()
    page.get_by_role("combobox", name="a1").select_option("response_2")
    page.get_by_role("combobox", name="a2").select_option("response_1")
    page.get_by_role("button", name="Show it read like this").click()
    expect(page.locator(".given-response").first).to_contain_text("No.")
    page.get_by_role("button", name="Import the items").click()
    expect(page.get_by_role("heading", name="Import of pairs.csv")).to_be_visible()
    context.close()


def test_the_page_for_judgments_looks_at_a_file_first_too(
    watched: Page, installation: Installation
) -> None:
    page = watched
    begin(page, installation, "judgments-first")
    client = installation.client("researcher@demo.test")
    assert client.post("campaigns/judgments-first/open/").status_code == 200
    page.goto(f"{installation.url}/research/judgments-first/judgments/import/")
    assert_fits(page)
    drop(page, "pairs.jsonl", TABLES["pairs.jsonl"][0])
    expect(page.get_by_label("Its items, and what people said of them")).to_be_checked()
    expect(page.get_by_label("Research on language")).to_be_visible()
    assert_fits(page)
