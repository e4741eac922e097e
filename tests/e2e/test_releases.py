"""A release in a browser: small cells, a proposal, the snapshot, its archive, a shared link."""

import gzip
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessible import assert_accessible, assert_fits
from tests.e2e.installation import Installation
from tests.e2e.test_journeys import PHONE, item_file, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
ROOT = Path(__file__).resolve().parents[2]
SIZES = [{"width": 1280, "height": 900}, PHONE]
PEOPLE = 60
AGES = ["18 to 24", "25 to 34", "35 to 44", "45 to 54", "55 to 64", "65 to 99"]
CAMPAIGN = {
    "task_type": "pairwise",
    "overlap": 10,
    "questions": [
        {
            "key": "age",
            "label": "How old are you?",
            "kind": "single",
            "options": [{"key": f"a{n}", "label": label} for n, label in enumerate(AGES)],
        },
        {
            "key": "home",
            "label": "Where do you live?",
            "kind": "single",
            "options": [{"key": key, "label": key.title()} for key in ("city", "town", "farm")],
        },
    ],
    "consent": {
        "text": "We publish what you judge.",
        "purposes": [{"key": "research", "label": "Research", "required": True}],
    },
}


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


def peopled_campaign(installation: Installation, folder: Path, slug: str) -> None:
    """An open campaign that a synthetic crowd has answered in."""
    client = installation.client("researcher@demo.test")
    body = {**CAMPAIGN, "slug": slug, "title": f"Release {slug}"}
    assert client.post("campaigns/", json=body).status_code == 201
    sent = client.post(f"campaigns/{slug}/items/", data=item_file(folder, 6).read_bytes())
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post(f"campaigns/{slug}/open/").status_code == 200
    simulated(installation, slug, "--annotators", str(PEOPLE), "--judgments", "1")


