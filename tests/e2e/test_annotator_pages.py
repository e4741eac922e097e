"""Every page that annotators can see, by the list of addresses itself: nobody is shut out of any.

In English and in Arabic, by day and by night, at 320 pixels (which is 1280 at 400 %), at 640
(1280 at 200 %), on a phone and on a desk. An address that is added and not visited here fails the
last test.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import signature
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from django.urls import URLPattern, resolve, reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

import accounts.urls
import annotation.urls
import exports.own_urls
from tests.e2e.accessible import assert_accessible
from tests.e2e.installation import PASSWORD, Installation
from tests.e2e.reading import sign_in
from tests.e2e.test_access import TOO_SMALL
from tests.e2e.test_entering import ENTRY, QUESTIONS, door
from tests.e2e.test_task_types import RATED

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
# Width in pixels, light or dark, and whether axe looks too; width and targets are always looked at.
LOOKS = {
    "light": ((320, True), (640, False)),
    "dark": ((390, False), (1280, True)),
}
LANGUAGES = {"en": "ltr", "ar": "rtl"}
# Colours that are inherited would change frame by frame, even where nothing moves.
STILL = """(() => {
  const still = new CSSStyleSheet();
  still.replaceSync('*, *::before, *::after { transition: none !important }');
  document.adoptedStyleSheets.push(still);
})()"""
# Whatever answers to another width does so by the next frame; then how wide the page is, and what
# on it is too small.
SIZES = """(small) => new Promise((resolve) => {
  const look = () => resolve([document.documentElement.scrollWidth, small()]);
  requestAnimationFrame(() => setTimeout(look));
  setTimeout(look, 500);
})"""
MEASURE = f"() => ({SIZES})({TOO_SMALL})"
# Addresses of annotators that are no pages: they take what is sent, lead on, or give a file.
NO_PAGES = {
    *("accounts:language-choose", "accounts:sign-out", "annotation:campaign-start"),
    *("annotation:assignment-submit", "annotation:assignment-skip"),
    *("annotation:assignment-heartbeat", "annotation:assignment-draft"),
    *("annotation:assignment-report", "annotation:campaign-ahead", "annotation:campaign-leave"),
    *("own:download", "annotation:campaign-messages", "annotation:campaign-messages-read"),
}
OWN_APPS: dict[str, list[URLPattern]] = {
    "annotation": annotation.urls.annotator,
    "accounts": accounts.urls.urlpatterns,
    "own": exports.own_urls.urlpatterns,
}
WARNED = {"content_warning": "Some texts are about illness.", "revise": "all", "pay": "9 €"}
ASKING = {"acceptable": "required", "confidence": "required", "reason": "required", "spans": True}
KEEPING = {"text": "My answers may stay.", "on_withdrawal": "keep_judgments"}
TASKS: dict[str, tuple[int, dict[str, Any]]] = {
    "pairwise": (2, {"asking": ASKING}),
    "ranking": (4, {"asking": {"partial_rankings": True}}),
    "best-worst": (3, {}),
    "rating": (2, {"criteria": RATED}),
    "values": (1, {}),
}
TEXT = """Some **plain** words and `code`.

| one | two |
| --- | --- |
| 1 | 2 |

```python
print("a rather long line of code that is not to be broken, only to be scrolled in its own box")
```

$$\\int_0^1 x^2\\,dx = \\frac{1}{3}$$

