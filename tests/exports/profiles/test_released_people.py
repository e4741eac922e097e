"""What research and public releases tell of people, for any population, through any table."""

import json
from collections import defaultdict
from typing import Any
from unittest.mock import patch

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.frozen import shelf
from exports.frozen.frame import (
    Facts,
    Frame,
    FrozenCampaign,
    FrozenStratum,
    StratumFacts,
)
from exports.models import Moment, Snapshot
from exports.profiles import Profile, profile_of
from exports.profiles.choices import Choices, Group, Recoding, choices_body
from exports.pseudonyms import released_name
from exports.tables import ASSIGNMENTS, COVERAGE, JUDGMENTS, annotators_table
from exports.tables.people import AskedQuestion

AGE = AskedQuestion("age", "Age?", False, {"18": "18 to 29", "30": "30 to 49", "50": "50 and up"})
GENDER = AskedQuestion("gender", "Gender?", False, {"w": "Woman", "m": "Man", "n": "Neither"})
TONGUES = AskedQuestion("tongues", "Languages?", True, {"en": "English", "hi": "Hindi"})
QUESTIONS = [AGE, GENDER, TONGUES]
STRATA = [
    FrozenStratum(1, "young-women", {"age": ["18"], "gender": ["w"]}, 2),
    FrozenStratum(2, "young", {"age": ["18", "30"]}, 2),
    FrozenStratum(3, "rest", {}, 2),
]
KEY = bytes(32)
K = 3
BANDS = Recoding("age", (Group("under-50", "Under 50", ("18", "30")),))

ANSWERS = st.fixed_dictionaries(
    {
        "age": st.sampled_from([None, *AGE.options]),
        "gender": st.sampled_from([None, *GENDER.options]),
        "tongues": st.sampled_from([None, ["en"], ["hi"], ["en", "hi"]]),
    }
)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "answers": ANSWERS,
            "second": st.one_of(st.none(), ANSWERS),
            "may_be_named": st.booleans(),
            "campaigns": st.sampled_from([(1,), (2,), (1, 2)]),
        }
    ),
    max_size=40,
)
CHOICES = st.builds(
    lambda age, others, k: Choices(
        profile="public", text="excluded", k=k, identifying=(*age, *others)
    ),
    st.sampled_from([(), (BANDS,), (Recoding("age"),)]),
    st.sampled_from([(), (Recoding("gender"),), (Recoding("gender"), Recoding("tongues"))]),
    st.integers(min_value=2, max_value=5),
)


def campaign(pk: int) -> FrozenCampaign:
    strata = STRATA if pk == 1 else [FrozenStratum(9, "everyone", {}, 2)]
    return FrozenCampaign(
        pk=pk,
        slug=f"c{pk}",
        title="T",
        version=1,
        task_type="pairwise",
        paradigm="descriptive",
        strategy="balanced",
        repeat_rate=0.0,
        criteria=[],
        strata=strata,
        guidelines=[],
        consents=[],
    )


FRAME = Frame(as_of="", campaigns=[campaign(1), campaign(2)], questions=QUESTIONS, facts=[])


def stratum_of(campaign_pk: int, answers: dict[str, Any]) -> str:
    if campaign_pk == 2:
        return "everyone"
    if answers["age"] == "18" and answers["gender"] == "w":
        return "young-women"
    return "young" if answers["age"] in ("18", "30") else "rest"


