"""From a crowd platform's link to the code at the end, on a phone and on a desk."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.accessible import assert_accessible, beyond_the_window
from tests.e2e.installation import Installation
from tests.e2e.test_journeys import PHONE, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
DESK = {"width": 1280, "height": 900}
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
QUESTIONS = [
    {"key": "age", "label": "How old are you?", "options": [{"key": "young"}, {"key": "old"}]},
    {"key": "pet", "label": "Have you a pet?", "options": [{"key": "yes"}, {"key": "no"}]},
    {
        "key": "kind",
        "label": "Which kinds?",
        "kind": "multiple",
        "options": [{"key": "cat"}, {"key": "dog"}],
        "show_if": {"pet": ["yes"]},
    },
]
ENTRY = {
    "open_to": "links",
    "comprehension": {
        "questions": [
            {
                "key": "whose",
                "label": "Whose view counts?",
                "options": [
                    {"key": "own", "label": "My own"},
                    {"key": "most", "label": "That of most"},
                ],
                "right": ["own"],
                "why": "It asks for yours.",
            }
        ]
    },
    "practice": [
        {
            "prompt": "Try the form.",
            "responses": [{"id": "p1", "text": "One."}, {"id": "p2", "text": "Two."}],
            "note": "Keys work too.",
        }
    ],
}


def study(installation: Installation, slug: str) -> Any:
    """An open campaign for people of a link, whose stratum of the young is full; and the link."""
    client = installation.client("researcher@demo.test")
    body = {
        "slug": slug,
        "title": f"Study {slug}",
        "task_type": "pairwise",
        "guideline": "Your **own** view.",
        "questions": QUESTIONS,
        "strata": [
            {"key": "young", "where": {"age": ["young"]}, "target": 3, "quota": 0},
            {"key": "old", "where": {"age": ["old"]}, "target": 3},
        ],
        "entry": ENTRY,
    }
    made = client.post("campaigns/", json=body)
    assert made.status_code == 201, made.text
    lines = [
        {
            "id": f"q{number}",
            "prompt": f"Question {number}?",
            "responses": [{"id": "x", "text": "Plain."}, {"id": "y", "text": "Polite."}],
        }
        for number in (1, 2)
    ]
    sent = client.post(f"campaigns/{slug}/items/", data="\n".join(map(json.dumps, lines)).encode())
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post(f"campaigns/{slug}/open/").status_code == 200
    link = {"name": "Wave", "platform": "prolific"}
    link |= {"completion_code": "DONE1", "screen_out_code": "OUT1"}
    return client.post(f"campaigns/{slug}/entry-links/", json=link).json()


def door(link: Any, pid: str) -> str:
    given = {"PROLIFIC_PID": pid, "STUDY_ID": "6a" * 12, "SESSION_ID": "s1"}
    query = "&".join(f"{name}={value}" for name, value in given.items())
    return f"{link['url'].partition('?')[0]}?{query}"


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


@pytest.fixture
def visitor(context: BrowserContext) -> Iterator[Page]:
    """A page whose console is silent but for refusals, which are answers here (409 and 422)."""
    page = context.new_page()
    said: list[str] = []
    page.on(
        "console",
        lambda message: said.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert [text for text in said if not re.search(r"a status of (409|422)", text)] == []


def begin(page: Page, link: Any, pid: str) -> None:
    page.goto(door(link, pid))
    assert_accessible(page)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Before you take part")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="I agree and want to take part").click()
    expect(page.get_by_text("These questions come first")).to_be_visible()
    assert_accessible(page)


def no_wider_than_the_screen(page: Page) -> None:
    assert beyond_the_window(page) <= 0


def hears_from_the_researchers(page: Page, installation: Installation, slug: str) -> None:
    """Who came without an e-mail address reads on the page what was written to everybody, once."""
    client = installation.client("researcher@demo.test")
    note = {"subject": "Until Friday", "text": "The study ends on Friday.\n\nThank you!"}
    sent = client.post(f"campaigns/{slug}/messages/", json=note)
    assert sent.status_code == 202, sent.text
    done = client.wait_for(f"campaigns/{slug}/messages/{sent.json()['id']}/")
    assert (done["mailed"], done["on_page"]) == (0, 1)
    page.reload()
    told = page.get_by_role("status", name="From the researchers")
    expect(told).to_contain_text("The study ends on Friday.")
    assert_accessible(page)
    no_wider_than_the_screen(page)
    told.get_by_role("button", name="I have read this").click()
    expect(told).to_have_count(0)
    page.reload()
    expect(page.get_by_text(re.compile(r"Question \d\?"))).to_be_visible()
    expect(told).to_have_count(0)


@SIZES
def test_from_the_link_to_the_code(
    visitor: Page, installation: Installation, size: dict[str, int]
) -> None:
    page = visitor
    page.set_viewport_size(size)
    link = study(installation, f"entering-{size['width']}")
    begin(page, link, "5f" * 12)
    page.get_by_label("old").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Which kinds?")).to_be_hidden()
    page.get_by_label("yes").check()
    expect(page.get_by_text("Which kinds?")).to_be_visible()
    page.get_by_label("cat").check()
    assert_accessible(page)
    no_wider_than_the_screen(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="I have read this").click()
    assert_accessible(page)
    page.get_by_label("That of most").check()
    page.get_by_role("button", name="Check my answers").click()
    expect(page.get_by_text("you have 1 more try")).to_be_visible()
    expect(page.get_by_text("It asks for yours.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("My own").check()
    page.get_by_role("button", name="Check my answers").click()
    expect(page.get_by_role("heading", name="Practice 1 of 1")).to_be_visible()
    assert_accessible(page)
    no_wider_than_the_screen(page)
    page.get_by_label("A is slightly better").check()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("A slightly better")).to_be_visible()
    expect(page.get_by_text("Keys work too.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Begin with the first item").click()
    expect(page.get_by_text(re.compile(r"Question \d\?"))).to_be_visible()
    hears_from_the_researchers(page, installation, f"entering-{size['width']}")
    for _item in range(2):
        expect(page.get_by_text(re.compile(r"Question \d\?"))).to_be_visible()
        shown = page.get_by_text(re.compile(r"Question \d\?")).inner_text()
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        expect(page.get_by_text(shown, exact=True)).to_be_hidden()
    page.get_by_role("link", name="Finish").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert_accessible(page)
    back = page.get_by_role("link", name="Back to Prolific")
    assert back.get_attribute("href") == "https://app.prolific.com/submissions/complete?cc=DONE1"


@SIZES
def test_no_place_is_told_before_the_rest_is_asked(
    visitor: Page, installation: Installation, size: dict[str, int]
) -> None:
    page = visitor
    page.set_viewport_size(size)
    link = study(installation, f"full-{size['width']}")
    begin(page, link, "5e" * 12)
    page.get_by_label("young").check()
    with page.expect_response(lambda one: one.status == 409):
        page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="No seat left for you here")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Finish").click()
    back = page.get_by_role("link", name="Back to Prolific")
    assert back.get_attribute("href") == "https://app.prolific.com/submissions/complete?cc=OUT1"
    page.goto(door(link, "5e" * 12))
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("link", name="Back to Prolific")).to_be_visible()


@SIZES
def test_researchers_make_links_and_see_quality(
    visitor: Page, installation: Installation, size: dict[str, int]
) -> None:
    page = visitor
    page.set_viewport_size(size)
    sign_in(page, installation.url, "researcher@demo.test")
    for place in ("entry", "quality", "edit"):
        page.goto(f"{installation.url}/research/short-study/{place}/")
        assert_accessible(page)
        no_wider_than_the_screen(page)
