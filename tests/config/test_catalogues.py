from datetime import UTC, datetime

import pytest
from babel.messages import Catalog
from django.template.loader import render_to_string
from django.utils import formats, translation

from config import catalogues
from config.languages import LANGUAGES


def message(source, text, *, language="ar"):
    catalogue = Catalog(locale=language)
    return catalogue.add(source, text), catalogue


@pytest.mark.parametrize(
    ("source", "text", "problem"),
    [
        ("Saved.", "Gespeichert.", ""),
        ("Saved.", "", "not translated"),
        ("%(done)s of %(total)s", "%(done)s von %(total)s", ""),
        ("%(name)s clearly better", "deutlich besser", "places to fill or HTML differ"),
        ("%(name)s clearly better", "%(nom)s deutlich besser", "places to fill or HTML differ"),
        ("<em>Variorum</em>", "Variorum", "places to fill or HTML differ"),
        (("%(n)s item", "%(n)s items"), ("%(n)s Item", "%(n)s Items"), ""),
        (("%(n)s item", "%(n)s items"), ("ein Item", "%(n)s Items"), ""),
        (("%(n)s item", "%(n)s items"), ("ein Item", ""), "not translated"),
        (("%(n)s item", "%(n)s items"), ("Items",), "has 1 plural forms instead of 2"),
    ],
)
def test_a_translation_that_does_not_fit_is_told(source, text, problem):
    assert catalogues.problem_of(*message(source, text, language="de")) == problem


def test_a_guess_counts_as_no_translation():
    guess, catalogue = message("Saved.", "Gespeichert.")
    guess.flags.add("fuzzy")
    assert catalogues.problem_of(guess, catalogue) == "marked as fuzzy"


def test_strings_of_templates_and_code_are_found():
    template = catalogues.template_catalogue()
    found = {message.id: [path for path, _line in message.locations] for message in template}
    assert "templates/base.html" in found["Skip to the content"]
    assert "annotation/task_types/pairwise.py" in found["They are equally good"]
    assert ("%(items)s item", "%(items)s items") in found


def test_every_language_but_english_has_a_catalogue_that_compiles():
    catalogues.compile_stale()
    for code, _name in LANGUAGES:
        path = catalogues.catalogue_path(code)
        assert path.exists() == (code != "en")
        assert path.with_suffix(".mo").exists() == (code != "en")


def test_right_to_left_languages_are_known_as_such():
    right_to_left = []
    for code, _name in LANGUAGES:
        with translation.override(code):
            if translation.get_language_bidi():
                right_to_left.append(code)
    assert right_to_left == ["ar", "he"]


@pytest.mark.parametrize(
    ("language", "written"), [("en", "22 Nov 2026, 14:05"), ("de", "22. November 2026 14:05")]
)
def test_dates_are_written_as_in_the_language(language, written):
    moment = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    with translation.override(language):
        assert formats.date_format(moment, "DATETIME_FORMAT") == written


def test_charts_are_drawn_the_same_in_every_language():
    whisker = {"zero": 50.5, "low": 12.25, "high": 70.0, "middle": 41.1}
    drawn = set()
    for language in ("en", "de", "ar"):
        with translation.override(language):
            page = render_to_string("annotation/research/design_whisker.html", {"whisker": whisker})
            drawn.add(page.strip())
    assert len(drawn) == 1
    assert 'x1="12.25"' in drawn.pop()
