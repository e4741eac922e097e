"""The built-in taxonomy, files of others, and versions that never change."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import Role
from annotation.task_types.scales import DEFAULT_VALUES, clean_values_scale
from tests.factories import make_user
from values.errors import Unfit
from values.models import Taxonomy
from values.services.taxonomies import add_taxonomy
from values.taxonomies import CATEGORIES, SOURCE, TaxonomyProblem, read_taxonomy, scale_of

JOY = {"key": "joy", "label": "Joy", "description": "Delight.", "sub_values": ["play", "fun"]}
CARE = {"key": "care", "label": "Care", "description": "", "sub_values": []}
CSV = (
    b"\xef\xbb\xbfkey,label,description,sub_values\r\njoy,Joy,Delight.,play; fun\r\ncare,Care,,\r\n"
)


def test_the_built_in_taxonomy_has_the_paper_s_seven_categories_and_all_their_sub_values():
    assert [(one["key"], len(one["sub_values"])) for one in CATEGORIES] == [
        ("wellbeing-peace", 15),
        ("information-seeking", 4),
        ("justice-rights", 10),
        ("duty-accountability", 10),
        ("wisdom-knowledge", 11),
        ("civility-tolerance", 11),
        ("empathy-helpfulness", 7),
    ]
    every = [sub for one in CATEGORIES for sub in one["sub_values"]]
    assert len(every) == len(set(every))
    assert "Obi et al. 2024" in SOURCE
    assert "CC BY 4.0" in SOURCE


def test_there_is_one_taxonomy_for_asking_and_for_auditing():
    asked = {one["key"]: one["label"] for one in DEFAULT_VALUES["values"]}
    assert asked == {one["key"]: one["label"] for one in CATEGORIES}


def test_json_and_csv_say_the_same():
    assert read_taxonomy(CSV) == read_taxonomy(json.dumps([JOY, CARE]).encode()) == [JOY, CARE]


def test_people_are_asked_by_a_scale_with_sub_values_in_its_descriptions():
    scale = scale_of([JOY, CARE])
    assert clean_values_scale(scale) == scale
    assert [one["description"] for one in scale["values"]] == ["Delight. play, fun", ""]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff", "not UTF-8"),
        (b"[{", "not valid JSON"),
        (b'{"key": "a"}', "list of objects"),
        (b"[]", "1 to 60"),
        (b'[{"key": "a b"}]', "no spaces"),
        (b'[{"key": "a"}, {"key": "a"}]', "same key"),
        (b'[{"key": "a", "colour": "red"}]', "no colour"),
        (b'[{"key": "a", "sub_values": "b"}]', "`sub_values`"),
        (b'[{"key": "a", "label": 3}]', "`label`"),
        (b"", "header"),
        (b"key,colour\na,b\n", "header"),
        (b"key,label\na\n", "more or fewer cells"),
    ],
)
def test_what_is_no_taxonomy_is_refused_in_words(content: bytes, says: str):
    with pytest.raises(TaxonomyProblem, match=says):
        read_taxonomy(content)


@given(st.binary(max_size=200))
def test_any_file_is_read_or_refused(content: bytes):
    with suppress(TaxonomyProblem):
        assert all(one["key"] for one in read_taxonomy(content))


@pytest.mark.django_db
def test_another_upload_is_another_version_and_the_same_is_none():
    owner, other = make_user(Role.RESEARCHER), make_user(Role.RESEARCHER)
    said = {"key": "mine", "title": "Mine", "source": ""}
    first, is_new = add_taxonomy(owner, **said, values=[JOY])
    assert (first.version, is_new) == (1, True)
    assert add_taxonomy(owner, **said, values=[JOY]) == (first, False)
    second, _new = add_taxonomy(owner, **said, values=[JOY, CARE])
    assert second.version == 2
    assert add_taxonomy(other, **said, values=[CARE])[0].version == 1
    first.refresh_from_db()
    assert first.values == [JOY]
    with pytest.raises(Unfit):
        add_taxonomy(owner, key="value-imprint", title="x", source="", values=[JOY])
    with pytest.raises(Unfit):
        add_taxonomy(owner, **said, values=[{"key": "no good"}])
    assert Taxonomy.objects.count() == 3
