"""Under which heading an operation stands, by the module of its view."""

TAGS = {
    "Signing in": "Tokens, and people's accounts.",
    "Campaigns": "Their design, and when they are open.",
    "Teams": "Who works on a campaign, organisations, inviting others, and who changed what.",
    "Items": "Bringing items in.",
    "Imported judgments": "Bringing in judgments that were given elsewhere, and answers of models.",
    "Recruiting": "Entry links and who came by them.",
    "Judging": "The annotator's side: joining, assignments, judgments.",
    "Reading": "Coverage, raw judgments, reports and quality, as they are now.",
    "Running a campaign": "How it goes just now, messages to annotators, its end, and notices.",
    "Designing": "What a design costs and can show, and when it will be covered.",
    "Bounds": "Rules on what may be preferred, and what they rule out.",
    "Analysis": "What judgments say, by group, with intervals.",
    "Datasets": "Snapshots, their release and their files.",
    "Audits of values": "Which values a corpus carries.",
    "One's own data": "What is held about a person, for that person.",
    "This document": "The OpenAPI document itself.",
}
BY_MODULE = {
    "accounts.api.views": "Signing in",
    "annotation.api.tokens": "Signing in",
    "annotation.api.trail": "Teams",
    "annotation.api.organisations": "Teams",
    "annotation.api.campaigns": "Campaigns",
    "annotation.api.team": "Teams",
    "annotation.api.items": "Items",
    "annotation.api.judgment_imports": "Imported judgments",
    "annotation.api.model_judgments": "Imported judgments",
    "annotation.api.entry_links": "Recruiting",
    "annotation.api.annotating": "Judging",
    "annotation.api.comprehension": "Judging",
    "annotation.api.coverage": "Reading",
    "annotation.api.reports": "Reading",
    "annotation.api.quality": "Reading",
    "annotation.api.inspecting": "Reading",
    "annotation.api.live": "Running a campaign",
    "annotation.api.notices": "Running a campaign",
    "annotation.api.steering": "Running a campaign",
    "annotation.api.design": "Designing",
    "annotation.api.own_data": "One's own data",
    "exports.api.own_data": "One's own data",
    "policies.api.own": "One's own data",
}
BY_APP = {
    "accounts": "Signing in",
    "annotation": "Campaigns",
    "policies": "Bounds",
    "analysis": "Analysis",
    "exports": "Datasets",
    "values": "Audits of values",
    "drf_spectacular": "This document",
}


def tag_of(view: type) -> str:
    """The heading of a view's operations: its module's own, else that of its app."""
    return BY_MODULE.get(view.__module__) or BY_APP[view.__module__.partition(".")[0]]


def described_tags() -> list[dict[str, str]]:
    """The headings in their order, as the OpenAPI document has them."""
    return [{"name": name, "description": description} for name, description in TAGS.items()]