def simulated(installation: Installation, slug: str, *options: str) -> None:
    """A synthetic crowd answers, in the installation's own database."""
    names = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    env = {key: value for key, value in os.environ.items() if key not in names}
    subprocess.run(
        [sys.executable, "manage.py", "simulate", slug, "--seed", "5", *options],
        cwd=ROOT,
        env={**env, "VARIORUM_DATA_DIR": str(installation.folder / "data")},
        check=True,
        timeout=120,
        capture_output=True,
    )


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_a_public_release_from_preview_to_archive(
    watched: Page,
    browser: Browser,
    installation: Installation,
    tmp_path: Path,
    size: dict[str, int],
) -> None:
    slug = f"release-{size['width']}"
    peopled_campaign(installation, tmp_path, slug)
    page = watched
    page.set_viewport_size(size)
    sign_in(page, installation.url, "researcher@demo.test")
    page.goto(f"{installation.url}/campaigns/{slug}/exports/")
    assert_accessible(page)
    page.get_by_role("link", name="New snapshot").click()
    page.get_by_role("radio", name="Public").check()
    expect(page.get_by_text("Small cells")).to_be_visible()
    before = loss_shown(page)
    page.get_by_role("button", name="Propose groups for me").click()
    expect(page.get_by_text("Groups are proposed above")).to_be_visible()
    assert loss_shown(page) <= before
    # What was proposed can be changed, and the numbers follow without a page load.
    page.evaluate("window.mark = 'still here'")
    page.get_by_label("City is released as").fill("anywhere")
    page.get_by_label("Town is released as").fill("anywhere")
    with page.expect_response(re.compile("/exports/new/$")):
        page.get_by_label("Farm is released as").fill("anywhere")
    expect(page.locator("#outcome").get_by_text(f"{PEOPLE}", exact=True)).to_be_visible()
    page.get_by_label("Note").fill("For the workshop")
    assert page.evaluate("window.mark") == "still here"
    assert_accessible(page)
    page.get_by_role("button", name="Make the snapshot").click()
    expect(page.locator(".badge-done")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as one .zip archive").click()
    assert_nobody_stands_out(Path(download.value.path()).read_bytes())
    page.get_by_label("For whom").fill("Reviewers")
    page.get_by_role("button", name="Make a link").click()
    address = page.locator("td a.hash").get_attribute("href")
    expect(page.get_by_text("archive of all files")).to_be_visible()
    assert_fits(page)
    assert address is not None
    stranger = browser.new_page(viewport={"width": size["width"], "height": size["height"]})
    stranger.goto(address)
    expect(stranger.get_by_role("heading", name=f"Release {slug}")).to_be_visible()
    assert_accessible(stranger)
    page.get_by_role("button", name=re.compile("Close link")).click()
    expect(page.get_by_text("closed")).to_be_visible()
    closed = stranger.goto(address)
    assert closed is not None
    assert closed.status == 404
    stranger.close()


def loss_shown(page: Page) -> int:
    shown = page.locator("#outcome .figures div", has_text="Told less than answered").locator("dd")
    return int(shown.inner_text().split()[0])


def assert_nobody_stands_out(archive: bytes) -> None:
    """Every combination of answers in the archive is one of at least five people, or blank."""
    with zipfile.ZipFile(io.BytesIO(archive)) as content:
        name = next(name for name in content.namelist() if name.endswith("annotators.parquet"))
        rows = pq.read_table(io.BytesIO(content.read(name))).to_pylist()
    assert len(rows) == PEOPLE
    assert {row["home"] for row in rows} <= {"anywhere", None}
    shared: dict[tuple[str | None, str | None], set[str]] = {}
    for row in rows:
        shared.setdefault((row["age"], row["home"]), set()).add(row["annotator_id"])
    assert all(len(people) >= 5 for people in shared.values())


def test_a_reviewer_passes_texts_by_keys(
    watched: Page, installation: Installation, tmp_path: Path
) -> None:
    client = installation.client("researcher@demo.test")
    body = {"slug": "reviewed", "title": "Reviewed", "task_type": "pairwise", "overlap": 2}
    assert client.post("campaigns/", json=body).status_code == 201
    sent = client.post("campaigns/reviewed/items/", data=item_file(tmp_path, 3).read_bytes())
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post("campaigns/reviewed/open/").status_code == 200
    annotator = installation.client("annotator8@demo.test")
    joined = annotator.post("campaigns/reviewed/join/", json={"consent": {"purposes": []}})
    assert joined.status_code in (200, 201), joined.text
    for reason in ("Plain 😀.", "Write to me@example.org, please.", "I am Anna of Mill Lane."):
        assignment = annotator.post("campaigns/reviewed/next/").json()
        answers = {"overall": {"outcome": "tie"}}
        judged = annotator.post(
            f"assignments/{assignment['id']}/judgment/",
            json={"answers": answers, "reason": reason, "active_ms": 1},
        )
        assert judged.status_code in (200, 201), judged.text
    page = watched
    sign_in(page, installation.url, "researcher@demo.test")
    page.goto(f"{installation.url}/campaigns/reviewed/exports/texts/")
    cards = page.locator("[data-text]")
    expect(cards).to_have_count(3)
    assert_accessible(page)
    page.keyboard.press("k")
    expect(cards.nth(0).get_by_text("Kept", exact=True)).to_be_visible()
    expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("r")
    expect(cards.nth(1).get_by_text("Kept in part")).to_be_visible()
    cards.nth(2).locator("[data-start]").first.evaluate(
        "piece => getSelection().setBaseAndExtent(piece.firstChild, 5, piece.firstChild, 9)"
    )
    page.keyboard.press("h")
    expect(cards.nth(2).locator(".text-cut")).to_have_text("Anna")
    page.keyboard.press("r")
    expect(cards.nth(2).get_by_text("Kept in part")).to_be_visible()
    assert_accessible(page)
    wish = {"profile": "research", "text": "reviewed", "format": "jsonl"}
    snapshot = client.post("campaigns/reviewed/exports/", json=wish).json()["id"]
    client.wait_for(f"exports/{snapshot}/")
    rows = client.get(f"exports/{snapshot}/files/judgments.jsonl.gz").content
    assert reasons_in(rows) == {"Plain 😀.", "Write to […], please.", "I am […] of Mill Lane."}


def reasons_in(content: bytes) -> set[str]:

    return {json.loads(line)["reason"] for line in gzip.decompress(content).splitlines()}
