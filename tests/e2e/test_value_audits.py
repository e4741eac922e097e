"""An audit in a browser: a sample is drawn, a crowd labels it, and the report is read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import assert_accessible, assert_fits
from tests.e2e.installation import Installation
from tests.e2e.test_journeys import PHONE, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
ROOT = Path(__file__).resolve().parents[2]
WORDS = ("lamp", "river", "stone", "window", "paper", "garden", "wheel", "cloud", "market", "song")
PAIRS = 60


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=60_000)


def transcripts() -> bytes:
    """Pairs as hh-rlhf has them."""
    lines = []
    for number in range(PAIRS):
        begin = f"\n\nHuman: Tell me about {WORDS[number % 10]} {number}.\n\nAssistant: "
        sides = {
            side: begin + " ".join(WORDS[(number * step + shift) % 10] for step in (1, 3, 7))
            for shift, side in enumerate(("chosen", "rejected"))
        }
        lines.append(json.dumps(sides))
    return "\n".join(lines).encode()


def label(installation: Installation, slug: str) -> None:
    """A synthetic crowd labels the sample."""
    names = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    env = {key: value for key, value in os.environ.items() if key not in names}
    subprocess.run(
        [
            *(sys.executable, "manage.py", "simulate", slug, "--annotators", "5"),
            *("--seed", "5", "--skip", "0", "--fast"),
        ],
        cwd=ROOT,
        env={**env, "VARIORUM_DATA_DIR": str(installation.folder / "data")},
        check=True,
        timeout=120,
        capture_output=True,
    )


def test_from_a_corpus_to_a_report(watched: Page, installation: Installation) -> None:
    page, url = watched, installation.url
    client = installation.client("researcher@demo.test")
    body = {"slug": "audited", "title": "Audited", "task_type": "pairwise", "overlap": 2}
    assert client.post("campaigns/", json=body).status_code == 201
    sent = client.post("campaigns/audited/items/", data=transcripts())
    assert client.wait_for(f"imports/{sent.json()['id']}/")["format"] == "hh-rlhf"
    sign_in(page, url, "researcher@demo.test")
    page.goto(f"{url}/research/audited/")
    page.get_by_role("link", name="Values", exact=True).click()
    assert_accessible(page)
    page.get_by_label("Texts").fill("80")
    page.get_by_role("button", name="Draw the sample").click()
    expect(page.get_by_role("heading", name="Audited: values")).to_be_visible()
    expect(page.get_by_text("draft campaign with the sample is made")).to_be_visible()
    page.locator(".import-line a").click()
    expect(page.locator(".badge-done")).to_be_visible()
    page.goto(f"{url}/research/audited-values/open/")
    page.get_by_role("button", name="Open it").click()
    label(installation, "audited-values")
    page.goto(f"{url}/campaigns/audited/audits/")
    page.get_by_role("link", name="New audit").click()
    assert_accessible(page)
    page.get_by_role("button", name="Make the audit").click()
    expect(page.get_by_role("heading", name="Values on both sides")).to_be_visible()
    expect(page.locator("svg.value-chart")).to_have_count(2)
    expect(page.get_by_text("120 texts, 60 chosen and 60 rejected")).to_be_visible()
    assert_accessible(page)
    page.get_by_text("Calibration: what was predicted").click()
    assert_accessible(page)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="report.html").click()
    assert "<svg" in Path(fetched.value.path()).read_text()
    page.set_viewport_size(PHONE)
    assert_fits(page)
    page.goto(f"{url}/taxonomies/")
    assert_accessible(page)
