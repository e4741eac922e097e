"""A break is suggested after a while at work; earlier answers are changed from the history."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import assert_fits
from tests.e2e.installation import Client, Installation
from tests.e2e.test_judging_pages import begin, campaign, choose, sizes, stored, submit

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
MINUTE = 60_000


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


@pytest.fixture
def owner(installation: Installation) -> Client:
    return installation.client("researcher@demo.test")


@sizes
def test_a_break_is_suggested_after_a_while_at_work(
    watched: Page, installation: Installation, owner: Client, size: dict[str, int]
) -> None:
    flow = {"break_after_minutes": 5}
    slug = campaign(owner, f"break-{size['width']}", items=8, flow=flow)
    page = watched
    page.set_viewport_size(size)
    page.clock.install()
    begin(page, installation, slug)
    suggestion = page.get_by_role("status").filter(has_text="You have been at it for 5 minutes.")
    for _item in range(2):
        expect(suggestion).to_have_count(0)
        page.clock.fast_forward(3 * MINUTE)
        choose(page, "They are equally good")
        submit(page)
    expect(suggestion).to_be_visible()
    assert_fits(page)
    # It is a suggestion: the next item is there, and the answer to it is taken.
    page.get_by_role("button", name="All right").click()
    expect(suggestion).to_have_count(0)
    page.clock.fast_forward(3 * MINUTE)
    choose(page, "Both are bad")
    submit(page)
    expect(suggestion).to_have_count(0)
    # Whoever was away for longer has had their break.
    page.clock.fast_forward(20 * MINUTE)
    choose(page, "Both are bad")
    submit(page)
    expect(suggestion).to_have_count(0)
    assert len(stored(owner, slug)) == 4


@sizes
def test_any_earlier_answer_is_changed_from_the_history(
    watched: Page, installation: Installation, owner: Client, size: dict[str, int]
) -> None:
    slug = campaign(owner, f"earlier-{size['width']}", items=8, flow={"revise": "all"})
    page = watched
    page.set_viewport_size(size)
    begin(page, installation, slug)
    for choice in ("A is clearly better", "They are equally good", "Both are bad"):
        choose(page, choice)
        submit(page)
    page.get_by_role("link", name="What I judged").click()
    expect(page.get_by_role("heading", name="What I judged")).to_be_visible()
    changes = page.get_by_role("link", name=re.compile("Change this answer.*Question"))
    expect(changes).to_have_count(3)
    assert_fits(page)
    changes.last.click()
    expect(page.get_by_role("heading", name="Change your answer")).to_be_visible()
    expect(page.get_by_role("radio", name="A is clearly better")).to_be_checked()
    assert_fits(page)
    page.get_by_role("link", name="Leave it as it was").click()
    expect(page.get_by_role("heading", name="What I judged")).to_be_visible()
    changes.last.click()
    choose(page, "B is slightly better")
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("heading", name="What I judged")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Changed.")).to_be_visible()
    expect(page.get_by_text("you have revised this since")).to_have_count(1)
    expect(page.get_by_text("a revision", exact=False)).to_have_count(1)
    expect(changes).to_have_count(3)
    assert_fits(page)
    first, _second, _third, again = stored(owner, slug)
    assert again["supersedes"] == first["judgment_id"]
    changed = {"preferred": again["presented_order"][1], "strength": 1}
    assert again["answers"] == {"overall": changed}
    assert owner.get(f"campaigns/{slug}/coverage/").json()["strata"][0]["submitted"] == 3


@sizes
def test_where_only_the_last_may_be_changed_the_history_offers_no_other(
    watched: Page, installation: Installation, owner: Client, size: dict[str, int]
) -> None:
    slug = campaign(owner, f"only-last-{size['width']}", items=8)
    page = watched
    page.set_viewport_size(size)
    begin(page, installation, slug)
    for choice in ("A is clearly better", "They are equally good"):
        choose(page, choice)
        submit(page)
    page.get_by_role("link", name="What I judged").click()
    change = page.get_by_role("link", name="Change this answer")
    expect(change).to_have_count(1)
    change.click()
    expect(page.get_by_role("radio", name="They are equally good")).to_be_checked()
