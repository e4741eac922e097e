"""What the parts of a campaign's body have to be together, and what stands for those left out."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.enums import OnWithdrawal
from annotation.asking import Asking
from annotation.entry import Entry
from annotation.enums import TaskTypeKey
from annotation.flow import Flow
from annotation.serializers.campaign_parts import refuse_repeats
from annotation.task_types import ScaleProblem, task_type_of

DEFAULT_CRITERION = task_type_of(TaskTypeKey.PAIRWISE).default_criterion
DEFAULT_CONSENT = {
    "text": (
        "I take part of my own free will and can stop at any time. My judgments are stored "
        "under a pseudonym and may be used and published for research."
    ),
    "purposes": [],
    "on_withdrawal": OnWithdrawal.ERASE.value,
}


def with_defaults(attrs: dict[str, Any]) -> dict[str, Any]:
    attrs = {
        **attrs,
        "criteria": attrs.get("criteria") or [task_type_of(attrs["task_type"]).default_criterion],
        "asking": attrs.get("asking") or Asking().body(),
        "questions": attrs.get("questions") or [],
        "strata": attrs.get("strata") or [],
        "consent": attrs.get("consent") or dict(DEFAULT_CONSENT),
        "item_strata": attrs.get("item_strata") or [],
        "quotas": attrs.get("quotas") or [],
        "excludes": attrs.get("excludes") or [],
        "about": attrs.get("about") or {},
        "flow": attrs.get("flow") or asdict(Flow()),
        "entry": attrs.get("entry") or Entry().body(),
        "translations": attrs.get("translations") or {},
        "adaptive": attrs.get("adaptive"),
    }
    if not allocated_or_targeted(attrs):
        raise serializers.ValidationError(
            {"overlap": _("Say how many judgments each item needs, here or by strata.")}
        )
    return attrs


def allocated_or_targeted(attrs: dict[str, Any]) -> bool:
    return bool(attrs.get("overlap")) or any(one["target"] is not None for one in attrs["strata"])


def refuse_unknown_fields(data: Any, known: Collection[str]) -> None:
    """A misspelt setting would silently be its default."""
    unknown = [str(key) for key in data if key not in known] if isinstance(data, dict) else []
    if unknown:
        raise serializers.ValidationError(
            {key: _("A campaign has no such setting.") for key in unknown}
        )


def check_people(attrs: dict[str, Any]) -> None:
    """Strata and quotas must be defined over the questions that the campaign asks."""
    options = {
        question["key"]: {option["key"] for option in question["options"]}
        for question in attrs["questions"]
    }
    for part in ("strata", "quotas"):
        refuse_repeats([one["key"] for one in attrs[part]])
        for number, one in enumerate(attrs[part]):
            check_where(f"{part}.{number}.where", one["where"], options)
    check_branching(attrs["questions"])
    shares = attrs["about"].get("population_shares", {})
    wanted = {key: list(shares_of) for key, shares_of in shares.items()}
    check_where("about.population_shares", wanted, options)


def check_branching(questions: list[dict[str, Any]]) -> None:
    """A question may wait for answers to questions before it, and only for those."""
    options: dict[str, set[str]] = {}
    for number, question in enumerate(questions):
        for key, wanted in question.get("show_if", {}).items():
            unknown = [one for one in wanted if one not in options.get(key, set())]
            if key not in options or unknown:
                named = key if key not in options else f"{key}: {', '.join(unknown)}"
                raise serializers.ValidationError(
                    {
                        f"questions.{number}.show_if": _("Not asked before this question: %s.")
                        % named
                    }
                )
        options[question["key"]] = {option["key"] for option in question["options"]}


def check_scales(attrs: dict[str, Any]) -> None:
    """Each criterion's scale by its task type, in the form in which it is stored."""
    task_type = task_type_of(attrs["task_type"])
    for number, criterion in enumerate(attrs["criteria"]):
        try:
            criterion["scale"] = task_type.clean_scale(criterion["scale"])
        except ScaleProblem as problem:
            raise serializers.ValidationError(
                {f"criteria.{number}.scale": str(problem)}
            ) from problem


def check_where(path: str, where: dict[str, list[str]], options: dict[str, set[str]]) -> None:
    for key, wanted in where.items():
        unknown = [one for one in wanted if one not in options.get(key, set())]
        if key not in options or unknown:
            named = key if key not in options else f"{key}: {', '.join(unknown)}"
            raise serializers.ValidationError({path: _("Not asked by this campaign: %s.") % named})


def check_targets(attrs: dict[str, Any]) -> None:
    """Targets for all strata or for none, and by item strata that the campaign has."""
    refuse_repeats([one["key"] for one in attrs["item_strata"]])
    known = {one["key"] for one in attrs["item_strata"]}
    without = [one["target"] is None for one in attrs["strata"]]
    for number, stratum in enumerate(attrs["strata"]):
        if any(without) and not all(without) and stratum["target"] is None:
            raise serializers.ValidationError(
                {f"strata.{number}.target": _("Give every stratum a target, or none.")}
            )
        unknown = sorted(set(stratum["targets"]) - known)
        if unknown or (stratum["targets"] and all(without)):
            problem = _("No such item strata, or the overlap is allocated: %s.")
            raise serializers.ValidationError(
                {f"strata.{number}.targets": problem % ", ".join(unknown or stratum["targets"])}
            )


def check_purposes(attrs: dict[str, Any]) -> None:
    """A question may only be bound to a purpose that the consent names."""
    known = {purpose["key"] for purpose in attrs["consent"]["purposes"]}
    for number, question in enumerate(attrs["questions"]):
        if question["purpose"] and question["purpose"] not in known:
            raise serializers.ValidationError(
                {f"questions.{number}.purpose": _("The consent has no such purpose.")}
            )