class Release:
    """A population, and every table of it as a profile releases it."""

    def __init__(self, people: list[dict[str, Any]], choices: Choices) -> None:
        self.people = people
        self.snapshot = Snapshot(key=KEY, choices=choices_body(choices), moment=Moment(pk=1))
        with patch.object(shelf, "read_table", self.read_table):
            self.profile = profile_of(self.snapshot, FRAME)
            self.annotators = self.table(annotators_table(QUESTIONS), self.profile_rows())
            self.judgments = self.table(JUDGMENTS, self.served("annotator_stratum"))
            self.assignments = self.table(ASSIGNMENTS, self.served("stratum"))
            self.coverage = self.table(
                COVERAGE,
                [
                    {"campaign": "c1", "stratum": "rest", "target": 2, "submitted": 1},
                    {"campaign": "c2", "stratum": "everyone", "target": 2, "submitted": 1},
                ],
            )

    def read_table(self, _moment: Any, name: str, schema: pa.Schema, *_: Any) -> pa.Table:
        rows: list[dict[str, Any]] = []
        for pk, person in enumerate(self.people):
            for campaign_pk in person["campaigns"]:
                if name == "people":
                    rows.append(
                        {
                            "campaign_pk": campaign_pk,
                            "annotator_pk": pk,
                            "own_pseudonym": f"own{pk}",
                            "stratum_may_be_named": person["may_be_named"],
                        }
                    )
                for version, answers in self.versions(person) if name == "profiles" else ():
                    rows.append(
                        {
                            "campaign_pk": campaign_pk,
                            "profile_pk": pk * 10 + version,
                            "annotator_pk": pk,
                            "profile_version": version,
                            "answers": json.dumps(answers),
                        }
                    )
        return pa.Table.from_pylist(rows, schema)

    def versions(self, person: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
        found = [(1, person["answers"])]
        return [*found, (2, person["second"])] if person["second"] else found

    def profile_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "annotator_id": self.name(pk),
                "profile_version": version,
                "campaign": f"c{campaign_pk}",
                **answers,
            }
            for pk, person in enumerate(self.people)
            for campaign_pk in person["campaigns"]
            for version, answers in self.versions(person)
        ]

    def served(self, column: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = [
            {
                "annotator_id": self.name(pk),
                "campaign": f"c{campaign_pk}",
                column: stratum_of(campaign_pk, person["answers"])
                if person["may_be_named"]
                else None,
            }
            for pk, person in enumerate(self.people)
            for campaign_pk in person["campaigns"]
        ]
        return [*rows, {"annotator_id": None, "campaign": "c1", column: "rest"}]

    def name(self, pk: int) -> str:
        return released_name("per-release", KEY, pk, f"own{pk}")

    def table(self, table: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        batch = pa.RecordBatch.from_pylist(rows, table.arrow_schema)
        found: list[dict[str, Any]] = self.profile.apply(table, batch).to_pylist()
        return found


@settings(max_examples=150, deadline=None)
@given(people=PEOPLE, choices=CHOICES)
def test_no_combination_tells_few_people_apart(people: list[dict[str, Any]], choices: Choices):
    """Answers, joined with the strata of judgments and assignments: k people, or nothing."""
    release = Release(people, choices)
    keys = [one.question for one in choices.identifying]
    shared: defaultdict[Any, set[str]] = defaultdict(set)
    for row in release.annotators:
        assert set(row) == {"annotator_id", "profile_version", "campaign", *keys}
        strata = {
            one[column]
            for rows, column in (
                (release.judgments, "annotator_stratum"),
                (release.assignments, "stratum"),
            )
            for one in rows
            if (one["annotator_id"], one["campaign"]) == (row["annotator_id"], row["campaign"])
        }
        assert len(strata) == 1
        answers = tuple(json.dumps(row[key]) for key in keys)
        shared[row["campaign"], answers, strata.pop()].add(row["annotator_id"])
    for (slug, answers, stratum), names in shared.items():
        tells_nothing = set(answers) <= {"null"} and stratum in (None, "everyone")
        assert tells_nothing or len(names) >= choices.k, (slug, answers, stratum)


@settings(max_examples=60, deadline=None)
@given(people=PEOPLE, choices=CHOICES)
def test_counts_by_stratum_are_told_only_where_every_stratum_is(
    people: list[dict[str, Any]], choices: Choices
):
    release = Release(people, choices)
    for slug in ("c1", "c2"):
        own = [one for one in release.judgments if one["campaign"] == slug and one["annotator_id"]]
        is_hidden = any(one["annotator_stratum"] is None for one in own)
        counts = [one["submitted"] for one in release.coverage if one["campaign"] == slug]
        assert counts == [None if is_hidden else 1]
        assert all(one["target"] == 2 for one in release.coverage)
    hidden = any(
        one["annotator_stratum"] is None for one in release.judgments if one["campaign"] == "c1"
    )
    nobody = [one["stratum"] for one in release.assignments if one["annotator_id"] is None]
    assert nobody == ([None] if is_hidden_in(release, "c1") else ["rest"])
    assert hidden or nobody == ["rest"]


def is_hidden_in(release: Release, slug: str) -> bool:
    return any(
        one["annotator_stratum"] is None
        for one in release.judgments
        if one["campaign"] == slug and one["annotator_id"]
    )


def person(age: str | None, gender: str | None = None, **parts: Any) -> dict[str, Any]:
    answers = {"age": age, "gender": gender, "tongues": None}
    return {
        "answers": answers,
        "second": None,
        "may_be_named": True,
        "campaigns": (1,),
        **parts,
    }


def test_a_stratum_is_named_where_the_answers_say_it_anyway():
    people = [person("18", "w")] * K + [person("50", "m")] * K
    both = Choices("public", "excluded", K, (Recoding("age"), Recoding("gender")))
    strata = [one["annotator_stratum"] for one in Release(people, both).judgments[:-1]]
    assert strata == ["young-women"] * K + ["rest"] * K
    # Without gender, the young may be in either stratum; the old are in the rest for sure.
    age = Choices("public", "excluded", K, (Recoding("age"),))
    strata = [one["annotator_stratum"] for one in Release(people, age).judgments[:-1]]
    assert strata == [None] * K + ["rest"] * K
    # A band that is wider than the stratum tells no stratum.
    bands = Choices("public", "excluded", K, (BANDS, Recoding("gender")))
    release = Release([person("18", "w")] * K + [person("30", "w")] * K, bands)
    assert [one["annotator_stratum"] for one in release.judgments[:-1]] == [None] * 2 * K
    assert {one["age"] for one in release.annotators} == {"under-50"}


def test_a_changed_answer_is_told_in_neither_version():
    second = {"age": "30", "gender": "w", "tongues": None}
    people = [person("18", "w", second=second)] * K
    choices = Choices("public", "excluded", K, (Recoding("age"), Recoding("gender")))
    release = Release(people, choices)
    assert [(one["age"], one["gender"]) for one in release.annotators] == [(None, "w")] * 2 * K


def test_research_leaves_other_questions_alone_and_needs_no_k():
    people = [person("18", "w"), person("50", "m")]
    release = Release(people, Choices("research", "included", 0, (BANDS,)))
    told = [(one["age"], one["gender"]) for one in release.annotators]
    assert told == [("under-50", "w"), ("50", "m")]
    release = Release(people, Choices("research", "included", 0, (), ("gender",)))
    assert set(release.annotators[0]) == {
        *("annotator_id", "profile_version", "campaign", "age", "tongues")
    }


def test_a_research_release_without_choices_changes_nothing():
    people = [person("18", "w", may_be_named=False), person("50", "m")]
    release = Release(people, Choices("research", "included"))
    assert [one["annotator_stratum"] for one in release.judgments] == [None, "rest", "rest"]
    assert [one["submitted"] for one in release.coverage] == [1, 1]
    assert [one["age"] for one in release.annotators] == ["18", "50"]


def test_declarations_say_what_was_done():
    release = Release([person("18")] * K, Choices("public", "excluded", K, (BANDS,)))
    profile: Profile = release.profile
    annotators = profile.table(annotators_table(QUESTIONS))
    assert annotators.header == ["annotator_id", "profile_version", "age", "campaign"]
    words = {one.name: one.description for one in profile.table(JUDGMENTS).columns}
    assert "beginning of that day" in words["submitted_at"]
    assert "Left out of this release" in words["reason"]
    assert profile.told().questions[0].options == {"under-50": "Under 50", "50": "50 and up"}


def test_small_strata_are_counted_together_in_what_is_told():
    def facts(key: str, people: int) -> StratumFacts:
        return StratumFacts(key, people, 2, 10, people, 0, 0)

    counted = Facts([], [facts("a", 40), facts("b", 1), facts("c", 7)], 48, 0, 0, 0, 0, 0, 0, {})
    frame = Frame("", [campaign(1)], QUESTIONS, [counted])
    release = Release([person("18", "w")] * K, Choices("public", "excluded", K, ()))
    with patch.object(shelf, "read_table", release.read_table):
        told = profile_of(release.snapshot, frame).told()
    assert [(one.key, one.people) for one in told.facts[0].strata] == [("a", 40), ("(others)", 8)]
