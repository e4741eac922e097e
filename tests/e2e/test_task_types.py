"""Every task type in a browser, on a phone and on a desktop.

By pointer, by touch, by keys alone, and by accessible names alone as with a screen reader; whatever
the way, the same answer is stored.
"""

import gzip
import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessible import assert_fits
from tests.e2e.installation import PASSWORD, Client, Installation

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
both_widths = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
numbers = itertools.count(1)
STEPS = {
    "kind": "steps",
    "steps": [
        {"value": 1, "label": "Poor"},
        {"value": 2, "label": "Fair"},
        {"value": 3, "label": "Good"},
    ],
}
SLIDER = {"kind": "slider", "min": 0, "max": 100, "step": 1, "low": "not at all", "high": "fully"}


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


def item_lines(items: int, responses: int) -> bytes:
    lines = [
        {
            "id": f"q{item}",
            "prompt": f"Question {item}?",
            "responses": [
                {"id": f"r{one}", "text": f"Plainly, this is answer {one}. It is *not* the worst."}
                for one in range(1, responses + 1)
            ],
        }
        for item in range(1, items + 1)
    ]
    return "\n".join(json.dumps(line) for line in lines).encode()


def open_campaign(
    installation: Installation, task_type: str, *, responses: int, items: int = 1, **parts: Any
) -> str:
    """A campaign that anybody may join; returns its slug."""
    client = installation.client("researcher@demo.test")
    slug = f"types-{next(numbers)}"
    body = {"slug": slug, "title": f"Types {slug}", "task_type": task_type, "overlap": 20, **parts}
    made = client.post("campaigns/", json=body)
    assert made.status_code == 201, made.text
    sent = client.post(f"campaigns/{slug}/items/", data=item_lines(items, responses))
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post(f"campaigns/{slug}/open/").status_code == 200
    return slug


def newcomer(installation: Installation, slug: str) -> str:
    """A new annotator with a seat; returns their e-mail."""
    admin = installation.client("admin@demo.test")
    email = f"types{next(numbers)}@journey.test"
    body = {"email": email, "password": PASSWORD, "role": "annotator"}
    assert admin.post("users/", json=body).status_code == 201
    client = installation.client(email)
    consent = client.get(f"campaigns/{slug}/").json()["consent"]
    given = {"version": consent["version"], "purposes": []}
    assert client.post(f"campaigns/{slug}/join/", json={"consent": given}).status_code == 201
    return email


