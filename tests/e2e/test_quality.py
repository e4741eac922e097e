"""Check items and silent repeats: met like any other item, noted, and held against nobody."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import assert_fits
from tests.e2e.installation import Client, Installation
from tests.e2e.test_judging_pages import item, sign_in, sizes

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
PERSON = "annotator6@demo.test"
# Nothing on a page may sound like these while somebody judges.
TELLING = re.compile(r"again|repeat|second time|already|check|attention|wrong|instead", re.I)
INSTRUCTION = "For this one, choose the answer that reads: x: 0."
CHECK, WIDE = "c0", 1000
PREFERRED = {"answers": {"overall": {"preferred": "x", "strength": 2}}}
Served = dict[str, Any]


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


def study(owner: Client, slug: str) -> None:
    """Forty items and a check item; as often as may be, that is served or an item met before."""
    body = {"slug": slug, "title": slug, "task_type": "pairwise", "overlap": 1}
    body |= {"repeat_rate": 0.5, "flow": {"ahead": 0}, "entry": {"check_rate": 0.5}}
    assert owner.post("campaigns/", json=body).status_code == 201
    lines = [item(number) for number in range(1, 41)]
    lines.append(item(0, id=CHECK, prompt=INSTRUCTION, check={"overall": {"preferred": "x"}}))
    sent = owner.post(f"campaigns/{slug}/items/", data="\n".join(lines).encode())
    owner.wait_for(f"imports/{sent.json()['id']}/")
    assert owner.post(f"campaigns/{slug}/open/").status_code == 200


@sizes
def test_checks_and_repeats_look_like_any_item_and_nobody_is_blamed(
    watched: Page, installation: Installation, size: dict[str, int]
) -> None:
    page = watched
    page.set_viewport_size(size)
    owner, person = (installation.client(one) for one in ("researcher@demo.test", PERSON))
    slug = f"quality-{size['width']}"
    study(owner, slug)
    assert person.post(f"campaigns/{slug}/join/", json={}).status_code == 201
    sign_in(page, installation.url, PERSON)
    # On one screen somebody who answers as before, on the other somebody who changes their mind.
    is_firm = size["width"] > WIDE
    met: dict[str, Served] = {}
    left, repeats = {"check", "repeat"}, 0
    while left:
        served = person.post(f"campaigns/{slug}/next/").json()
        name, order = served["item"]["id"], order_of(served)
        kind = "check" if name == CHECK else "repeat" if name in met else "first"
        if kind == "repeat":
            repeats += 1
            assert order == order_of(met[name])[::-1]
        # Over REST, too, it has nothing that others have not.
        assert {*map(frozenset, (*met.values(), served))} == {frozenset(served)}
        if kind in left:
            page.goto(f"{installation.url}/campaigns/{slug}/judge/")
            assert [
                text[:1] for text in page.locator(".response .prose").all_inner_texts()
            ] == order
            answer_as_any(page, order, like_before=kind == "repeat" and is_firm)
            left.remove(kind)
        else:
            answered = person.post(f"assignments/{served['id']}/judgment/", json=PREFERRED)
            assert answered.status_code == 201, answered.text
        met.setdefault(name, served)
    (found,) = owner.get(f"campaigns/{slug}/quality/").json()
    same = repeats - (not is_firm)
    assert {name: found[name] for name in found if name != "annotator"} == {
        **{"checks": 1, "checks_passed": 0, "repeats": repeats, "repeats_same": same},
        **{"consistency": same / repeats, "too_fast": 0},
    }
    goes_on_as_before(page, installation.url, owner, person, slug)


def order_of(served: Served) -> list[str]:
    return [one["id"] for one in served["item"]["responses"]]


def answer_as_any(page: Page, order: list[str], *, like_before: bool) -> None:
    """Answer what is on the screen; neither it nor what follows says a word about it."""
    assert_fits(page)
    main = page.get_by_role("main")
    assert not TELLING.search(main.inner_text())
    shown = page.locator("#stage").get_attribute("data-assignment")
    choice = f"{'AB'[order.index('x')]} is clearly better" if like_before else "equally good"
    page.get_by_role("radio", name=choice).check()
    page.get_by_role("button", name="Submit and next").click()
    expect(page.locator(f'#stage[data-assignment="{shown}"]')).to_have_count(0)
    expect(page.locator("#judge-form")).to_be_visible()
    assert not TELLING.search(main.inner_text())
    expect(page.locator(".notice-error, .notice-warning")).to_have_count(0)


def goes_on_as_before(page: Page, url: str, owner: Client, person: Client, slug: str) -> None:
    """The answers stay, the person stays, and only afterwards are they told of repeats."""
    served = person.post(f"campaigns/{slug}/next/").json()
    answered = person.post(f"assignments/{served['id']}/judgment/", json=PREFERRED)
    assert answered.status_code == 201
    judged = owner.get(f"campaigns/{slug}/judgments/?page_size=100").json()["results"]
    (checked,) = [one for one in judged if one["item_id"] == CHECK]
    assert checked["answers"] == {"overall": {"outcome": "tie"}}
    page.goto(f"{url}/campaigns/{slug}/history/")
    expect(page.get_by_text("shown to you a second time")).to_be_visible()
    expect(page.get_by_text("Changing one’s mind is fine")).to_be_visible()
    assert not re.search("check|attention|wrong", page.get_by_role("main").inner_text(), re.I)
    assert_fits(page)
