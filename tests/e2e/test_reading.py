"""What is judged can be read: every kind of text, long ones, and where two of them differ."""

import random
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import assert_fits
from tests.e2e.installation import Installation
from tests.e2e.reading import judge_page, open_campaign, place_of, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 900}
EMAIL = "annotator8@demo.test"
CODE = "```python\ndef total(values):\n    return sum(values)  # " + "long " * 40 + "\n```"
TABLE = "| " + " | ".join(f"column {n}" for n in range(12)) + " |\n" + "|--:" * 12 + "|\n"
TABLE += ("| 1 " * 12 + "|\n") * 2
MIXED = "שלום, Ada, מה שלומך?\n\nAn English line with שלום in it.\n\n- פריט אחד\n- פריט שני"
CONVERSATION = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "What is $e^{i\\pi}$?"},
    {"role": "assistant", "content": "Minus one."},
    {"role": "user", "content": "Why?"},
]
numbers = count(1)


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


def show(page: Page, installation: Installation, prompt, texts, language="en") -> None:
    slug = f"reading-{next(numbers)}-{random.randrange(10**6)}"
    open_campaign(installation, slug, prompt, texts, language)
    sign_in(page, installation.url, EMAIL)
    judge_page(page, installation, slug, EMAIL)


def response(page: Page, holding: str):
    return page.locator(".response .prose", has_text=holding)


def side_of_text(page: Page, text: str) -> str:
    """At which side of its block a short line of text stands."""
    return page.evaluate(
        """text => {
          const walker = document.createTreeWalker(document.querySelector('.responses'), 4);
          while (walker.nextNode()) {
            if (!walker.currentNode.data.includes(text)) continue;
            const block = walker.currentNode.parentElement.closest('p, li, td');
            const range = new Range();
            range.selectNodeContents(walker.currentNode);
            const box = block.getBoundingClientRect(), line = range.getBoundingClientRect();
            return line.left - box.left < box.right - line.right ? 'left' : 'right';
          }
        }""",
        text,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [NARROW, PHONE, DESKTOP], ids=["320", "phone", "desktop"])
def test_every_kind_of_text_is_shown(
    watched: Page, installation: Installation, size: dict[str, int], scheme: str
) -> None:
    page = watched
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    show(page, installation, CONVERSATION, [CODE + "\n\n" + TABLE, MIXED + "\n\n$$x^2 = 4$$"])
    prompt = page.locator("#text-prompt")
    assert prompt.locator("div.turn").evaluate_all("all => all.map(one => one.ariaLabel)") == [
        "User",
        "Assistant",
        "User",
    ]
    # Names are no part of the text: what is highlighted counts in the text alone.
    assert prompt.locator(".turn-assistant").evaluate("one => one.textContent.trim()") == (
        "Minus one."
    )
    name = "one => getComputedStyle(one, '::before').content"
    assert "User" in prompt.locator(".turn-user").first.evaluate(name)
    assert prompt.locator("math msup").count() == 1
    assert place_of(page.locator(".responses math[display=block]"))["width"] > 20
    keyword = response(page, "def total").locator(".k").first
    plain = response(page, "def total").locator("pre")
    colour = "one => getComputedStyle(one).color"
    assert keyword.evaluate(colour) != plain.evaluate(colour)
    assert side_of_text(page, "מה שלומך") == "right"
    assert side_of_text(page, "פריט אחד") == "right"
    assert side_of_text(page, "An English line") == "left"
    assert_fits(page)


def test_a_wide_table_scrolls_by_keyboard_and_a_small_one_is_no_stop(
    watched: Page, installation: Installation
) -> None:
    page = watched
    page.set_viewport_size(PHONE)
    show(page, installation, "Numbers?", [TABLE, "| a |\n|---|\n| 1 |"])
    wide = page.get_by_role("group", name="Table").filter(has_text="column 11")
    expect(wide).to_have_attribute("tabindex", "0")
    wide.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("one => one.scrollLeft > 0", arg=wide.element_handle())
    small = page.get_by_role("group", name="Table").filter(has_not_text="column 11")
    assert small.get_attribute("tabindex") is None


