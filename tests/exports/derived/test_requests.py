"""What can be asked for, and what is refused in which words."""

from typing import Any

import pytest

from exports.derived import FORMATS, OptionProblem, read_request, read_requests

KEYS = (
    *("trl-preference", "trl-reward", "trl-kto", "llamafactory", "axolotl", "openai-dpo"),
    *("lewidi", "matrix", "label-studio", "argilla"),
)


def test_the_registry_tells_of_every_format_what_it_is_and_makes():
    assert tuple(FORMATS) == KEYS
    for key, format in FORMATS.items():
        assert format.key == key
        assert str(format.label)
        assert str(format.description)
        assert format.makes
        assert len({option.key for option in format.options}) == len(format.options)
        assert all(str(option.label) for option in format.options)


@pytest.mark.parametrize("key", KEYS)
def test_every_default_is_a_value_that_may_be_given(key: str):
    request = read_request(key)
    assert read_request(request.body) == request
    assert request.options.name == ""


def test_defaults_are_one_row_per_judgment_as_conversations():
    options = read_request("trl-preference").options
    assert (options.mode, options.content, options.test_share) == (
        "judgments",
        "conversational",
        0.0,
    )
    assert not options.ties_count_half
    assert read_request({"format": "trl-preference", "mode": "soft"}).options.ties_count_half


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        (7, "", "Must be the key of a format"),
        ("trl", "format", "There is no such format; there are trl-preference, trl-reward"),
        ({}, "format", "There is no such format"),
        ({"format": ["trl-kto"]}, "format", "There is no such format"),
        ({"format": "trl-kto", "ties": "half"}, "ties", "This format has no such option"),
        ({"format": "openai-dpo", "compress": True}, "compress", "no such option"),
        ({"format": "lewidi", "mode": "soft"}, "mode", "no such option; it has annotators"),
        ({"format": "trl-kto", "test_share": 1}, "test_share", "from 0 to below 1"),
        ({"format": "trl-kto", "test_share": -0.1}, "test_share", "from 0 to below 1"),
        ({"format": "trl-kto", "test_share": True}, "test_share", "from 0 to below 1"),
        ({"format": "trl-kto", "test_share": float("nan")}, "test_share", "from 0 to below 1"),
        ({"format": "trl-kto", "seed": 1.5}, "seed", "whole number"),
        ({"format": "trl-kto", "seed": -1}, "seed", "whole number"),
        ({"format": "trl-kto", "mode": "majority"}, "mode", "one of judgments, weighted, soft"),
        ({"format": "trl-kto", "repeats": 1}, "repeats", "true or false"),
        ({"format": "trl-kto", "strata": "young"}, "strata", "list of texts"),
        ({"format": "trl-kto", "items": [1]}, "items", "list of texts"),
        ({"format": "trl-kto", "name": "../x"}, "name", "small letters"),
        ({"format": "trl-kto", "name": "soft"}, "name", "another name"),
        ({"format": "trl-kto", "prompt_end": "-" * 21}, "prompt_end", "at most 20"),
        ({"format": "trl-reward", "margins": [1]}, "margins", "two numbers"),
        ({"format": "trl-reward", "margins": [1, -2]}, "margins", "two numbers"),
        ({"format": "trl-kto", "mode": "weighted", "shares": {"a": 0}}, "shares", "above 0"),
        ({"format": "trl-kto", "weights": "stratum"}, "weights", "weighted or soft"),
        (
            {"format": "trl-kto", "mode": "soft", "shares": {"young": 1}},
            "shares",
            "for weights by stratum",
        ),
        (
            {"format": "trl-kto", "mode": "soft", "population": "The country"},
            "population",
            "for weights by raking",
        ),
        (
            {
                "format": "trl-kto",
                "mode": "soft",
                "weights": "raking",
                "population": {"age": {"young": 0}},
            },
            "population",
            "Must be the name",
        ),
        (
            {"format": "trl-kto", "labels": "acceptable", "criteria": ["tone"]},
            "criteria",
            "without criteria",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(body: Any, field: str, message: str):
    with pytest.raises(OptionProblem) as problem:
        read_request(body)
    assert problem.value.field == field
    assert message in problem.value.message


def test_the_same_format_twice_needs_two_names():
    with pytest.raises(OptionProblem, match="trl-kto is asked for twice"):
        read_requests(["trl-kto", {"format": "trl-kto", "strata": ["young"]}])
    requests = read_requests(
        ["trl-kto", {"format": "trl-kto", "name": "young"}, {"format": "trl-kto", "mode": "soft"}]
    )
    assert [request.chosen["name"] for request in requests] == ["", "young", ""]


def test_there_is_a_limit_to_how_many():
    with pytest.raises(OptionProblem, match="At most 20"):
        read_requests([{"format": "matrix", "name": f"m{number}"} for number in range(21)])
