"""A campaign's body as the fields show it."""

from collections.abc import Mapping
from typing import Any

from annotation.forms.scales import write_scale
from annotation.forms.text_lists import write_options, write_targets, write_where
from annotation.services.strata import allocates


def initial_values(body: Mapping[str, Any]) -> dict[str, Any]:
    """A campaign's body as the page's fields show it."""
    targeted = body["strata"] and not allocates(body["strata"])
    return {
        **body,
        "overlap": None if targeted else body["overlap"],
        "questions": [
            {
                **question,
                "options": write_options(question["options"]),
                "show_if": write_where(question.get("show_if", {})),
            }
            for question in body["questions"]
        ],
        "criteria": [{**one, "scale": write_scale(one["scale"])} for one in body["criteria"]],
        "strata": [
            {**one, "where": write_where(one["where"]), "targets": write_targets(one["targets"])}
            for one in body["strata"]
        ],
        "item_strata": [{**one, "where": write_where(one["where"])} for one in body["item_strata"]],
        "quotas": [{**one, "where": write_where(one["where"])} for one in body["quotas"]],
        "purposes": body["consent"]["purposes"],
        "consent_text": body["consent"]["text"],
        "on_withdrawal": body["consent"]["on_withdrawal"],
        **{f"adaptive_{name}": value for name, value in (body["adaptive"] or {}).items()},
    }


def without_version(consent: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in consent.items() if name != "version"}