def test_what_the_system_was_told_stays_folded_once_folded(
    watched: Page, installation: Installation
) -> None:
    page = watched
    show(page, installation, CONVERSATION, ["One.", "Two."])
    system = page.locator("details.turn-system")
    expect(system.get_by_text("Be kind.")).to_be_visible()
    system.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(system.get_by_text("Be kind.")).to_be_hidden()
    page.reload()
    expect(system.get_by_text("Be kind.")).to_be_hidden()
    system.locator("summary").click()
    expect(system.get_by_text("Be kind.")).to_be_visible()


def paragraphs(word: str, number: int) -> str:
    return "\n\n".join(f"{word} {line}. " + f"{word} and more. " * 12 for line in range(number))


def test_long_texts_are_folded_and_opening_one_keeps_the_place(
    watched: Page, installation: Installation
) -> None:
    page = watched
    page.set_viewport_size(PHONE)
    show(page, installation, "Tell me.", [paragraphs("Apple", 30), "Short."])
    box = page.locator(".response .reading", has_text="Apple")
    more = box.get_by_role("button", name="Show all")
    expect(more).to_have_attribute("aria-expanded", "false")
    assert place_of(box.locator(".prose"))["height"] <= 0.7 * PHONE["height"] + 1
    more.scroll_into_view_if_needed()
    before = place_of(box)["y"]
    more.click()
    less = box.get_by_role("button", name="Show less")
    expect(less).to_have_attribute("aria-expanded", "true")
    assert abs(place_of(box)["y"] - before) < 2
    assert page.evaluate("document.activeElement.classList.contains('prose')")
    assert place_of(box.locator(".prose"))["height"] > 3 * PHONE["height"]
    less.scroll_into_view_if_needed()
    less.click()
    # Its beginning is in view again, and so is the button.
    assert 0 <= place_of(box)["y"] < PHONE["height"]
    short = page.locator(".response .reading", has_text="Short.")
    expect(short.get_by_role("button")).to_have_count(0)
    assert_fits(page)


