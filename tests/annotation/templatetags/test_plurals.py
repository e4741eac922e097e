"""Sentences for numbers that only the browser knows: a form for each plural category."""

import re

import pytest
from babel import Locale
from django.template.loader import render_to_string
from django.utils.translation import override, to_locale

from annotation.templatetags.plurals import plural_samples
from config.languages import LANGUAGES


@pytest.mark.parametrize("language", [code for code, _name in LANGUAGES])
def test_every_category_of_a_language_has_a_number_of_its_own(language):
    rule = Locale.parse(to_locale(language)).plural_form
    with override(language):
        samples = dict(plural_samples())
    assert set(samples) == {*rule.tags, "other"}
    assert {category: rule(number) for category, number in samples.items()} == {
        category: category for category in samples
    }


def test_arabic_has_six_and_japanese_one():
    with override("ar"):
        assert sorted(dict(plural_samples())) == ["few", "many", "one", "other", "two", "zero"]
    with override("ja"):
        assert [category for category, _number in plural_samples()] == ["other"]


def test_the_page_brings_a_form_for_each_category(rf):
    request = rf.get("/judge/")
    page = render_to_string("annotation/annotator/judging/offline.html", request=request)
    assert re.findall(r'data-waiting-(\w+)="([^"]*)"', page) == [
        ("other", "{n} answers wait to be sent."),
        ("one", "One answer waits to be sent."),
    ]
    assert re.findall(r'data-break-(?!done)(\w+)="([^.]*)\.', page) == [
        ("other", "You have been at it for {n} minutes"),
        ("one", "You have been at it for {n} minute"),
    ]
    with override("ar"):
        page = render_to_string("annotation/annotator/judging/offline.html", request=request)
    assert len(re.findall(r'data-sent-\w+="[^"]+"', page)) == 6
