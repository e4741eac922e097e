"""Which rules bound what may be trained on, and what the campaign says of risks and benefits."""

from collections.abc import Mapping
from typing import Any

from exports.documentation.dataset import Dataset, Part
from exports.documentation.markdown import bullets, grid, one_line, section

TIERS = {1: "1, law and norms", 2: "2, organisation or campaign"}
HEADINGS = {
    ("benefit", "individual"): "Benefits for the person",
    ("risk", "individual"): "Risks for the person",
    ("benefit", "societal"): "Benefits for society",
    ("risk", "societal"): "Risks for society",
}


def bounds(dataset: Dataset) -> str:
    """The rules in force at the moment; "" where there were none."""
    rules = dataset.frame.rules
    if not rules:
        return ""
    rows = [
        (
            f"`{one['rule']}` v{one['version']}",
            TIERS[one["tier"]],
            one["kind"],
            one_line(one["title"]),
            one_line(", ".join(filter(None, (one["source"], one["jurisdiction"]))) or "–"),
        )
        for one in rules
    ]
    return section(
        "Bounds",
        "These rules were in force. What people judged is in the tables as it is; in files to "
        "train on, a response that a rule rules out is never the preferred one. What that removed "
        "is in the files that end in `-bounds.json` and `-bounds.jsonl`, rule by rule and with "
        "shares by annotator stratum.",
        grid(["rule", "tier", "kind", "title", "source"], rows),
        bullets(f"`{one['rule']}`: {one_line(one['text'])}" for one in rules),
    )


def risks_and_benefits(part: Part) -> str:
    """The campaign's register, group by group; "" for datasets from before there was one."""
    entries = part.campaign.register
    if not entries:
        return ""
    groups = []
    for (side, level), heading in HEADINGS.items():
        lines = [entry_line(one) for one in entries if (one["side"], one["level"]) == (side, level)]
        groups += [f"### {heading}", bullets(lines)]
    return section(
        f"Risks and benefits{part.of}",
        "Of personalising models with this dataset, under the headings of Kirk, Vidgen, Röttger "
        "and Hale, *Personalisation within bounds* (arXiv 2303.05453). What the researchers have "
        "not assessed has no assessment here.",
        *groups,
    )


def entry_line(entry: Mapping[str, Any]) -> str:
    """A heading, what it means, and what the researchers say of it."""
    said = [f"**{one_line(entry['label'])}.** {one_line(entry['text'])}"]
    if entry["likelihood"] or entry["importance"]:
        assessed = ", ".join(filter(None, (entry["likelihood"], entry["importance"])))
        said.append(f"*{assessed[:1].upper()}{assessed[1:]}.*")
    if entry["note"]:
        said.append(f"In this campaign: {one_line(entry['note'])}")
    if entry["mitigation"]:
        said.append(f"What is done about it: {one_line(entry['mitigation'])}")
    return " ".join(said)
