"""Pictures of every page, on a desk and on a phone: `make screenshots`.

Starts a demo installation of its own, signs every role in, and takes each page at 1280 and 390
pixels into `.data/screenshots/`. Those that README and guides show are cut to the window and
brought to docs/images, where they are kept current by running this again. An address that
`pages.py` does not know ends it before anything is started.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from config.environment import BASE_DIR, Environment, data_dir
from tests.browser import BROWSER_FLAGS, find_chromium
from tests.e2e.installation import Installation, running

WIDTHS = {1280: 900, 390: 844}
# A longer page is cut: what is to be seen of it is in its beginning.
LONGEST = 4000
IN_GUIDES = {
    "annotation:campaign-judge": "judging",
    "annotation:research-campaign-detail": "campaign",
}
EMAILS = {
    "annotator": "annotator1@demo.test",
    "researcher": "researcher@demo.test",
    "admin": "admin@demo.test",
}
SETTLE = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished.catch(() => null)))"""


class Album:
    """Where pictures go: all of them into a folder, those of guides beside the guides as well."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taken: list[str] = []
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def take(self, name: str, page: Page) -> None:
        """The page as it is now, at each width."""
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_load_state("networkidle")
            page.evaluate(SETTLE)
            page.evaluate("window.scrollTo(0, 0)")
            path = self.folder / f"{name.replace(':', '.')}-{width}.png"
            page.screenshot(path=path, full_page=True)
            with Image.open(path) as picture:
                reduced(picture, LONGEST).save(path, optimize=True)
                if width == 1280 and name in IN_GUIDES:
                    guide = BASE_DIR / "docs" / "images" / f"{IN_GUIDES[name]}.png"
                    reduced(picture, height).save(guide, optimize=True)
        self.taken.append(name)
        print(name, flush=True)


def reduced(picture: Image.Image, longest: int) -> Image.Image:
    """Its beginning in 256 colours, which pages have fewer than: a third of the bytes."""
    cut = picture.crop((0, 0, picture.width, min(picture.height, longest)))
    return cut.convert("RGB").quantize(256, dither=Image.Dither.NONE)


@contextmanager
def opened(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en", reduced_motion="reduce", color_scheme="light")
    try:
        yield context.new_page()
    finally:
        context.close()


def take_pages(browser: Browser, installation: Installation, album: Album) -> None:
    from django.urls import reverse

    from tests.e2e.reading import sign_in
    from tests.pictures.objects import make_objects
    from tests.pictures.pages import CAMPAIGN, PAGES

    objects = make_objects(installation)

    def given(text: str) -> str:
        for name, value in objects.items():
            text = value if text == f"${name}" else text.replace(f"=${name}", f"={value}")
        return text

    for role in ("visitor", *EMAILS):
        with opened(browser) as page:
            if role in EMAILS:
                sign_in(page, installation.url, EMAILS[role])
            if role == "annotator":
                read_guideline(page, f"{installation.url}/campaigns/{CAMPAIGN}/judge/")
            for name, shown in PAGES.items():
                if shown.role != role:
                    continue
                parts = {part: given(value) for part, value in shown.parts.items()}
                address = reverse(name, kwargs=parts) + given(shown.query)
                answer = page.goto(installation.url + address)
                assert answer is not None, address
                assert answer.ok, f"{name}: {answer.status} at {address}"
                album.take(name, page)


def read_guideline(page: Page, judging: str) -> None:
    """Judging begins behind the guideline, which the demo's people have not read in a browser."""
    page.goto(judging)
    page.get_by_role("button", name="I have read this; go on").click()
    page.wait_for_url(judging)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Playwright's synchronous interface runs an event loop beside what asks for addresses.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    django.setup()
    from tests.pictures.pages import ADDRESSES, NO_PAGES, ON_THE_WAY, PAGES
    from tests.pictures.walks import WALKS

    if unknown := sorted(set(ADDRESSES) ^ {*PAGES, *ON_THE_WAY, *NO_PAGES}):
        sys.exit(f"Say in tests/pictures/pages.py what these show: {', '.join(unknown)}")
    album = Album(data_dir(Environment(os.environ)) / "screenshots")
    found = find_chromium()
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as installation,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=found, args=BROWSER_FLAGS)
        take_pages(browser, installation, album)
        for walk in WALKS:
            with opened(browser) as page:
                walk(page, installation.url, album.take)
        browser.close()
    missing = {*PAGES, *ON_THE_WAY} - set(album.taken)
    assert not missing, f"Not pictured: {', '.join(sorted(missing))}"
    print(f"{len(set(album.taken))} pages, each at {len(WIDTHS)} widths, in {album.folder}")


if __name__ == "__main__":
    main()
