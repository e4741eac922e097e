"""Lists inside sentences, in the language of whoever reads them."""

import pytest
from django.utils.translation import override

from annotation.templatetags.lists import listed
from config.languages import LANGUAGES


def test_a_list_is_joined_as_the_language_joins_it():
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", 2, "c"]) == "a, 2, and c"
    with override("es"):
        assert listed(["a", "b", "c"]) == "a, b y c"


@pytest.mark.parametrize("language", [code for code, _name in LANGUAGES])
def test_every_language_keeps_every_part(language):
    with override(language):
        told = listed(["one", "two", "three"])
    assert all(part in told for part in ("one", "two", "three"))
