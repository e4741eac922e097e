"""Whether everybody can use a page, as far as axe can tell: all its rules, put into a page once."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

IS_THERE = "() => 'axe' in window"
# What is in order is not described, nor sent here: that costs more than finding out.
RUN = """() => axe.run({resultTypes: ['violations']}).then(({violations}) => ({violations}))"""


def examined(page: Page) -> AxeResults:
    """What axe finds wrong with the page as it stands."""
    if not page.evaluate(IS_THERE):
        page.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = page.evaluate(RUN)
    return AxeResults(found)


def assert_accessible(page: Page, place: str = "") -> None:
    found = examined(page)
    assert found.violations_count == 0, f"{place or page.url}: {found.generate_report()}"
