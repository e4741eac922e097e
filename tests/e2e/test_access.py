"""Every annotator's page for everybody: narrow, zoomed, dark, mirrored, by keyboard, and light."""

import gzip
import random
import re

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessible import beyond_the_window, examined
from tests.e2e.installation import PASSWORD, Installation
from tests.e2e.reading import judge_page, open_campaign, place_of, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
EMAIL = "annotator7@demo.test"
# 1280 pixels at 200 % and at 400 %, and a phone.
WIDTHS = {"zoomed": 640, "narrow": 320, "phone": 390}

TOO_SMALL = """() => [...document.querySelectorAll(
    'button, select, summary, textarea, a[href], input:not([type=hidden])')]
  .map(one => one.matches('[type=radio], [type=checkbox]') ? one.closest('label') || one : one)
  .filter(one => {
    const box = one.getBoundingClientRect();
    const inText = one.matches('a') && getComputedStyle(one).display === 'inline'
      && one.parentElement.textContent.trim() !== one.textContent.trim();
    return box.width && box.height && box.height < 44 && !inText && !one.matches('.skip-link');
  })
  .map(one => one.outerHTML.slice(0, 120))"""

# The focused element must be what lies at some point of its own box.
COVERED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2);
  const points = [0.1, 0.5, 0.9].map(share => box.top + box.height * share);
  const seen = points.filter(y => y > 0 && y < innerHeight)
    .map(y => document.elementFromPoint(x, y))
    .some(top => top && (one.contains(top) || top.contains(one)));
  return seen ? '' : one.outerHTML.slice(0, 120);
}"""


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


def assert_accessible(page: Page) -> None:
    assert beyond_the_window(page) <= 0, page.url
    assert page.evaluate(TOO_SMALL) == [], page.url
    found = examined(page)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"


@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [
        ("en", "light", "narrow"),
        ("en", "dark", "zoomed"),
        ("ar", "light", "phone"),
        ("ar", "dark", "narrow"),
    ],
)
def test_every_annotators_page_fits_and_is_accessible(
    browser: Browser, installation: Installation, language: str, scheme: str, width: str
) -> None:
    slug = f"pages-{random.randrange(10**9)}"
    client = installation.client("researcher@demo.test")
    demo = client.get("campaigns/everyday-advice/").json()
    body = {"slug": slug, "title": "Pages", "task_type": "pairwise", "overlap": 2}
    body |= {key: demo[key] for key in ("questions", "consent", "guideline", "criteria")}
    assert client.post("campaigns/", json=body).status_code == 201
    item = '{"id": "q", "prompt": "Which?", "responses": [{"id": "x", "text": "One."}, '
    item += '{"id": "y", "text": "Two."}]}'
    sent = client.post(f"campaigns/{slug}/items/", data=item.encode())
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post(f"campaigns/{slug}/open/").status_code == 200

    size = {"width": WIDTHS[width], "height": 640}
    context = browser.new_context(viewport=size, color_scheme=scheme, locale=language)
    page = context.new_page()
    url = installation.url
    for path in ("/", "/accounts/sign-in/", "/accounts/sign-up/", "/accounts/appearance/"):
        page.goto(url + path)
        assert_accessible(page)
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    brand = place_of(page.locator(".brand"))["x"]
    assert (brand > size["width"] / 2) == (language == "ar")
    sign_in(page, url, EMAIL)
    for path in ("/campaigns/", "/accounts/", "/accounts/password/"):
        page.goto(url + path)
        assert_accessible(page)
    page.goto(f"{url}/campaigns/{slug}/")
    assert_accessible(page)
    seen = [page.url.rsplit("/", 2)[1]]
    while "/judge/" not in page.url:
        for box in page.locator("main [name=purposes]").all():
            box.check()
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
        assert_accessible(page)
        seen.append(page.url.rsplit("/", 2)[1])
    assert seen == ["consent", "about-you", "guideline", "judge"]
    context.close()


def test_light_or_dark_is_chosen_once_and_drawn_without_a_flash(
    browser: Browser, installation: Installation
) -> None:
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    page.goto(f"{installation.url}/accounts/sign-in/")
    light = page.evaluate(ground)
    page.get_by_role("link", name="Light or dark").click()
    page.get_by_role("radio", name="dark", exact=True).check()
    page.get_by_role("button", name="Keep this").click()
    page.wait_for_url("**/accounts/sign-in/")
    dark = page.evaluate(ground)
    assert (light, dark) == ("rgb(250, 246, 238)", "rgb(24, 20, 17)")
    # The answer itself says so: no script has a part in it.
    assert 'data-theme="dark"' in context.request.get(f"{installation.url}/").text()[:300]
    context.close()


def test_whatever_has_the_focus_can_be_seen(watched: Page, installation: Installation) -> None:
    page = watched
    page.set_viewport_size({"width": 390, "height": 600})
    slug = f"focus-{random.randrange(10**9)}"
    open_campaign(installation, slug, "Which?", ["One. " * 300, "Two. " * 300])
    sign_in(page, installation.url, EMAIL)
    judge_page(page, installation, slug, EMAIL)
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    stops = set()
    for key in ["Tab"] * 30 + ["Shift+Tab"] * 30:
        page.keyboard.press(key)
        covered = page.evaluate(COVERED)
        assert not covered, covered
        if covered == "":
            stops.add(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
            outline = page.evaluate(
                "[document.activeElement, document.activeElement.nextElementSibling]"
                ".filter(Boolean).map(one => getComputedStyle(one).outlineStyle)"
            )
            assert "solid" in outline or "auto" in outline, stops
    assert len(stops) >= 8


def test_chosen_steps_show_without_colours_and_nothing_moves_for_those_who_ask(
    browser: Browser, installation: Installation
) -> None:
    context = browser.new_context(forced_colors="active", reduced_motion="reduce")
    page = context.new_page()
    slug = f"forced-{random.randrange(10**9)}"
    open_campaign(installation, slug, "Which?", ["One.", "Two."])
    sign_in(page, installation.url, EMAIL)
    judge_page(page, installation, slug, EMAIL)
    page.keyboard.press("1")
    ground = "one => getComputedStyle(one).backgroundColor"
    labels = page.locator(".step-label").all()
    assert labels[0].evaluate(ground) != labels[1].evaluate(ground)
    button = page.locator(".judge-submit")
    assert button.evaluate("one => parseFloat(getComputedStyle(one).transitionDuration)") < 0.001
    context.close()


def test_pages_are_light(installation: Installation) -> None:
    """What goes over the wire for the first item and for the next, as a browser asks for it."""
    slug = f"weight-{random.randrange(10**9)}"
    client = installation.client("researcher@demo.test")
    body = {"slug": slug, "title": "Weight", "task_type": "pairwise", "overlap": 2}
    assert client.post("campaigns/", json=body).status_code == 201
    lines = "\n".join(ordinary_item(number) for number in (1, 2))
    sent = client.post(f"campaigns/{slug}/items/", data=lines.encode())
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post(f"campaigns/{slug}/open/").status_code == 200

    browser = requests.Session()
    browser.headers["Accept-Encoding"] = "gzip"
    page = browser.get(f"{installation.url}/accounts/sign-in/").text
    form = {"username": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": token_of(page)}
    browser.post(f"{installation.url}/accounts/sign-in/", data=form)
    address = f"{installation.url}/campaigns/{slug}/"
    answer = browser.get(address)
    while "/judge/" not in answer.url:
        form = {"csrfmiddlewaretoken": token_of(answer.text), **hidden_fields(answer.text)}
        purposes = re.findall(r'name="purposes" value="([^"]+)"', answer.text)
        answer = browser.post(answer.url, data={**form, "purposes": purposes})
    html = weight(browser, f"{address}judge/")
    files = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', answer.text)))
    assert any("judging" in name for name in files)
    weights = {name: weight(browser, installation.url + name) for name in files}
    first = html + sum(weights.values())
    assert first < 80_000, (html, weights)
    for name in files:
        kept = browser.get(installation.url + name).headers["Cache-Control"]
        assert "immutable" in kept
        assert "max-age=" in kept

    action = re.search(r'<form id="judge-form"[^>]* action="([^"]+)"', answer.text)
    assert action is not None
    choices = re.findall(r'type="radio" name="(answer-[^"]+)" value="([^"]+)"', answer.text)
    answers = dict(reversed(choices))  # the first of each
    assert answers
    form = {"csrfmiddlewaretoken": token_of(answer.text), **hidden_fields(answer.text), **answers}
    headers = {"HX-Request": "true", "X-CSRFToken": token_of(answer.text)}
    following = browser.post(installation.url + action[1], data=form, headers=headers, stream=True)
    wire = following.raw.read(decode_content=False)
    assert following.status_code == 200
    assert following.headers["Content-Encoding"] == "gzip"
    assert "judge-form" in gzip.decompress(wire).decode()
    assert len(wire) < 15_000


def ordinary_item(number: int) -> str:
    text = " ".join(f"word{draw}" for draw in random.Random(number).sample(range(10**6), 400))
    return (
        f'{{"id": "q{number}", "prompt": "Which, {number}?", "responses": '
        f'[{{"id": "x", "text": "{text}"}}, {{"id": "y", "text": "{text[::-1]}"}}]}}'
    )


def token_of(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def hidden_fields(page: str) -> dict[str, str]:
    main = page[page.index("<main") : page.index("</main>")]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def weight(browser: requests.Session, address: str) -> int:
    """Bytes of an answer's body as it was sent."""
    answer = browser.get(address, stream=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    return len(answer.raw.read(decode_content=False))
