"""A campaign's own words in templates, in the language of whoever reads them."""

from django import template

from annotation import wording

register = template.Library()
register.filter("shown_title", wording.shown_title)
register.filter("shown_guideline", wording.shown_guideline)
