"""Every task type by the keyboard alone, and by accessible names alone as with a screen reader.

By the keyboard: nothing is pointed at, clicked or focused from outside, and no shortcut is known;
Tab, the arrows, the space bar and Enter do it all. By names: whatever is used is found by its role
and its accessible name, and the page says by itself where the person is.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.installation import Installation
from tests.e2e.test_task_types import RATED, both_widths, judging, open_campaign, stored

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
ITEMS, MOST_STOPS = 2, 80
ASKING = {"acceptable": "required", "confidence": "required", "reason": "required"}
# What a screen reader would say first of the element that has the focus.
NAME = r"""() => {
  const one = document.activeElement;
  if (one === document.body) return "";
  const labels = [...(one.labels || [])].map((label) => label.textContent).join(" ");
  const name = one.getAttribute("aria-label") || labels || one.textContent;
  const group = one.closest("[role=radiogroup]")?.getAttribute("aria-label") || "";
  return [group, name].join(" > ").trim().replace(/\s+/g, " ");
}"""


def tab_to(page: Page, name: str) -> None:
    """Tab on until what has the focus is called so (a pattern)."""
    met = []
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        met.append(page.evaluate(NAME))
        if re.search(name, met[-1]):
            return
    raise AssertionError(f"{name} was not met: {met}")


def choose(page: Page, step: int) -> None:
    """In the row of radio buttons that has the focus, the `step`-th from its first."""
    page.keyboard.press("Space")
    for _ in range(step):
        page.keyboard.press("ArrowRight")


def pairs_by_keyboard(page: Page) -> None:
    for letter, step in (("A", 0), ("B", 1)):
        tab_to(page, f"Is response {letter} acceptable")
        choose(page, step)
    tab_to(page, "A is clearly better")
    choose(page, 1)
    tab_to(page, "Say why")
    page.keyboard.type("It is shorter.")
    tab_to(page, "How sure are you")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")


def pairs_by_names(page: Page) -> None:
    for letter, verdict in (("A", "Yes"), ("B", "No")):
        group = page.get_by_role("radiogroup", name=f"Is response {letter} acceptable in itself?")
        group.get_by_role("radio", name=verdict).check()
    page.get_by_role("radio", name="A is slightly better").check()
    page.get_by_role("slider", name="How sure are you?").fill("1")
    page.get_by_role("textbox", name="Say why").fill("It is shorter.")


def ranking_by_keyboard(page: Page) -> None:
    tab_to(page, "Response B: Place")
    for _ in range(3):
        # The focus goes on to the next that is still to place.
        page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Response C: place 3 of 3")).to_be_focused()
    page.keyboard.press("ArrowUp")


def ranking_by_names(page: Page) -> None:
    for letter in "BAC":
        page.get_by_role("button", name=f"Response {letter}: Place", exact=True).click()
    page.get_by_role("button", name="Response C: Move up").click()
    expect(page.get_by_role("button", name="Response C: place 2 of 3")).to_be_visible()


def ends_by_keyboard(page: Page) -> None:
    tab_to(page, ": Best > ")
    choose(page, 2)
    tab_to(page, ": Worst > ")
    choose(page, 0)


def ends_by_names(page: Page) -> None:
    for end, letter in (("Best", "C"), ("Worst", "A")):
        group = page.get_by_role("radiogroup", name=re.compile(f": {end}$"))
        group.get_by_role("radio", name=f"Response {letter}").check()


def ratings_by_keyboard(page: Page) -> None:
    for letter, step in (("A", 2), ("B", 0)):
        tab_to(page, f"tone.*: Response {letter} > ")
        choose(page, step)
    tab_to(page, "trust.*: Response A")
    page.keyboard.press("End")
    tab_to(page, "trust.*: Response B")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")


def ratings_by_names(page: Page) -> None:
    for letter, step in (("A", "Good"), ("B", "Poor")):
        group = page.get_by_role("radiogroup", name=f"How is the tone?: Response {letter}")
        group.get_by_role("radio", name=step).check()
    for letter, number in (("A", "100"), ("B", "1")):
        name = f"How much do you trust it?: Response {letter}"
        page.get_by_role("slider", name=name).fill(number)


def values_by_keyboard(page: Page) -> None:
    for value, step in (("Information Seeking", 0), ("Duty/Accountability", 3)):
        tab_to(page, f"{value} > ")
        choose(page, step)


def values_by_names(page: Page) -> None:
    duty = page.get_by_role("radiogroup", name="Duty/Accountability")
    duty.get_by_role("radio", name="Above all").check()


@dataclass(frozen=True)
class Task:
    """A task type: how it is asked, two ways of answering it, and what both must store."""

    task_type: str
    responses: int
    by_keyboard: Callable[[Page], None]
    by_names: Callable[[Page], None]
    answer: Callable[[list[str]], Any]
    parts: dict[str, Any]


def pair_answer(order: list[str]) -> Any:
    return {"overall": {"preferred": order[0], "strength": 1}}


def ranking_answer(order: list[str]) -> Any:
    return {"overall": {"ranking": [[order[1]], [order[2]], [order[0]]]}}


def ends_answer(order: list[str]) -> Any:
    return {"overall": {"best": order[2], "worst": order[0]}}


def rating_answer(order: list[str]) -> Any:
    first, second = order
    return {
        "tone": {"ratings": {first: 3, second: 1}},
        "trust": {"ratings": {first: 100, second: 1}},
    }


def values_answer(_order: list[str]) -> Any:
    return {"values": {"values": {"duty-accountability": 3}}}


TASKS = [
    Task("pairwise", 2, pairs_by_keyboard, pairs_by_names, pair_answer, {"asking": ASKING}),
    Task("ranking", 3, ranking_by_keyboard, ranking_by_names, ranking_answer, {}),
    Task("best-worst", 3, ends_by_keyboard, ends_by_names, ends_answer, {}),
    Task("rating", 2, ratings_by_keyboard, ratings_by_names, rating_answer, {"criteria": RATED}),
    Task("values", 1, values_by_keyboard, values_by_names, values_answer, {}),
]
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.task_type)


@pytest.fixture(scope="module")
def slug_of(installation: Installation) -> Callable[[Task], str]:
    """The open campaign of a task type, made when it is first asked for."""
    made: dict[str, str] = {}

    def find(task: Task) -> str:
        if task.task_type not in made:
            made[task.task_type] = open_campaign(
                installation,
                task.task_type,
                responses=task.responses,
                items=ITEMS,
                **task.parts,
            )
        return made[task.task_type]

    return find


def assert_stored_as_meant(installation: Installation, slug: str, task: Task, before: int) -> None:
    found = stored(installation, slug)[before:]
    assert len(found) == ITEMS
    for judgment in found:
        order = judgment["presented_order"]
        assert judgment["answers"] == task.answer(order)
        if task.task_type == "pairwise":
            assert judgment["acceptable"] == {order[0]: True, order[1]: False}
            assert (judgment["confidence"], judgment["reason"]) == (1.0, "It is shorter.")


@both_widths
@every_task
def test_by_the_keyboard_alone(
    watched: Page,
    installation: Installation,
    slug_of: Callable[[Task], str],
    task: Task,
    size: dict[str, int],
) -> None:
    slug, page = slug_of(task), watched
    page.set_viewport_size(size)
    before = len(stored(installation, slug))
    judging(page, installation, slug)
    for number in range(ITEMS):
        # Whoever hears the page hears where they are, and goes on from there.
        heading = re.compile(f"Item {number + 1} of {ITEMS}")
        expect(page.get_by_role("heading", name=heading)).to_be_focused()
        task.by_keyboard(page)
        tab_to(page, "Submit and next")
        page.keyboard.press("Enter")
    thanks = page.get_by_role("heading", name="Thank you")
    expect(thanks).to_be_focused()
    assert_stored_as_meant(installation, slug, task, before)


@both_widths
@every_task
def test_by_accessible_names_alone(
    watched: Page,
    installation: Installation,
    slug_of: Callable[[Task], str],
    task: Task,
    size: dict[str, int],
) -> None:
    slug, page = slug_of(task), watched
    page.set_viewport_size(size)
    before = len(stored(installation, slug))
    judging(page, installation, slug)
    for number in range(ITEMS):
        heading = re.compile(f"Item {number + 1} of {ITEMS}")
        expect(page.get_by_role("heading", name=heading)).to_be_focused()
        expect(page.get_by_role("region", name="The request")).to_contain_text("Question")
        for letter in "ABC"[: task.responses]:
            article = page.get_by_role("article", name=f"Response {letter}")
            expect(article).to_contain_text("this is answer")
        task.by_names(page)
        page.get_by_role("button", name="Submit and next").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_focused()
    assert_stored_as_meant(installation, slug, task, before)
