"""CITATION.cff (Citation File Format 1.2.0) and LICENSE, from what the researchers state."""

import yaml

from exports.documentation.dataset import Dataset
from exports.documentation.stated import (
    HUB_LICENSES,
    authors,
    license_address,
    licenses,
    nameless_authors,
)
from exports.documentation.wording import counted

# How the format writes identifiers that are known in lower case here.
SPDX = {one.lower(): one for one in ("Apache-2.0", "MIT", "ODC-By-1.0", "ODbL-1.0", "PDDL-1.0")} | {
    one: one.upper() for one in HUB_LICENSES if one.startswith(("cc", "cdla"))
}
SPDX |= {
    "cdla-sharing-1.0": "CDLA-Sharing-1.0",
    "cdla-permissive-1.0": "CDLA-Permissive-1.0",
    "cdla-permissive-2.0": "CDLA-Permissive-2.0",
}


def citation_file(dataset: Dataset) -> str:
    """The dataset as something to cite. Authors who are not stated get no names."""
    frame = dataset.frame
    judgments = sum(facts.judgments for facts in frame.facts)
    about: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": ", ".join(campaign.title for campaign in frame.campaigns),
        "abstract": f"{counted(judgments, 'judgment')} of language-model outputs, each as one "
        "person gave it, with who was asked and how; nothing is aggregated.",
        "authors": [author_entry(one) for one in authors(dataset)]
        or [{"name": nameless_authors(dataset)}],
        "version": dataset.version,
        "date-released": frame.as_of[:10],
        "keywords": ["human label variation", "preferences", "language models"],
    }
    known = [SPDX[one.lower()] for one in licenses(dataset) if one.lower() in SPDX]
    if known and len(known) == len(licenses(dataset)):
        about["license"] = known[0] if len(known) == 1 else known
    addresses = [one.about["url"] for one in frame.campaigns if one.about.get("url")]
    if addresses:
        about["url"] = addresses[0]
    text: str = yaml.safe_dump(about, sort_keys=False, allow_unicode=True, width=1000)
    return text


def author_entry(author: dict[str, str]) -> dict[str, str]:
    """A name as it was given: which part of it is the family's is not for us to guess."""
    entry = {"name": author["name"]}
    if author.get("orcid"):
        entry["orcid"] = f"https://orcid.org/{author['orcid']}"
    return entry


def license_file(dataset: Dataset) -> str | None:
    """What the researchers state of the license, or None where they state none."""
    lines = [
        f"{one.title} ({one.slug}): {one.about['license']}, {license_address(one.about['license'])}"
        for one in dataset.frame.campaigns
        if one.about.get("license")
    ]
    if not lines:
        return None
    return "\n".join(
        [
            "License of this dataset, as its researchers state it by the identifiers of SPDX:",
            "",
            *lines,
            "",
            "The text of a license is at its address. The purposes that people agreed to bind",
            "whoever uses the data besides: see README.md, “What people agreed to”.",
            "",
        ]
    )
