"""The pages that come one after the other to somebody whom a link has brought."""

from collections.abc import Callable

from playwright.sync_api import Page

DOOR = "/enter/demo-study/?PROLIFIC_PID={person:024x}&STUDY_ID={study:024x}&SESSION_ID=s1"
SEND = "main form button[type=submit]"
Take = Callable[[str, Page], None]


def send(page: Page, button: str = SEND) -> None:
    page.locator(button).first.click()
    page.wait_for_load_state()


def choose(page: Page, which: str) -> None:
    """One answer to each question of the page: the `first` or the `last` of its options."""
    for group in page.locator("main fieldset").all():
        options = group.locator("input[type=radio], input[type=checkbox]")
        if options.count():
            getattr(options, which).check(force=True)


def arrive(page: Page, base: str, person: int, take: Take) -> None:
    """Through the door, consent and questions to the questions about the guideline."""
    page.goto(base + DOOR.format(person=person, study=0x6A))
    take("annotation:enter", page)
    send(page)
    for _page in range(8):
        for box in page.locator("main [name=purposes]").all():
            box.check()
        for name in ("consent", "about-you", "guideline"):
            if page.url.endswith(f"/{name}/"):
                known = {"about-you": "questions"}.get(name, name)
                take(f"annotation:campaign-{known}", page)
        if page.url.endswith("/about-the-guideline/"):
            take("annotation:campaign-comprehension", page)
            return
        if page.url.endswith("/about-you/"):
            choose(page, "first")
        send(page)


def walk_to_the_end(page: Page, base: str, take: Take) -> None:
    """Who answers as the guideline says judges every item and is sent back."""
    arrive(page, base, 1, take)
    choose(page, "first")
    send(page)
    take("annotation:campaign-practice", page)
    page.locator("main .step input").first.check(force=True)
    send(page, ".judge-submit")
    page.locator("#said-heading").wait_for()
    send(page, ".judge-submit")
    page.wait_for_url("**/judge/")
    judge_everything(page)
    page.goto(f"{base}/campaigns/short-study/finish/")
    take("annotation:campaign-finish", page)


def judge_everything(page: Page) -> None:
    form, end = page.locator("#judge-form[data-started]"), page.locator("#stage[data-nothing]")
    for _item in range(30):
        form.or_(end).or_(page.locator(".gate a.button")).first.wait_for()
        if end.count():
            return
        if page.locator(".gate a.button").count():
            page.locator(".gate a.button").first.click()
            form.wait_for()
        before = page.locator("#stage").get_attribute("data-assignment")
        page.locator("main .step input").first.check(force=True)
        page.locator(".judge-submit").click()
        page.locator(f'#stage[data-assignment="{before}"]').wait_for(state="detached")


def walk_out(page: Page, base: str, take: Take) -> None:
    """Who answers otherwise, twice, is thanked and stopped."""

    def seen(_name: str, _page: Page) -> None:
        return

    arrive(page, base, 2, seen)
    for _try in range(2):
        choose(page, "last")
        send(page)
    take("annotation:campaign-stopped", page)


WALKS = (walk_to_the_end, walk_out)
