"""What every row of a snapshot is read with: the campaigns' own words and numbers, frozen."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from accounts.enums import OnWithdrawal
from exports.tables import (
    ASSIGNMENTS,
    COMPARISONS,
    COVERAGE,
    ITEMS,
    JUDGMENTS,
    RANKINGS,
    RATINGS,
    RESPONSES,
    Table,
    annotators_table,
)
from exports.tables.people import AskedQuestion
from policies.enums import LEAST_PEOPLE


@dataclass(frozen=True)
class FrozenGuideline:
    """A version of a guideline; `created_at` in ISO 8601."""

    pk: int
    version: int
    text: str
    created_at: str


@dataclass(frozen=True)
class FrozenConsent:
    """A version of a consent text; purposes as `{"key", "label", "required"}`.

    `on_withdrawal` says what becomes of the judgments of who agreed to it and withdraws.
    """

    version: int
    text: str
    purposes: Sequence[Mapping[str, Any]]
    on_withdrawal: str = OnWithdrawal.ERASE.value

    @property
    def keeps_judgments(self) -> bool:
        return self.on_withdrawal == OnWithdrawal.KEEP_JUDGMENTS


@dataclass(frozen=True)
class FrozenStratum:
    """A stratum, `where` as in the campaign; `share` of a reference population where one is set."""

    pk: int
    key: str
    where: Mapping[str, Sequence[str]]
    target: int
    share: float | None = None


@dataclass(frozen=True)
class StratumFacts:
    """One stratum's design and what was reached; numbers of judgments count first ones only."""

    key: str
    people: int
    target_per_item: int
    wanted: int
    submitted: int
    leased: int
    open: int


@dataclass(frozen=True)
class ConsentFacts:
    """How many people's last word was given on a version, and to how many each purpose is fine."""

    version: int
    people: int
    purposes: Mapping[str, int]


@dataclass(frozen=True)
class Facts:
    """A campaign's counts as of the moment; `languages` are those of its items."""

    languages: Sequence[str]
    strata: Sequence[StratumFacts]
    people: int
    judgments: int
    superseded: int
    repeats: int
    after_lease: int
    items: int
    items_without_judgment: int
    assignments_by_status: Mapping[str, int]
    consents: Sequence[ConsentFacts] = ()


@dataclass(frozen=True)
class FrozenCampaign:
    """A campaign as of the moment; `version` is this moment's number among its versions.

    `about` is what its researchers state of it, as `annotation.specs.AboutSpec` has it, `register`
    its risk–benefit register, as `policies.selectors.register` gives it.
    """

    pk: int
    slug: str
    title: str
    version: int
    task_type: str
    paradigm: str
    strategy: str
    repeat_rate: float
    criteria: Sequence[Mapping[str, Any]]
    strata: Sequence[FrozenStratum]
    guidelines: Sequence[FrozenGuideline]
    consents: Sequence[FrozenConsent]
    about: Mapping[str, Any] = field(default_factory=dict)
    register: Sequence[Mapping[str, Any]] = ()

    @property
    def criterion_keys(self) -> list[str]:
        return [criterion["key"] for criterion in self.criteria]


@dataclass(frozen=True)
class Frame:
    """All of a moment but its rows. `facts` stand in the order of `campaigns`.

    `rules` are the versions of rules in force, but for people's own, as
    `policies.selectors.rules.rule_facts` gives them; groups of fewer than `least_people` are told
    of nowhere.
    """

    as_of: str
    campaigns: Sequence[FrozenCampaign]
    questions: Sequence[AskedQuestion]
    facts: Sequence[Facts] = field(default_factory=tuple)
    rules: Sequence[Mapping[str, Any]] = ()
    least_people: int = LEAST_PEOPLE

    @property
    def campaign(self) -> FrozenCampaign:
        """The first of the campaigns, whose title the dataset bears."""
        return self.campaigns[0]

    @property
    def tables(self) -> list[Table]:
        """The snapshot's tables, in the order in which they are published."""
        return [
            *(JUDGMENTS, COMPARISONS, RANKINGS, RATINGS, annotators_table(self.questions)),
            *(ITEMS, RESPONSES, ASSIGNMENTS, COVERAGE),
        ]

    def item_name(self, campaign_pk: int) -> str:
        """What stands before an item's id: nothing, or with several campaigns the campaign."""
        if len(self.campaigns) == 1:
            return ""
        return f"{self.slugs[campaign_pk]}/"

    @property
    def slugs(self) -> dict[int, str]:
        return {campaign.pk: campaign.slug for campaign in self.campaigns}


def frame_text(frame: Frame) -> str:
    return json.dumps(asdict(frame), ensure_ascii=False)


def frame_from(text: str | bytes) -> Frame:
    """The frame that `frame_text` wrote down."""
    data = json.loads(text)
    return Frame(
        as_of=data["as_of"],
        campaigns=[campaign_from(one) for one in data["campaigns"]],
        questions=[AskedQuestion(**one) for one in data["questions"]],
        facts=[facts_from(one) for one in data["facts"]],
        rules=data.get("rules", ()),
        least_people=data.get("least_people", LEAST_PEOPLE),
    )


def facts_from(data: Mapping[str, Any]) -> Facts:
    return Facts(
        **{
            **data,
            "strata": [StratumFacts(**one) for one in data["strata"]],
            "consents": [ConsentFacts(**one) for one in data.get("consents", ())],
        }
    )


def campaign_from(data: Mapping[str, Any]) -> FrozenCampaign:
    return FrozenCampaign(
        **{
            **data,
            "strata": [FrozenStratum(**one) for one in data["strata"]],
            "guidelines": [FrozenGuideline(**one) for one in data["guidelines"]],
            "consents": [FrozenConsent(**one) for one in data["consents"]],
        }
    )
