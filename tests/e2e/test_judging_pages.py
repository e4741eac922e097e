"""No answer is lost, and nobody is stuck: the judging page with and without a network."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.accessible import assert_accessible
from tests.e2e.installation import PASSWORD, Client, Installation

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
SIZES = [{"width": 1280, "height": 900}, {"width": 390, "height": 844}]
sizes = pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
ANSWERED = "#judge-form input:checked"


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


@pytest.fixture
def owner(installation: Installation) -> Client:
    return installation.client("researcher@demo.test")


@pytest.fixture
def second(browser: Browser) -> Iterator[BrowserContext]:
    """Another browser of the same person: nothing is shared with the first but the server."""
    context = browser.new_context()
    yield context
    context.close()


def sign_in(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/accounts/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def campaign(owner: Client, slug: str, items: int = 40, **parts: Any) -> str:
    """An open campaign of one judgment an item that the person joins by consenting."""
    body = {"slug": slug, "title": slug, "task_type": "pairwise", "overlap": 1, **parts}
    assert owner.post("campaigns/", json=body).status_code == 201
    lines = [item(number) for number in range(1, items + 1)]
    sent = owner.post(f"campaigns/{slug}/items/", data="\n".join(lines).encode())
    owner.wait_for(f"imports/{sent.json()['id']}/")
    assert owner.post(f"campaigns/{slug}/open/").status_code == 200
    return slug


def item(number: int, **parts: Any) -> str:
    responses = [{"id": one, "text": f"{one}: {number}."} for one in ("x", "y")]
    line = {"id": f"q{number}", "prompt": f"Question {number}?", "responses": responses}
    return json.dumps({**line, **parts})


def begin(page: Page, installation: Installation, slug: str, person: str = "annotator8") -> None:
    """Sign in, join where that is still to do, and see the first item with more kept ahead."""
    sign_in(page, installation.url, f"{person}@demo.test")
    client = installation.client(f"{person}@demo.test")
    joined = client.post(f"campaigns/{slug}/join/", json={"consent": {"version": 1}})
    assert joined.status_code == 201, joined.text
    with page.expect_response(re.compile("/judge/ahead/")):
        page.goto(f"{installation.url}/campaigns/{slug}/judge/")
    expect(page.locator("#judge-form")).to_be_visible()


def kept_ahead(page: Page) -> int:
    return int(
        page.evaluate(
            "window.variorumJudging.store.of('ahead', document.getElementById('stage').dataset"
            ".person).then((kept) => kept.length)"
        )
    )


def wait_until_kept(page: Page, count: int) -> None:
    for _ in range(100):
        if kept_ahead(page) == count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{kept_ahead(page)} kept, not {count}")


def shown(page: Page) -> str:
    return page.locator("#stage").get_attribute("data-assignment") or ""


def choose(page: Page, choice: str, reason: str = "") -> None:
    page.get_by_role("radio", name=choice).check()
    if reason:
        # "It depends" opens the field by itself.
        if page.locator("details.reason[open]").count() == 0:
            page.locator("details.reason summary").click()
        page.get_by_label("Your reason, in any language").fill(reason)


def submit(page: Page) -> None:
    before = shown(page)
    page.get_by_role("button", name="Submit and next").click()
    expect(page.locator(f'#stage[data-assignment="{before}"]')).to_have_count(0)


def stored(owner: Client, slug: str) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = owner.get(f"campaigns/{slug}/judgments/").json()["results"]
    return results


@sizes
def test_five_answers_given_without_a_network_arrive_in_order_and_once(
    page: Page, installation: Installation, owner: Client, size: dict[str, int]
) -> None:
    slug = campaign(owner, f"offline-{size['width']}")
    page.set_viewport_size(size)
    begin(page, installation, slug)
    choose(page, "They are equally good", "Given online")
    submit(page)
    wait_until_kept(page, 5)
    page.context.set_offline(True)
    given = []
    for number in range(1, 6):
        expect(page.get_by_role("heading", name=f"Item {number + 1} of 40")).to_be_attached()
        given.append(shown(page))
        choose(page, "It depends", f"Given offline, {number}")
        submit(page)
    expect(page.locator("#judging-state")).to_have_text(
        "You are offline. You can go on: nothing is lost. 5 answers wait to be sent."
    )
    assert_accessible(page)
    assert len(stored(owner, slug)) == 1
    assert len(set(given)) == 5
    page.context.set_offline(False)
    expect(page.locator("#judging-state")).to_have_text(
        "You are online again. All 5 answers are sent and stored."
    )
    reasons = [one["reason"] for one in stored(owner, slug)]
    assert reasons == ["Given online", *(f"Given offline, {number}" for number in range(1, 6))]
    assert all(one["active_ms"] > 0 and one["elapsed_ms"] > 0 for one in stored(owner, slug))
    cells = owner.get(f"campaigns/{slug}/coverage/").json()["strata"][0]
    assert cells["submitted"] == 6
    choose(page, "They are equally good", "Online again")
    submit(page)
    assert [one["reason"] for one in stored(owner, slug)][-1] == "Online again"
    assert len(stored(owner, slug)) == 7


@sizes
def test_answers_that_wait_are_sent_with_the_next_visit(
    page: Page, installation: Installation, owner: Client, size: dict[str, int]
) -> None:
    slug = campaign(owner, f"next-visit-{size['width']}")
    page.set_viewport_size(size)
    begin(page, installation, slug)
    wait_until_kept(page, 5)
    page.context.set_offline(True)
    for reason in ("First", "Second"):
        choose(page, "Both are bad", reason)
        submit(page)
    expect(page.get_by_text("2 answers wait to be sent.")).to_be_visible()
    context = page.context
    page.close()
    context.set_offline(False)
    assert stored(owner, slug) == []
    again = context.new_page()
    again.goto(f"{installation.url}/campaigns/{slug}/judge/")
    expect(again.get_by_text("All 2 answers are sent and stored.")).to_be_visible()
    assert [one["reason"] for one in stored(owner, slug)] == ["First", "Second"]
    expect(again.get_by_role("heading", name="Item 3 of 40")).to_be_attached()


def test_when_all_that_was_kept_is_answered_the_page_says_so_and_goes_on_with_the_network(
    page: Page, installation: Installation, owner: Client
) -> None:
    slug = campaign(owner, "used-up", flow={"ahead": 1})
    begin(page, installation, slug)
    wait_until_kept(page, 1)
    page.context.set_offline(True)
    for _ in range(2):
        choose(page, "Both are bad")
        submit(page)
    expect(
        page.get_by_role("heading", name="That is all for now without a network")
    ).to_be_visible()
    assert_accessible(page)
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Item 3 of 40")).to_be_attached()
    assert len(stored(owner, slug)) == 2


def test_an_answer_whose_acknowledgement_is_lost_is_stored_once(
    page: Page, installation: Installation, owner: Client
) -> None:
    slug = campaign(owner, "lost-answer")
    begin(page, installation, slug)
    wait_until_kept(page, 5)
    sent = []

    def swallow(route: Route) -> None:
        """The server stores it; the browser never hears of it."""
        sent.append(route.request.post_data)
        if len(sent) == 1:
            assert route.fetch().status == 200
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(re.compile(r"/judge/\d+/$"), swallow)
    choose(page, "They are equally good", "Only once")
    submit(page)
    expect(page.get_by_text("Your answer is sent and stored.")).to_be_visible()
    assert [one["reason"] for one in stored(owner, slug)] == ["Only once"]
    assert len(sent) == 2


@sizes
def test_a_draft_comes_back_after_a_reload_and_in_another_browser(
    page: Page,
    second: BrowserContext,
    installation: Installation,
    owner: Client,
    size: dict[str, int],
) -> None:
    slug = campaign(owner, f"drafts-{size['width']}")
    page.set_viewport_size(size)
    begin(page, installation, slug)
    choose(page, "B is slightly better", "Half a thou")
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    page.reload()
    expect(page.get_by_role("radio", name="B is slightly better")).to_be_checked()
    expect(page.get_by_label("Your reason, in any language")).to_have_value("Half a thou")
    elsewhere = second.new_page()
    begin(elsewhere, installation, slug)
    expect(elsewhere.get_by_role("radio", name="B is slightly better")).to_be_checked()
    expect(elsewhere.get_by_label("Your reason, in any language")).to_have_value("Half a thou")
    assert stored(owner, slug) == []
    # What the network kept from being sent comes back from the browser itself.
    page.context.set_offline(True)
    page.get_by_label("Your reason, in any language").fill("Half a thought")
    expect(page.locator("#draft-state")).to_have_text("Draft kept on this device")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Your reason, in any language")).to_have_value("Half a thought")
    submit(page)
    assert [one["reason"] for one in stored(owner, slug)] == ["Half a thought"]
    drafts = "Object.keys(localStorage).filter((key) => key.startsWith('variorum-draft')).length"
    assert page.evaluate(drafts) == 0


def test_signing_out_leaves_nothing_of_what_was_read_or_begun(
    page: Page, installation: Installation, owner: Client
) -> None:
    slug = campaign(owner, "sign-out")
    begin(page, installation, slug)
    wait_until_kept(page, 5)
    choose(page, "It depends", "Private")
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []
    counting = """new Promise((resolve) => {
      indexedDB.open("variorum-judging").onsuccess = (event) => {
        const kept = event.target.result.transaction("ahead").objectStore("ahead").count();
        kept.onsuccess = () => resolve(kept.result);
      };
    })"""
    assert page.evaluate(counting) == 0
    leased = owner.get(f"campaigns/{slug}/coverage/").json()["strata"][0]["leased"]
    assert leased == 1


@sizes
def test_two_windows_show_the_same_item_and_go_on_together(
    page: Page, installation: Installation, owner: Client, size: dict[str, int]
) -> None:
    slug = campaign(owner, f"windows-{size['width']}")
    page.set_viewport_size(size)
    begin(page, installation, slug)
    other = page.context.new_page()
    other.goto(f"{installation.url}/campaigns/{slug}/judge/")
    expect(other.locator("#judge-form")).to_be_visible()
    assert shown(other) == shown(page)
    answered = shown(page)
    choose(page, "They are equally good", "In the first")
    submit(page)
    expect(other.locator(f'#stage[data-assignment="{answered}"]')).to_have_count(0)
    expect(other.get_by_text("You have answered that item in another window")).to_be_visible()
    assert shown(other) == shown(page)
    choose(other, "Both are bad", "In the second")
    submit(other)
    assert [one["reason"] for one in stored(owner, slug)] == ["In the first", "In the second"]


def test_another_device_that_was_overtaken_says_so_and_keeps_the_text(
    page: Page, second: BrowserContext, installation: Installation, owner: Client
) -> None:
    slug = campaign(owner, "devices")
    begin(page, installation, slug)
    other = second.new_page()
    begin(other, installation, slug)
    choose(page, "They are equally good", "Here")
    submit(page)
    choose(other, "Both are bad", "There")
    other.get_by_role("button", name="Submit and next").click()
    expect(other.get_by_text("You have answered this item already")).to_be_visible()
    expect(other.get_by_label("Your reason, in any language")).to_have_value("There")
    other.get_by_role("link", name="Go to the next item").click()
    expect(other.get_by_role("heading", name="Item 2 of 40")).to_be_attached()
    assert [one["reason"] for one in stored(owner, slug)] == ["Here"]


@sizes
def test_the_last_answer_is_changed_and_its_history_kept(
    watched: Page, installation: Installation, owner: Client, size: dict[str, int]
) -> None:
    slug = campaign(owner, f"undo-{size['width']}")
    page = watched
    page.set_viewport_size(size)
    begin(page, installation, slug)
    choose(page, "A is clearly better", "At first")
    submit(page)
    page.get_by_role("link", name="Change that answer").click()
    expect(page.get_by_role("heading", name="Change your answer")).to_be_visible()
    expect(page.get_by_role("radio", name="A is clearly better")).to_be_checked()
    assert_accessible(page)
    choose(page, "Both are bad")
    page.get_by_label("Your reason, in any language").fill("On second thought")
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_text("Changed.").first).to_be_attached()
    expect(page.get_by_role("heading", name="Item 2 of 40")).to_be_attached()
    first, again = stored(owner, slug)
    assert (first["reason"], again["reason"]) == ("At first", "On second thought")
    assert again["supersedes"] == first["judgment_id"]
    assert again["answers"] == {"overall": {"outcome": "both_bad"}}
    assert owner.get(f"campaigns/{slug}/coverage/").json()["strata"][0]["submitted"] == 1


@sizes
def test_skipping_reporting_and_a_warning(
    watched: Page, installation: Installation, owner: Client, size: dict[str, int]
) -> None:
    slug = f"care-{size['width']}"
    flow = {"content_warning": "Some texts are about illness.", "pay": "9 €", "session_minutes": 5}
    body = {"slug": slug, "title": slug, "task_type": "pairwise", "overlap": 1, "flow": flow}
    assert owner.post("campaigns/", json=body).status_code == 201
    lines = "\n".join(item(number, metadata={"warning": "About loss."}) for number in range(1, 9))
    sent = owner.post(f"campaigns/{slug}/items/", data=lines.encode())
    owner.wait_for(f"imports/{sent.json()['id']}/")
    assert owner.post(f"campaigns/{slug}/open/").status_code == 200
    page = watched
    page.set_viewport_size(size)
    sign_in(page, installation.url, "annotator7@demo.test")
    page.goto(f"{installation.url}/campaigns/{slug}/consent/")
    expect(page.get_by_text("This takes about 5 minutes.")).to_be_visible()
    expect(page.get_by_text("You get: 9 €")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="I agree and want to take part").click()
    expect(page.get_by_role("heading", name="Before you read this")).to_be_visible()
    expect(page.get_by_text("Some texts are about illness.")).to_be_visible()
    expect(page.get_by_text("About loss.")).to_be_visible()
    assert "Question" not in page.locator("#stage").inner_text()
    assert_accessible(page)
    first = shown(page)
    page.get_by_role("button", name="Show me something else").click()
    expect(page.locator(f'#stage[data-assignment="{first}"]')).to_have_count(0)
    page.get_by_role("link", name="Show it to me").click()
    expect(page.locator("#judge-form")).to_be_visible()
    page.reload()
    expect(page.locator("#judge-form")).to_be_visible()

    page.get_by_text("Report harmful content").click()
    page.get_by_label("What is it about?").select_option("Response B")
    page.get_by_label("It could harm somebody").check()
    page.get_by_label("Anything to add (optional)").fill("It gives a dose.")
    assert_accessible(page)
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Thank you. The researchers will look at it.")).to_be_visible()
    second = shown(page)
    page.get_by_text("Skip this item").click()
    page.get_by_label("I would rather not read this").check()
    page.get_by_label("In your own words (optional)").fill("Too close")
    assert_accessible(page)
    page.get_by_role("button", name="Skip and go on").click()
    expect(page.locator(f'#stage[data-assignment="{second}"]')).to_have_count(0)
    # The campaign's warning was read; the next item has its own.
    expect(page.get_by_text("About loss.")).to_be_visible()
    assert page.get_by_text("Some texts are about illness.").count() == 0

    reports = owner.get(f"campaigns/{slug}/reports/").json()
    assert reports["count"] == 1
    report = reports["results"][0]
    assert (report["kind"], report["note"]) == ("harmful", "It gives a dose.")
    assert report["response_id"] in ("x", "y")
    sign_in_as = page.context.browser
    assert sign_in_as is not None
    with sign_in_as.new_context() as context:
        research = context.new_page()
        research.set_viewport_size(size)
        sign_in(research, installation.url, "researcher@demo.test")
        research.goto(f"{installation.url}/research/{slug}/reports/")
        expect(research.get_by_text("It gives a dose.")).to_be_visible()
        assert_accessible(research)


def test_who_is_signed_out_in_the_meantime_loses_nothing(
    page: Page, installation: Installation, owner: Client
) -> None:
    slug = campaign(owner, "session-over")
    begin(page, installation, slug)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    choose(page, "It depends", "Still here")
    page.get_by_role("button", name="Submit and next").click()
    expect(page.get_by_text("You have been signed out.")).to_be_visible()
    expect(page.get_by_label("Your reason, in any language")).to_have_value("Still here")
    assert_accessible(page)
    assert stored(owner, slug) == []
    assert cookies
    page.get_by_role("link", name="Sign in again").click()
    page.get_by_label("E-mail").fill("annotator8@demo.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Your answer is sent and stored.")).to_be_visible()
    assert [one["reason"] for one in stored(owner, slug)] == ["Still here"]


@sizes
def test_an_answer_that_comes_too_late_is_kept_to_copy(
    page: Page, installation: Installation, owner: Client, size: dict[str, int]
) -> None:
    slug = campaign(owner, f"too-late-{size['width']}", items=1)
    page.set_viewport_size(size)
    begin(page, installation, slug)
    mine = shown(page)
    page.context.set_offline(True)
    choose(page, "It depends", "Long considered")
    page.get_by_role("button", name="Submit and next").click()
    expect(page.get_by_text("One answer waits to be sent.")).to_be_visible()
    # Meanwhile the place is given back and somebody else takes it.
    person = installation.client("annotator8@demo.test")
    assert person.post(f"assignments/{mine}/release/").status_code == 200
    other = installation.client("annotator6@demo.test")
    assert other.post(f"campaigns/{slug}/join/", json={"consent": {"version": 1}}).ok
    served = other.post(f"campaigns/{slug}/next/").json()
    body = {"answers": {"overall": {"outcome": "tie"}}}
    assert other.post(f"assignments/{served['id']}/judgment/", json=body).status_code == 201
    page.context.set_offline(False)
    refused = page.locator(".refused")
    expect(refused).to_be_visible()
    text = refused.get_by_role("textbox").input_value()
    assert "It depends" in text
    assert "Long considered" in text
    assert_accessible(page)
    assert len(stored(owner, slug)) == 1
    page.get_by_role("button", name="I have what I need; remove it").click()
    expect(refused).to_have_count(0)
