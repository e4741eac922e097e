"""A person looks at what they gave, changes what they said, takes it along, and takes it back."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.config.processes import eventually
from tests.e2e.accessible import assert_fits
from tests.e2e.installation import PASSWORD, Client, Installation
from tests.e2e.test_journeys import PHONE, item_file, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
SIZES = [{"width": 1280, "height": 900}, PHONE]
QUESTION = {
    "key": "age",
    "label": "How old are you?",
    "kind": "single",
    "options": [{"key": "young", "label": "Under 40"}, {"key": "old", "label": "40 or older"}],
}


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


def judged_campaign(installation: Installation, folder: Path, slug: str, email: str) -> None:
    """An open campaign in which this new person has judged two items, under a reason of theirs."""
    admin = installation.client("admin@demo.test")
    client = installation.client("researcher@demo.test")
    person = {"email": email, "password": PASSWORD, "role": "annotator"}
    assert admin.post("users/", json=person).status_code == 201
    body = {
        **{"slug": slug, "title": f"Mine {slug}", "task_type": "pairwise", "overlap": 1},
        "questions": [QUESTION],
    }
    assert client.post("campaigns/", json=body).status_code == 201
    sent = client.post(f"campaigns/{slug}/items/", data=item_file(folder, 3).read_bytes())
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post(f"campaigns/{slug}/open/").status_code == 200
    mine = installation.client(email)
    joined = mine.post(f"campaigns/{slug}/join/", json={"answers": {"age": "young"}})
    assert joined.status_code == 201, joined.text
    for _ in range(2):
        served = mine.post(f"campaigns/{slug}/next/").json()
        answer = {"preferred": served["item"]["responses"][0]["id"], "strength": 2}
        judgment = {"answers": {"overall": answer}, "reason": "It speaks to me"}
        assert mine.post(f"assignments/{served['id']}/judgment/", json=judgment).status_code == 201


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_from_history_to_withdrawal(
    watched: Page, installation: Installation, tmp_path: Path, size: dict[str, int]
) -> None:
    slug, email = f"mine-{size['width']}", f"mine{size['width']}@demo.test"
    judged_campaign(installation, tmp_path, slug, email)
    page, url = watched, installation.url
    page.set_viewport_size(size)
    sign_in(page, url, email)
    page.get_by_role("link", name="Account").click()
    page.get_by_role("link", name="My data").click()
    expect(page.get_by_text("2 of 3")).to_be_visible()
    assert_fits(page)

    page.get_by_role("link", name="What I judged").click()
    expect(page.get_by_text("A clearly better")).to_have_count(2)
    expect(page.get_by_text("It speaks to me")).to_have_count(2)
    assert_fits(page)

    page.get_by_role("link", name="My data").click()
    page.get_by_role("link", name="Change what I said about myself").click()
    expect(page.get_by_role("radio", name="Under 40")).to_be_checked()
    page.get_by_role("radio", name="40 or older").check()
    assert_fits(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("version 2 of what you said")).to_be_visible()

    page.get_by_role("link", name="Back to my data").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all my data").click()
    data = json.loads(Path(download.value.path()).read_text())
    assert [one["answers"] for one in data["profiles"]] == [{"age": ["young"]}, {"age": ["old"]}]
    assert {one["reason"] for one in data["judgments"]} == {"It speaks to me"}

    page.get_by_role("article").get_by_role("link", name="Withdraw").click()
    assert_fits(page)
    page.get_by_label("Your password, to confirm").fill(PASSWORD)
    page.get_by_role("button", name="Withdraw and erase").click()
    expect(page.get_by_role("heading", name="You have withdrawn")).to_be_visible()
    assert_fits(page)
    page.get_by_role("link", name="Back to my data").click()
    expect(page.get_by_text("You withdrew on")).to_be_visible()
    client = installation.client("researcher@demo.test")
    assert coverage_is_open_again(client, slug)

    page.get_by_role("link", name="Withdraw altogether").click()
    assert_fits(page)
    page.get_by_label("Your password, to confirm").fill(PASSWORD)
    page.get_by_role("button", name="Withdraw and erase everything").click()
    expect(page.get_by_text("you are signed out")).to_be_visible()
    assert_fits(page)
    page.goto(f"{url}/my-data/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def coverage_is_open_again(client: Client, slug: str) -> bool:
    """Whether the worker has erased what was judged: three places wanted, none given."""

    def nothing_is_submitted() -> bool:
        strata = client.get(f"campaigns/{slug}/coverage/").json()["strata"]
        judgments = client.get(f"campaigns/{slug}/judgments/").json()["results"]
        return [one["submitted"] for one in strata] == [0] and judgments == []

    return eventually(nothing_is_submitted, 60)
