"""A campaign's own words, and what workers wrote down, in the language of whoever reads them."""

from django import template

from annotation import wording
from annotation.advice import advice_on
from annotation.kept import in_readers_language

register = template.Library()
register.filter("in_readers_language", in_readers_language)
register.filter("advice", advice_on)
register.filter("shown_title", wording.shown_title)
register.filter("shown_guideline", wording.shown_guideline)