def judging(page: Page, installation: Installation, slug: str) -> Page:
    """The judging page of somebody new."""
    email = newcomer(installation, slug)
    page.goto(f"{installation.url}/accounts/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(f"{installation.url}/campaigns/{slug}/judge/")
    if page.get_by_role("button", name="I have read this").count():
        page.get_by_role("button", name="I have read this").click()
    page.wait_for_url("**/judge/", wait_until="load")
    expect(page.locator("#judge-form[data-started]")).to_be_attached()
    return page


def submit(page: Page) -> None:
    page.get_by_role("button", name="Submit and next").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def look_until_thanked(page: Page) -> None:
    """Whoever has no scripts looks again by hand while the planning's job is not ended yet."""
    thanks = page.get_by_role("heading", name="Thank you")
    for _again in range(20):
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if thanks.count():
            return
        page.get_by_role("link", name="Look again").click()
        page.wait_for_timeout(500)
    expect(thanks).to_be_visible()


def submit_by_enter(page: Page) -> None:
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def stored(installation: Installation, slug: str) -> list[dict[str, Any]]:
    client: Client = installation.client("researcher@demo.test")
    found: list[dict[str, Any]] = client.get(f"campaigns/{slug}/judgments/").json()["results"]
    return found


@both_widths
def test_pairs_are_judged_with_all_that_can_be_asked(
    watched: Page, installation: Installation, size: dict[str, int]
) -> None:
    asking = {"reason": "required", "reason_least": 5, "confidence": "required"}
    asking |= {"acceptable": "required", "spans": True}
    slug = open_campaign(installation, "pairwise", responses=2, asking=asking)
    page = watched
    page.set_viewport_size(size)
    judging(page, installation, slug)
    assert_fits(page)
    page.get_by_role("radio", name="A is clearly better").check()
    for letter, verdict in (("A", "Yes"), ("B", "No")):
        group = page.get_by_role("radiogroup", name=f"Is response {letter} acceptable in itself?")
        group.get_by_role("radio", name=verdict).check()
    page.get_by_label("Say why").fill("It is shorter.")
    page.get_by_role("slider", name="How sure are you?").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    article = page.get_by_role("article", name="Response A")
    article.get_by_role("button", name="Highlight a passage").click()
    article.get_by_role("button", name="It is not the worst.").click()
    article.get_by_role("textbox", name="Note on “It is not the worst.” (optional)").fill("hm")
    assert_fits(page)
    submit(page)
    [judgment] = stored(installation, slug)
    a, b = judgment["presented_order"]
    assert judgment["answers"] == {"overall": {"preferred": a, "strength": 2}}
    assert judgment["acceptable"] == {a: True, b: False}
    assert (judgment["reason"], judgment["confidence"]) == ("It is shorter.", 1.0)
    text = f"Plainly, this is answer {a[1:]}. It is *not* the worst."
    [span] = judgment["spans"]
    assert text[span["start"] : span["end"]] == "It is *not* the worst."
    assert (span["response"], span["note"]) == (a, "hm")


def test_it_depends_asks_on_what_by_keys_alone(watched: Page, installation: Installation) -> None:
    slug = open_campaign(installation, "pairwise", responses=2)
    page = judging(watched, installation, slug)
    page.keyboard.press("7")
    reason = page.get_by_label("Your reason, in any language")
    expect(page.get_by_text("On what does it depend?")).to_be_visible()
    page.keyboard.press("Enter")
    expect(reason).to_be_focused()  # the browser says what is missing, and leads there
    page.keyboard.type("On who asks.")
    page.keyboard.press("Tab")
    submit_by_enter(page)
    [judgment] = stored(installation, slug)
    assert judgment["answers"] == {"overall": {"outcome": "depends"}}
    assert judgment["reason"] == "On who asks."


def select_words(page: Page, letter: str, first: int, last: int) -> None:
    """Select characters of a response's first text, as a mouse or a finger does."""
    page.evaluate(
        """([letter, first, last]) => {
          const card = document.getElementById(`response-${letter}`).closest(".response");
          const node = document.createTreeWalker(card.querySelector(".prose p"), 4).nextNode();
          document.getSelection().setBaseAndExtent(node, first, node, last);
        }""",
        [letter, first, last],
    )


@both_widths
def test_a_selection_is_highlighted_adjusted_and_removed(
    watched: Page, installation: Installation, size: dict[str, int]
) -> None:
    slug = open_campaign(installation, "pairwise", responses=2, asking={"spans": True})
    page = watched
    page.set_viewport_size(size)
    judging(page, installation, slug)
    article = page.get_by_role("article", name="Response B")
    select_words(page, "B", 9, 14)  # "this " with the space after it
    article.get_by_role("button", name="Highlight the selection").click()
    expect(article.locator("q")).to_have_text("this")
    article.get_by_text("Adjust").click()
    article.get_by_role("button", name="End a word later").click()
    expect(article.locator("q")).to_have_text("this is")
    article.get_by_role("button", name="Begin a word earlier").click()
    expect(article.locator("q")).to_have_text("Plainly, this is")
    assert page.evaluate("CSS.highlights.get('passage').size") == 1
    select_words(page, "A", 0, 7)
    page.get_by_role("article", name="Response A").get_by_role(
        "button", name="Highlight the selection"
    ).click()
    assert page.evaluate("CSS.highlights.get('passage').size") == 2
    page.get_by_role("button", name="Remove: Plainly", exact=True).click()
    assert page.evaluate("CSS.highlights.get('passage').size") == 1
    assert_fits(page)
    page.get_by_role("radio", name="They are equally good").check()
    submit(page)
    [judgment] = stored(installation, slug)
    b = judgment["presented_order"][1]
    assert judgment["spans"] == [{"response": b, "start": 0, "end": 16, "note": ""}]


def test_passages_by_keys_alone(watched: Page, installation: Installation) -> None:
    slug = open_campaign(installation, "pairwise", responses=2, asking={"spans": True})
    page = judging(watched, installation, slug)
    article = page.get_by_role("article", name="Response A")
    article.get_by_role("button", name="Highlight a passage").focus()
    page.keyboard.press("Enter")
    expect(article.get_by_role("button", name="Plainly, this is answer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(article.get_by_role("button", name="Plainly, this is answer").first).to_have_attribute(
        "aria-pressed", "true"
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("first")
    page.locator("h1").focus()
    page.keyboard.press("3")
    submit_by_enter(page)
    [judgment] = stored(installation, slug)
    [span] = judgment["spans"]
    assert (span["start"], span["note"]) == (0, "first")
    assert span["end"] == len(f"Plainly, this is answer {judgment['presented_order'][0][1:]}.")


@both_widths
def test_the_best_and_the_worst_differ(
    watched: Page, installation: Installation, size: dict[str, int]
) -> None:
    slug = open_campaign(installation, "best-worst", responses=4)
    page = watched
    page.set_viewport_size(size)
    judging(page, installation, slug)
    assert_fits(page)
    best = page.get_by_role("radiogroup", name=re.compile(": Best$"))
    worst = page.get_by_role("radiogroup", name=re.compile(": Worst$"))
    best.get_by_role("radio", name="Response B").check()
    worst.get_by_role("radio", name="Response B").check()
    expect(best.get_by_role("radio", name="Response B")).not_to_be_checked()
    best.get_by_role("radio", name="Response D").check()
    assert_fits(page)
    submit(page)
    [judgment] = stored(installation, slug)
    order = judgment["presented_order"]
    assert judgment["answers"] == {"overall": {"best": order[3], "worst": order[1]}}


def test_best_and_worst_by_keys_alone(watched: Page, installation: Installation) -> None:
    slug = open_campaign(installation, "best-worst", responses=3)
    page = judging(watched, installation, slug)
    page.keyboard.press("3")
    page.keyboard.press("1")
    submit_by_enter(page)
    [judgment] = stored(installation, slug)
    order = judgment["presented_order"]
    assert judgment["answers"] == {"overall": {"best": order[2], "worst": order[0]}}


RATED = [
    {"key": "tone", "label": "How is the tone?", "scale": STEPS},
    {"key": "trust", "label": "How much do you trust it?", "scale": SLIDER},
]


@both_widths
def test_ratings_by_steps_and_sliders(
    watched: Page, installation: Installation, size: dict[str, int]
) -> None:
    slug = open_campaign(installation, "rating", responses=2, criteria=RATED)
    page = watched
    page.set_viewport_size(size)
    judging(page, installation, slug)
    assert_fits(page)
    for letter, step in (("A", "Good"), ("B", "Poor")):
        group = page.get_by_role("radiogroup", name=f"How is the tone?: Response {letter}")
        group.get_by_role("radio", name=step).check()
    first, second = page.get_by_role("slider").all()
    assert first.get_attribute("aria-valuetext") == "not answered yet"
    # A press in the very middle moves nothing, and is an answer all the same.
    first.click()
    expect(first).to_have_attribute("aria-valuetext", "50")
    page.get_by_role("button", name="Submit and next").click()
    expect(page.get_by_role("heading", name="Thank you")).to_have_count(0)
    page.get_by_role("spinbutton", name="Response B").fill("101")
    page.get_by_role("button", name="Submit and next").click()
    expect(page.get_by_role("heading", name="Thank you")).to_have_count(0)
    page.get_by_role("spinbutton", name="Response B").fill("7")
    expect(second).to_have_value("7")
    assert_fits(page)
    submit(page)
    [judgment] = stored(installation, slug)
    a, b = judgment["presented_order"]
    assert judgment["answers"] == {
        "tone": {"ratings": {a: 3, b: 1}},
        "trust": {"ratings": {a: 50, b: 7}},
    }


def test_ratings_by_keys_alone(watched: Page, installation: Installation) -> None:
    slug = open_campaign(installation, "rating", responses=2, criteria=RATED)
    page = judging(watched, installation, slug)
    page.keyboard.press("2")
    page.keyboard.press("3")
    # The focus has gone on to the first slider.
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Submit and next").focus()
    submit_by_enter(page)
    [judgment] = stored(installation, slug)
    a, b = judgment["presented_order"]
    assert judgment["answers"] == {
        "tone": {"ratings": {a: 2, b: 3}},
        "trust": {"ratings": {a: 100, b: 1}},
    }


@both_widths
def test_values_with_strengths_or_none_of_them(
    watched: Page, installation: Installation, size: dict[str, int]
) -> None:
    slug = open_campaign(installation, "values", responses=1)
    page = watched
    page.set_viewport_size(size)
    judging(page, installation, slug)
    assert_fits(page)
    page.get_by_role("button", name="Submit and next").click()
    none = page.get_by_role("checkbox", name="None of these")
    expect(none).to_be_focused()
    none.check()
    duty = page.get_by_role("radiogroup", name="Duty/Accountability")
    duty.get_by_role("radio", name="Above all").check()
    expect(none).not_to_be_checked()
    peace = page.get_by_role("radiogroup", name="Well-being/Peace")
    peace.get_by_role("radio", name="A little").check()
    assert_fits(page)
    submit(page)
    [judgment] = stored(installation, slug)
    values = {"wellbeing-peace": 1, "duty-accountability": 3}
    assert judgment["answers"] == {"values": {"values": values}}
    # Somebody else sees none of them. What the page still asks for is not to be theirs.
    page.goto("about:blank")
    page.context.clear_cookies()
    judging(page, installation, slug)
    page.get_by_role("checkbox", name="None of these").check()
    submit(page)
    assert stored(installation, slug)[-1]["answers"] == {"values": {"values": {}}}


def test_values_by_keys_alone(watched: Page, installation: Installation) -> None:
    slug = open_campaign(installation, "values", responses=1)
    page = judging(watched, installation, slug)
    for key in "0200010":
        page.keyboard.press(key)
    submit_by_enter(page)
    [judgment] = stored(installation, slug)
    values = {"information-seeking": 2, "civility-tolerance": 1}
    assert judgment["answers"] == {"values": {"values": values}}


# Ten responses in an order of our own, told by their texts: what is shown where differs.
WANTED = [4, 9, 1, 10, 2, 7, 3, 8, 6, 5]


def item_of(page: Page, number: int) -> Any:
    return page.locator(".ranker-item", has_text=f"this is answer {number}.")


EDGE = 90


def end_of_order(page: Page) -> tuple[float, float]:
    """A point below everything that is placed, in pixels of the window."""
    placed = page.locator(".ranker-placed .ranker-item")
    if placed.count():
        box = placed.last.bounding_box()
        assert box is not None
        return box["x"] + 60, box["y"] + box["height"] - 4
    box = page.locator(".ranker-placed h3").bounding_box()
    assert box is not None
    return box["x"] + 60, box["y"] + box["height"] + 4


def grip_of(page: Page, number: int) -> tuple[float, float]:
    """The middle of a response's grip, once it was brought to the middle of the window."""
    grip = item_of(page, number).locator(".ranker-grip")
    grip.evaluate("node => node.scrollIntoView({block: 'center', behavior: 'instant'})")
    box = grip.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def carry(page: Page, number: int, reach: Callable[[float, float], None]) -> None:
    """Move what is held to the end of the order, waiting at the window's edge while it scrolls."""
    assert page.viewport_size is not None
    height = page.viewport_size["height"]
    for _wait in range(300):
        x, y = end_of_order(page)
        if EDGE < y < height - EDGE:
            break
        reach(x, 20 if y <= EDGE else height - 20)
        page.wait_for_timeout(20)
    else:
        raise AssertionError(f"the end of the order was not reached with {number}")
    reach(*end_of_order(page))
    # It may have scrolled on until the pointer left the edge.
    reach(*end_of_order(page))


def by_mouse(page: Page) -> None:
    for number in WANTED:
        page.mouse.move(*grip_of(page, number))
        page.mouse.down()
        carry(page, number, lambda x, y: page.mouse.move(x, y, steps=4))
        page.mouse.up()


def by_touch(page: Page) -> None:
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    for number in WANTED:
        at = grip_of(page, number)
        touch("touchStart", at)
        # A finger begins to move slowly.
        touch("touchMove", (at[0], at[1] - 8))
        carry(page, number, lambda x, y: touch("touchMove", (x, y)))
        touch("touchEnd")


def by_buttons(page: Page) -> None:
    """In the order shown first, then each up to its place."""
    for _ in WANTED:
        page.locator(".ranker-pool [data-do=place]").first.click()
    for place, number in enumerate(WANTED):
        item = item_of(page, number)
        up = item.get_by_role("button", name="Move up")
        while item.evaluate("node => [...node.parentNode.children].indexOf(node)") > place:
            up.click()


def by_keys(page: Page) -> None:
    """The letter goes to a response, a digit gives it its place; 0 is the tenth."""
    for place, number in enumerate(WANTED, start=1):
        letter = item_of(page, number).locator(".ranker-letter").inner_text()
        page.keyboard.press(letter.lower())
        page.keyboard.press(str(place % 10))


WAYS: dict[str, Callable[[Page], None]] = {
    "drag": by_mouse,
    "touch": by_touch,
    "buttons": by_buttons,
    "keys": by_keys,
}


@pytest.fixture(scope="module")
def ten(installation: Installation) -> str:
    return open_campaign(installation, "ranking", responses=10)


@pytest.fixture
def page_for(browser: Browser) -> Iterator[Callable[[str, dict[str, int]], Page]]:
    contexts = []

    def make(way: str, size: dict[str, int]) -> Page:
        context = browser.new_context(viewport=size, has_touch=way == "touch")
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@both_widths
@pytest.mark.parametrize("way", WAYS)
def test_a_ranking_of_ten_is_the_same_however_it_is_given(
    installation: Installation,
    ten: str,
    page_for: Callable[[str, dict[str, int]], Page],
    way: str,
    size: dict[str, int],
) -> None:
    page = page_for(way, size)
    judging(page, installation, ten)
    if way == "buttons":
        assert_fits(page)
    before = len(stored(installation, ten))
    WAYS[way](page)
    placed = page.locator(".ranker-placed .ranker-item")
    expect(placed).to_have_count(10)
    if way == "buttons":
        assert_fits(page)
    submit(page)
    found = stored(installation, ten)
    assert len(found) == before + 1
    assert found[-1]["answers"] == {"overall": {"ranking": [[f"r{one}"] for one in WANTED]}}


@both_widths
def test_ties_and_partial_rankings_by_names_and_keys(
    watched: Page, installation: Installation, size: dict[str, int]
) -> None:
    asking = {"partial_rankings": True}
    slug = open_campaign(installation, "ranking", responses=4, asking=asking)
    page = watched
    page.set_viewport_size(size)
    judging(page, installation, slug)
    page.get_by_role("button", name="Response C: Place").click()
    page.get_by_role("button", name="Submit and next").click()
    missing = page.get_by_role("alert").filter(has_text="Place at least two responses")
    expect(missing).to_be_visible()
    page.get_by_role("button", name="Response A: Place").click()
    page.get_by_role("button", name="Response D: Place").click()
    page.get_by_role("button", name="Response D: Same place as the one above").click()
    expect(page.get_by_role("button", name="Response D: place 2 of 4")).to_be_visible()
    expect(page.get_by_role("button", name="Response A: place 2 of 4")).to_be_visible()
    page.get_by_role("button", name="Response B: Place").click()
    page.get_by_role("button", name="Response B: Take out of the order").click()
    # The keys: D up over C, and back to a tie with what is then above it.
    page.keyboard.press("d")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("a")
    page.keyboard.press("=")
    assert_fits(page)
    submit(page)
    [judgment] = stored(installation, slug)
    a, _b, c, d = judgment["presented_order"]
    assert judgment["answers"] == {"overall": {"ranking": [[d], sorted([a, c])]}}


def test_without_scripts_every_task_type_can_be_answered(
    installation: Installation, browser: Browser
) -> None:
    places = {"A": 2, "B": 1, "C": 2}
    ranks = [(f"Response {letter}", f"Place {place}") for letter, place in places.items()]
    rates = [("Response A", "Very good")]
    values = [("Empathy/Helpfulness", "Clearly")]
    forms: list[tuple[str, int, list[tuple[str, str]], Callable[[list[str]], Any]]] = [
        ("ranking", 3, ranks, lambda order: {"ranking": [[order[1]], sorted(order[::2])]}),
        ("rating", 1, rates, lambda order: {"ratings": {order[0]: 5}}),
        ("values", 1, values, lambda _order: {"values": {"empathy-helpfulness": 2}}),
    ]
    for task_type, responses, choices, answer in forms:
        slug = open_campaign(installation, task_type, responses=responses)
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        email = newcomer(installation, slug)
        page.goto(f"{installation.url}/accounts/sign-in/?next=/campaigns/{slug}/judge/")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        if page.get_by_role("button", name="I have read this").count():
            page.get_by_role("button", name="I have read this").click()
        for group, choice in choices:
            row = page.get_by_role("radiogroup", name=group)
            row.get_by_role("radio", name=choice, exact=True).check()
        page.get_by_role("button", name="Submit and next").click()
        look_until_thanked(page)
        context.close()
        [judgment] = stored(installation, slug)
        [given] = judgment["answers"].values()
        assert given == answer(judgment["presented_order"])


def test_the_page_weighs_little(page: Page, installation: Installation, ten: str) -> None:
    """HTML, styles and scripts of a first load below 80 KB gzipped, of a next item below 15."""
    sizes: dict[str, int] = {}

    def weigh(response: Any) -> None:
        kind = response.request.resource_type
        if response.ok and kind in ("document", "stylesheet", "script", "xhr", "fetch"):
            sizes[response.url] = len(gzip.compress(response.body()))

    asking = {"spans": True, "confidence": "optional"}
    slug = open_campaign(installation, "pairwise", responses=2, items=2, asking=asking)
    judging(page, installation, slug)
    page.on("response", weigh)
    page.reload(wait_until="networkidle")
    assert 0 < sum(sizes.values()) < 80_000, sizes
    sizes.clear()
    page.keyboard.press("1")
    # The next item may have been there already: it is shown before the answer has come back.
    with page.expect_response(lambda response: response.request.method == "POST") as answered:
        page.get_by_role("button", name="Submit and next").click()
    answered.value.finished()
    expect(page.get_by_role("heading", name="Item 2 of 2")).to_be_attached()
    page.wait_for_timeout(500)
    assert 0 < sum(sizes.values()) < 15_000, sizes
