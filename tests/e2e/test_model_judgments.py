"""A researcher imports what a model answered: on a phone and on a desk, marked, axe-clean."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import assert_fits
from tests.e2e.installation import Installation
from tests.e2e.reading import open_campaign, sign_in
from tests.e2e.test_judgment_import import SIZES

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]


def answers(folder: Path, *items: str) -> Path:
    path = folder / "answers.jsonl"
    said = {"overall": {"preferred": "r0", "strength": 2}}
    rows = [{"item_id": item, "answers": said, "reason": "It is shorter."} for item in items]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def give(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_label("Model (optional)").fill("judge-7b")
    page.get_by_label("Version of the prompt (optional)").fill("v2")
    page.get_by_role("button", name="Import answers").click()


@SIZES
def test_a_models_answers_come_in_marked_as_such(
    watched: Page, installation: Installation, tmp_path: Path, size: dict[str, int]
) -> None:
    expect.set_options(timeout=20_000)
    page, url, slug = watched, installation.url, f"machines-{size['width']}"
    page.set_viewport_size(size)
    open_campaign(installation, slug, "Cats?", ["Yes.", "No."])
    sign_in(page, url, "researcher@demo.test")
    page.goto(f"{url}/research/{slug}/judgments/")
    page.get_by_role("link", name="Models’ answers").click()
    expect(page.get_by_text("No model has answered here yet.")).to_be_visible()
    assert_fits(page)
    give(page, answers(tmp_path, "only", "nowhere"))
    expect(page.get_by_text('The campaign has no item "nowhere".')).to_be_visible()
    assert_fits(page)
    page.get_by_role("link", name="Give the file again").click()
    give(page, answers(tmp_path, "only"))
    expect(page.get_by_text("1 answer of a model was imported.")).to_be_visible()
    assert_fits(page)
    page.get_by_role("link", name="See the models").click()
    expect(page.get_by_role("rowheader", name="judge-7b")).to_be_visible()
    assert_fits(page)
    page.goto(f"{url}/research/{slug}/items/only/")
    expect(page.locator(".badge", has_text="model output")).to_be_visible()
    expect(page.get_by_text("Nobody has judged this item yet.")).to_be_visible()
    assert_fits(page)