مرحبا بالعالم
"""
seen: dict[str, set[str]] = {language: set() for language in LANGUAGES}
made: dict[str, set[str]] = {language: set() for language in LANGUAGES}
# Campaigns by task type, and by language who reads it, with the cookies of being signed in.
opened: dict[str, str] = {}
readers: dict[str, tuple[str, list[Any]]] = {}


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


@dataclass
class Visit:
    """A browser in a language; `look` looks at the page it is on from every side.

    Nothing moves in it: between light and dark, colours would be neither for a moment.
    """

    context: BrowserContext
    page: Page
    url: str
    language: str

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def open(self, name: str, **names: Any) -> None:
        self.go(reverse(name, kwargs=names))
        self.look()

    def look(self, *, counts: bool = True) -> str:
        """The name of the page's address, once it was found to be fit for everybody.

        What stands there in place of a page does not count as a visit to it.
        """
        page = self.page
        name = resolve(urlsplit(page.url).path).view_name
        assert page.evaluate("document.documentElement.dir") == LANGUAGES[self.language], name
        assert page.evaluate("document.documentElement.lang") == self.language, name
        assert page.title().strip(), name
        self.look_by("light", name)
        self.look_by("dark", name)
        if counts:
            seen[self.language].add(name)
        return name

    def look_by(self, scheme: Literal["light", "dark"], name: str) -> None:
        page = self.page
        page.emulate_media(color_scheme=scheme)
        for width, is_examined in LOOKS[scheme]:
            page.set_viewport_size({"width": width, "height": 800})
            wide, small = page.evaluate(MEASURE)
            assert wide <= width, f"{name} is {wide} wide at {width}"
            # What nobody can reach or hear is no target.
            assert [one for one in small if 'aria-hidden="true"' not in one] == [], name
            if is_examined:
                assert_accessible(page, f"{name} {width}")

    def meet(self, name: str, *, looks: bool) -> None:
        """It is this page; looked at unless that was done where another way led here."""
        assert resolve(urlsplit(self.page.url).path).view_name == name
        if looks:
            self.look()

    def send(self, button: str = "main form button[type=submit]") -> None:
        self.page.locator(button).first.click()
        self.page.wait_for_load_state()


@pytest.fixture(params=list(LANGUAGES))
def visit(request: pytest.FixtureRequest, browser: Browser, base_url: str) -> Iterator[Visit]:
    visit = begun(browser, base_url, request.param)
    yield visit
    made[request.param].add(request.function.__name__)
    visit.context.close()


def begun(browser: Browser, url: str, language: str) -> Visit:
    context = browser.new_context(locale=language, reduced_motion="reduce")
    context.add_init_script(STILL)
    return Visit(context, context.new_page(), url, language)


def another(visit: Visit) -> Visit:
    """Somebody else, who reads the same language."""
    browser = visit.context.browser
    assert browser is not None
    return begun(browser, visit.url, visit.language)


def open_campaign(installation: Installation, task_type: str, **parts: Any) -> str:
    responses, more = TASKS[task_type]
    slug = f"everybody-{random.randrange(10**9)}"
    client = installation.client("researcher@demo.test")
    body = {"slug": slug, "title": f"Pages {slug}", "task_type": task_type, "overlap": 20}
    made = client.post("campaigns/", json={**body, **more, **parts})
    assert made.status_code == 201, made.text
    lines = [
        {
            "id": f"q{number}",
            "prompt": f"Question {number}?",
            "responses": [{"id": f"r{one}", "text": f"{TEXT} {one}"} for one in range(responses)],
            "metadata": {"warning": "About loss."} if number == 1 else {},
        }
        for number in (1, 2)
    ]
    sent = client.post(f"campaigns/{slug}/items/", data="\n".join(map(json.dumps, lines)).encode())
    client.wait_for(f"imports/{sent.json()['id']}/")
    assert client.post(f"campaigns/{slug}/open/").status_code == 200
    return slug


@pytest.fixture(scope="module")
def study(installation: Installation) -> dict[str, Any]:
    """A campaign with everything that can come before judging, and a link into it."""
    slug = open_campaign(
        installation,
        "pairwise",
        asking={},
        guideline="Your **own** view.",
        questions=QUESTIONS,
        flow=WARNED,
        entry=ENTRY,
        strata=[
            {"key": "young", "where": {"age": ["young"]}, "target": 3, "quota": 0},
            {"key": "old", "where": {"age": ["old"]}, "target": 20},
        ],
    )
    client = installation.client("researcher@demo.test")
    link = {"name": "Wave", "platform": "prolific", "completion_code": "D", "screen_out_code": "O"}
    found: dict[str, Any] = client.post(f"campaigns/{slug}/entry-links/", json=link).json()
    return {**found, "slug": slug}


def arrive(visit: Visit, study: Any, *, looks: bool = False) -> None:
    """Through the door of a link to the first questions."""
    visit.page.goto(door(study, f"{random.randrange(16**24):024x}"))
    visit.meet("annotation:enter", looks=looks)
    visit.send()
    visit.meet("annotation:campaign-consent", looks=looks)
    visit.send()
    visit.meet("annotation:campaign-questions", looks=looks)


def answer_questions(visit: Visit, *, looks: bool = False) -> None:
    visit.page.locator("main [value=old]").check()
    visit.send()
    visit.page.locator("main [value=yes]").check()
    visit.meet("annotation:campaign-questions", looks=looks)
    visit.send()
    visit.meet("annotation:campaign-guideline", looks=looks)
    visit.send()
    visit.meet("annotation:campaign-comprehension", looks=looks)


def test_pages_for_whoever_has_no_account_yet(visit: Visit, installation: Installation) -> None:
    for name in ("home", "accounts:sign-in", "accounts:sign-up", "accounts:appearance"):
        visit.open(name)
    for name in ("password-reset", "password-reset-sent", "password-reset-complete"):
        visit.open(f"accounts:{name}")
    visit.open("accounts:password-reset-confirm", uidb64="MQ", token="no-such-token")
    visit.go(reverse("accounts:sign-in"))
    visit.page.locator("[name=username]").fill("nobody@demo.test")
    visit.page.locator("[name=password]").fill("wrong")
    visit.send()
    visit.look()
    researcher = installation.client("researcher@demo.test")
    asked = {"role": "viewer", "most": 1}
    invited = researcher.post("campaigns/everyday-advice/invitations/", json=asked).json()
    visit.page.goto(invited["url"])
    visit.look()


def test_pages_from_a_link_to_the_way_back(visit: Visit, study: Any) -> None:
    page = visit.page
    arrive(visit, study, looks=True)
    answer_questions(visit, looks=True)
    page.locator("main [value=most]").check()
    visit.send()
    assert visit.look() == "annotation:campaign-comprehension"
    page.locator("main [value=own]").check()
    visit.send()
    assert visit.look() == "annotation:campaign-practice"
    page.locator("main .step input").first.check()
    visit.send(".judge-submit")
    expect(page.locator("#said-heading")).to_be_visible()
    visit.look()
    visit.send(".judge-submit")
    expect(page.locator(".gate")).to_be_visible()
    assert visit.look() == "annotation:campaign-judge"
    judge_to_the_end(visit)
    page.locator(f'a[href="{reverse("annotation:campaign-finish", args=[study["slug"]])}"]').click()
    page.wait_for_url("**/finish/")
    assert visit.look() == "annotation:campaign-finish"


def judge_to_the_end(visit: Visit) -> None:
    """Two items; the first answer is looked at again before the second is given."""
    page = visit.page
    for number in (1, 2):
        form = page.locator("#judge-form[data-started]")
        expect(form.or_(page.locator(".gate"))).to_be_visible()
        if page.locator(".gate").count():
            page.locator(".gate a.button").click()
        expect(form).to_be_visible()
        page.evaluate("document.querySelectorAll('main details').forEach((one) => one.open = true)")
        assert visit.look() == "annotation:campaign-judge"
        before = page.locator("#stage").get_attribute("data-assignment")
        page.locator("main .step input").first.check()
        page.locator(".judge-submit").click()
        expect(page.locator(f'#stage[data-assignment="{before}"]')).to_have_count(0)
        if number == 1:
            page.locator(".stage-before a").click()
            page.wait_for_url("**/revise/")
            assert visit.look() == "annotation:assignment-revise"
            page.go_back()
    expect(page.locator("#stage[data-nothing]")).to_be_visible()
    visit.look()


def test_pages_for_whom_it_ends_early(visit: Visit, study: Any) -> None:
    page = visit.page
    arrive(visit, study)
    page.locator("main [value=young]").check()
    visit.send()
    expect(page.locator("main form")).to_have_count(0)
    visit.look()
    other = another(visit)
    arrive(other, study)
    answer_questions(other)
    for _try in range(2):
        other.page.locator("main [value=most]").check()
        other.send()
    assert other.look() == "annotation:campaign-stopped"
    other.page.goto(f"{study['url'].partition('?')[0]}?PROLIFIC_PID=no")
    assert other.look() == "annotation:enter"
    other.context.close()


@pytest.mark.parametrize("task_type", TASKS)
def test_judging_pages_of_every_task_type(
    visit: Visit, installation: Installation, task_type: str
) -> None:
    if task_type not in opened:
        opened[task_type] = open_campaign(installation, task_type)
    slug = opened[task_type]
    person = reader(installation, visit, slug)
    page = visit.page
    visit.go(f"/campaigns/{slug}/judge/")
    expect(page.locator("#judge-form[data-started]").or_(page.locator(".gate"))).to_be_visible()
    if page.locator(".gate").count():
        page.locator(".gate a.button").click()
    expect(page.locator("#judge-form[data-started]")).to_be_visible()
    visit.look()
    # What is folded away is a page, too; and what says that something is missing.
    page.evaluate("document.querySelectorAll('main details').forEach((one) => one.open = true)")
    page.locator(".judge-submit").click()
    visit.look()
    assert installation.client(person).get("me/data/").status_code == 200


def reader(installation: Installation, visit: Visit, slug: str) -> str:
    """The one who reads this language here, signed in once, with a seat; returns their e-mail."""
    if visit.language not in readers:
        email = newcomer(installation, visit, slug)
        readers[visit.language] = (email, visit.context.cookies())
        return email
    email, cookies = readers[visit.language]
    visit.context.add_cookies(cookies)
    joined = installation.client(email).post(f"campaigns/{slug}/join/", json={"answers": {}})
    assert joined.status_code == 201, joined.text
    return email


def newcomer(installation: Installation, visit: Visit, slug: str) -> str:
    """Somebody with an account and a seat, signed in on this page; returns their e-mail."""
    email = newcomer_with_account(installation)
    client = installation.client(email)
    joined = client.post(f"campaigns/{slug}/join/", json={"answers": {}})
    assert joined.status_code == 201, joined.text
    sign_in(visit.page, visit.url, email)
    return email


def newcomer_with_account(installation: Installation) -> str:
    """A new annotator's e-mail."""
    email = f"everybody{random.randrange(10**9)}@demo.test"
    body = {"email": email, "password": PASSWORD, "role": "annotator"}
    assert installation.client("admin@demo.test").post("users/", json=body).status_code == 201
    return email


