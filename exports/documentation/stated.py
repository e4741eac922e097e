"""What researchers state of a campaign, and what they leave unsaid."""

from exports.documentation.dataset import Dataset, Part
from exports.documentation.markdown import block_quote, one_line
from exports.frozen.frame import FrozenCampaign

NOT_STATED = "*Not stated by the researchers.*"
# Identifiers that the Hugging Face hub knows, by their names in lower case.
HUB_LICENSES = frozenset(
    [
        *("apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "cc0-1.0", "cc-by-3.0"),
        *("cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0"),
        *("cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0"),
        *("cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cdla-sharing-1.0"),
        *("cdla-permissive-1.0", "cdla-permissive-2.0", "odc-by", "odbl", "pddl", "unlicense"),
        *("gfdl", "gpl-3.0", "agpl-3.0", "lgpl-3.0", "mpl-2.0"),
    ]
)
WHAT_CAN_BE_STATED = {
    "summary": "what the campaign is for",
    "items": "where prompts and responses come from",
    "recruitment": "how people were found",
    "pay": "what people got for it",
    "population": "whom they stand for",
    "ethics": "ethical review",
    "funding": "funding",
    "uses": "what the data is meant for",
    "limits": "what it must not be used for",
    "maintenance": "how it is kept up",
    "authors": "whom to cite",
    "contact": "whom to ask",
    "license": "under which license it may be used",
}


def stated(part: Part, key: str) -> str:
    """The researchers' words, quoted as they are; or that there are none."""
    words = part.campaign.about.get(key, "")
    return block_quote(words) if words else NOT_STATED


def unstated(campaign: FrozenCampaign) -> list[str]:
    """What the researchers leave unsaid, in words."""
    return [words for key, words in WHAT_CAN_BE_STATED.items() if not campaign.about.get(key)]


def licenses(dataset: Dataset) -> list[str]:
    """The stated licenses, each once; empty unless every campaign states one."""
    found = [one.about.get("license", "") for one in dataset.frame.campaigns]
    return list(dict.fromkeys(found)) if all(found) else []


def license_address(license: str) -> str:
    """Where SPDX keeps the license of this identifier."""
    return f"https://spdx.org/licenses/{license}.html"


def authors(dataset: Dataset) -> list[dict[str, str]]:
    """The stated authors of all campaigns, each once."""
    found = [author for one in dataset.frame.campaigns for author in one.about.get("authors", [])]
    return list({author["name"]: author for author in found}.values())


def named_authors(dataset: Dataset) -> str:
    """The authors in a line; where none are stated, who they are without a name."""
    names = [author["name"] for author in authors(dataset)]
    return ", ".join(names) or nameless_authors(dataset)


def nameless_authors(dataset: Dataset) -> str:
    slugs = ", ".join(one.slug for one in dataset.frame.campaigns)
    return f"The researchers of the Variorum campaign {slugs}"


def author_line(author: dict[str, str]) -> str:
    parts = [author["name"], author.get("affiliation", ""), author.get("orcid", "")]
    return one_line(", ".join(part for part in parts if part))