def test_without_scripts_everything_is_shown(installation: Installation, browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    show(page, installation, CONVERSATION, [paragraphs("Apple", 30), "Short."])
    assert place_of(response(page, "Apple"))["height"] > 900
    expect(page.get_by_role("button", name="Show all")).to_have_count(0)
    expect(page.get_by_role("button", name="Show differences")).to_have_count(0)
    context.close()


def test_responses_side_by_side_scroll_together(watched: Page, installation: Installation) -> None:
    page = watched
    page.set_viewport_size(DESKTOP)
    show(page, installation, "Tell me.", [paragraphs("Apple", 30), paragraphs("Pear", 15)])
    button = page.get_by_role("button", name="Scroll together")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    first, second = page.locator(".response .prose").all()
    share = "one => one.scrollTop / (one.scrollHeight - one.clientHeight)"
    first.evaluate("one => { one.scrollTop = (one.scrollHeight - one.clientHeight) / 2 }")
    page.wait_for_function(
        f"one => Math.abs(({share})(one) - 0.5) < 0.01", arg=second.element_handle()
    )
    second.focus()
    page.keyboard.press("End")
    page.wait_for_function(f"one => ({share})(one) > 0.99", arg=first.element_handle())
    assert_fits(page)
    # The wish is remembered; on a phone, where texts are stacked, it has nothing to act on.
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.set_viewport_size(PHONE)
    expect(button).to_be_hidden()
    expect(page.locator(".scroll-together")).to_have_count(0)


LIFT = "Dear **neighbours**,\n\nthe lift will be {} on Thursday. Ring `at` the ground floor{}."


def test_differences_are_shown_on_request(watched: Page, installation: Installation) -> None:
    page = watched
    page.set_viewport_size(PHONE)
    texts = [LIFT.format("serviced", ""), LIFT.format("out of order", " at any hour")]
    show(page, installation, "A note?", texts)
    proses = "[...document.querySelectorAll('.response .prose')].map(one => one.innerHTML)"
    before = page.evaluate(proses)
    button = page.get_by_role("button", name="Show differences")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("region", name="Where A and B differ")
    expect(panel).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    only = {
        letter: panel.locator(f".differences-text .only-{letter}").all_inner_texts()
        for letter in ("a", "b")
    }
    first_is_serviced = page.locator(".response .prose").first.inner_text().count("serviced")
    serviced, other = ("a", "b") if first_is_serviced else ("b", "a")
    assert [" ".join(one.split()) for one in only[serviced]] == [
        f"only in {serviced.upper()}: serviced (end)"
    ]
    assert [" ".join(one.split()) for one in only[other]] == [
        f"only in {other.upper()}: out of order (end)",
        f"only in {other.upper()}: at any hour (end)",
    ]
    expect(panel.get_by_role("status")).to_contain_text("Words in both: 13.")
    # In place nothing is added to the text; the browser paints over it.
    assert page.evaluate(proses) == before
    assert page.evaluate("CSS.highlights.get('difference').size") == 3
    # Lines tell the two apart, not colour alone.
    line = "one => getComputedStyle(one).textDecorationStyle"
    assert panel.locator(".only-a").first.evaluate(line) == "dotted"
    assert panel.locator(".only-b").first.evaluate(line) == "solid"
    assert_fits(page)
    button.click()
    expect(panel).to_be_hidden()
    assert page.evaluate("CSS.highlights.has('difference')") is False


def test_words_are_found_in_scripts_without_spaces(
    watched: Page, installation: Installation
) -> None:
    page = watched
    show(page, installation, "问候", ["今天天气很好。", "今天天气不好。"], "zh")
    page.get_by_role("button", name="Show differences").click()
    text = page.locator(".differences-text")
    assert text.evaluate("one => one.lang") == "zh"
    assert sorted(page.locator(".differences-text [data-letter]").all_inner_texts()) != []
    assert "今天天气" in text.inner_text()


def test_equal_texts_are_said_to_be_so(watched: Page, installation: Installation) -> None:
    page = watched
    show(page, installation, "Say it.", ["Just the same.", "Just the *same*."])
    page.get_by_role("button", name="Show differences").click()
    expect(page.get_by_text("The two texts are the same, word for word.")).to_be_visible()


def test_texts_without_a_phrase_in_common_are_said_to_be_so(
    watched: Page, installation: Installation
) -> None:
    page = watched
    show(page, installation, "Say it.", ["Never lend money twice.", "She likes green tea"])
    page.get_by_role("button", name="Show differences").click()
    expect(page.get_by_text("hardly a phrase in common")).to_be_visible()


def test_the_comparison_is_as_short_as_can_be_and_loses_nothing(
    watched: Page, installation: Installation
) -> None:
    page = watched
    show(page, installation, "Say it.", ["One.", "Two."])
    draw = random.Random(5)
    for length in (0, 1, 5, 40, 40, 40, 200):
        one = [draw.choice("abcde") for _ in range(length)]
        other = [draw.choice("abcde") for _ in range(draw.randrange(length + 3))]
        pairs = page.evaluate("([a, b]) => variorumDifferences.agreements(a, b)", [one, other])
        assert [one[a] for a, _ in pairs] == [other[b] for _, b in pairs]
        assert pairs == sorted(pairs)
        assert len(pairs) == common_length(one, other)
        runs = page.evaluate("([a, b]) => variorumDifferences.runs(a, b)", [one, other])
        assert [sign for run in runs for sign in one[run["a"][0] : run["a"][1]]] == one
        assert [sign for run in runs for sign in other[run["b"][0] : run["b"][1]]] == other
        for run in runs:
            if run["same"]:
                assert one[slice(*run["a"])] == other[slice(*run["b"])]


def common_length(one: list[str], other: list[str]) -> int:
    """Length of a longest common subsequence, by the textbook's table."""
    row = [0] * (len(other) + 1)
    for sign in one:
        before = 0
        for at, against in enumerate(other, start=1):
            before, row[at] = row[at], before + 1 if sign == against else max(row[at], row[at - 1])
    return row[-1]


def test_long_texts_with_nothing_in_common_are_compared_in_no_time(
    watched: Page, installation: Installation
) -> None:
    page = watched
    show(page, installation, "Say it.", ["One.", "Two."])
    took = page.evaluate(
        """() => {
          const a = Array.from({length: 20000}, (_, at) => 'a' + at);
          const b = Array.from({length: 20000}, (_, at) => 'b' + at);
          const start = performance.now();
          const runs = variorumDifferences.runs(a, b);
          return [performance.now() - start, runs.length];
        }"""
    )
    assert took[0] < 5_000
    assert took[1] == 1