def test_pages_about_oneself(visit: Visit, installation: Installation) -> None:
    slug = open_campaign(installation, "best-worst", questions=QUESTIONS, flow={"revise": "all"})
    email = newcomer(installation, visit, slug)
    client = installation.client(email)
    served = client.post(f"campaigns/{slug}/next/").json()
    first, last = served["item"]["responses"][0]["id"], served["item"]["responses"][-1]["id"]
    answer = {"answers": {"overall": {"best": first, "worst": last}}, "reason": "Because"}
    assert client.post(f"assignments/{served['id']}/judgment/", json=answer).status_code == 201
    for name in ("home", "annotation:campaign-list", "accounts:account", "accounts:appearance"):
        visit.open(name)
    for name in ("accounts:password-change", "own:data", "own:withdraw-altogether"):
        visit.open(name)
    for name in ("annotation:campaign-history", "annotation:campaign-profile"):
        visit.open(name, slug=slug)
    assert_the_rest_is_no_page(visit, slug, served["id"])
    kept = open_campaign(installation, "values", consent=KEEPING)
    assert client.post(f"campaigns/{kept}/join/", json={"answers": {}}).status_code == 201
    visit.open("own:withdraw-from-campaign", slug=kept)
    visit.open("own:withdraw-from-campaign", slug=slug)
    visit.page.locator("#confirm").fill("wrong")
    visit.send("main form button.danger")
    visit.look()
    visit.page.locator("#confirm").fill(PASSWORD)
    visit.send("main form button.danger")
    visit.look()
    visit.open("own:data")
    visit.go("/campaigns/no-such-campaign/")
    visit.look(counts=False)


