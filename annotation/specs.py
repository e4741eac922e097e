"""The shape in which campaigns are asked for, by page and by REST, after validation."""

from typing import Any, NotRequired, TypedDict


class CriterionSpec(TypedDict):
    key: str
    label: str
    scale: Any


class OptionSpec(TypedDict):
    key: str
    label: str


class QuestionSpec(TypedDict):
    key: str
    label: str
    kind: str
    options: list[OptionSpec]
    purpose: NotRequired[str]
    show_if: NotRequired[dict[str, list[str]]]


class StratumSpec(TypedDict):
    key: str
    where: dict[str, list[str]]
    target: int | None
    targets: dict[str, int]
    share: float | None
    quota: int | None


class ItemStratumSpec(TypedDict):
    key: str
    where: dict[str, list[str]]


class AdaptiveSpec(TypedDict):
    budget: int
    most: int
    measure: str


class QuotaSpec(TypedDict):
    key: str
    where: dict[str, list[str]]
    seats: int


class PurposeSpec(TypedDict):
    key: str
    label: str
    required: bool


class ConsentSpec(TypedDict):
    text: str
    purposes: list[PurposeSpec]
    on_withdrawal: NotRequired[str]


class AuthorSpec(TypedDict):
    name: str
    affiliation: NotRequired[str]
    orcid: NotRequired[str]


class AboutSpec(TypedDict, total=False):
    """What only the researchers know, for the documentation of datasets; all of it optional.

    `population_shares` are question → option → share of the population, on any scale.
    `license` is an identifier of SPDX or of the Hugging Face hub.
    """

    summary: str
    items: str
    recruitment: str
    pay: str
    population: str
    population_shares: dict[str, dict[str, float]]
    ethics: str
    funding: str
    uses: str
    limits: str
    maintenance: str
    contact: str
    license: str
    url: str
    authors: list[AuthorSpec]


class SkipReasonSpec(TypedDict):
    key: str
    label: str


class FlowSpec(TypedDict):
    """How judging goes besides what is asked: `annotation.flow.Flow`."""

    revise: str
    ahead: int
    break_after_minutes: int
    session_minutes: int | None
    pay: str
    content_warning: str
    skip_reasons: list[SkipReasonSpec]


class EntrySpec(TypedDict):
    """Who may come in and what comes before judging: `annotation.entry.Entry`."""

    open_to: str
    comprehension: dict[str, Any]
    practice: list[dict[str, Any]]
    check_rate: float
    fastest_reading: int | None


class AskingSpec(TypedDict):
    reason: str
    reason_least: int
    confidence: str
    acceptable: str
    spans: bool
    partial_rankings: bool


class CampaignSpec(TypedDict, total=False):
    """A whole campaign, or for a change the parts that change."""

    slug: str
    title: str
    guideline: str
    paradigm: str
    task_type: str
    criteria: list[CriterionSpec]
    questions: list[QuestionSpec]
    strata: list[StratumSpec]
    overlap: int | None
    strategy: str
    lease_minutes: int
    repeat_rate: float
    max_per_annotator: int | None
    max_per_day: int | None
    max_per_session: int | None
    session_break_minutes: int
    seat_hours: int
    adaptive: AdaptiveSpec | None
    item_strata: list[ItemStratumSpec]
    quotas: list[QuotaSpec]
    excludes: list[str]
    asking: AskingSpec
    consent: ConsentSpec
    about: AboutSpec
    flow: FlowSpec
    entry: EntrySpec
    translations: dict[str, dict[str, str]]
