"""An analysis in a browser: started, waited for, and looked at."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.installation import Installation
from tests.e2e.test_journeys import PHONE, assert_accessible, sign_in
from tests.e2e.test_releases import peopled_campaign

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
SIZES = [{"width": 1280, "height": 900}, PHONE]
POPULATION = b"question,option,share\nhome,city,0.6\nhome,town,0.3\nhome,farm,0.1\n"


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_an_analysis_from_start_to_numbers(
    watched: Page, installation: Installation, tmp_path: Path, size: dict[str, int]
) -> None:
    slug = f"analysed-{size['width']}"
    peopled_campaign(installation, tmp_path, slug)
    page = watched
    page.set_viewport_size(size)
    sign_in(page, installation.url, "researcher@demo.test")
    page.goto(f"{installation.url}/research/{slug}/")
    page.get_by_role("link", name="Analysis", exact=True).click()
    assert_accessible(page)
    page.get_by_label("Name").fill("The country")
    page.get_by_label("Table, as CSV").set_input_files(
        {"name": "margins.csv", "mimeType": "text/csv", "buffer": POPULATION}
    )
    page.get_by_role("button", name="Add the population").click()
    expect(page.get_by_role("button", name="Remove The country")).to_be_visible()
    page.get_by_label("Weight people to").select_option("The country")
    page.get_by_label("Draws for resampled intervals").fill("20")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".badge-done")).to_be_visible()
    assert_accessible(page)
    for name in ("Answers by group", "Systems by group", "Agreement", "Who is represented"):
        run = page.url
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        expect(page.locator("table svg.whisker").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert_accessible(page)
        page.goto(run)
    # A number leads to the answers it comes from.
    page.get_by_role("link", name="Systems by group", exact=True).click()
    page.locator("td.num a").first.click()
    expect(page.get_by_role("heading", name="Answers by group", level=1)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="As CSV").click()
    assert b"Wilson interval" in Path(download.value.path()).read_bytes()