def assert_the_rest_is_no_page(visit: Visit, slug: str, assignment: int) -> None:
    """What is called no page shows none to a person who might see it."""
    for name in NO_PAGES:
        wanted = pattern_of(name).pattern.converters
        names = {key: {"slug": slug, "pk": assignment}[key] for key in wanted}
        address = visit.url + reverse(name, kwargs=names)
        answer = visit.context.request.get(address, max_redirects=0)
        kind = answer.headers.get("content-type", "")
        is_page = answer.status == 200 and kind.startswith("text/html")
        assert not is_page, name
        # Nobody has written: a part of a page, with nothing in it.
        allowed = (204,) if name == "annotation:campaign-messages" else (200, 302, 405)
        assert answer.status in allowed, (name, answer.status)


def pattern_of(name: str) -> URLPattern:
    app, _colon, own = name.partition(":")
    return next(one for one in OWN_APPS[app] if one.name == own)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_was_left_out(language: str) -> None:
    """The last of this file: it counts what the others have looked at."""
    tests = {name: one for name, one in globals().items() if name.startswith("test_")}
    if made[language] != {
        name for name, one in tests.items() if "visit" in signature(one).parameters
    }:
        pytest.skip("only after all the others of this file")
    names = {f"{app}:{one.name}" for app, patterns in OWN_APPS.items() for one in patterns}
    assert {"home", *names} - NO_PAGES == seen[language]
    assert names >= NO_PAGES
