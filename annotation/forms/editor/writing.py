"""What was filled in, in the shape of the campaign's body."""

from typing import Any

from annotation.enums import Strategy, Uncertainty
from annotation.forms.about import AboutFields
from annotation.forms.asking import AskingFields
from annotation.forms.editor.asked import criterion_of
from annotation.forms.editor.defaults import MAY_BE_LEFT_OUT, MAY_BE_NONE, PLAIN_FIELDS
from annotation.forms.editor.page_forms import PageForms
from annotation.forms.editor.people import purpose_of, question_of
from annotation.forms.editor.strata import item_stratum_of, quota_of, stratum_of
from annotation.forms.entry import comprehension_question, practice_item
from annotation.forms.flow import FlowFields

Body = dict[str, Any]


def written_body(page: PageForms, current: Body) -> Body:
    """Everything that the page asks; what it does not show is as it is in `current`."""
    sent = page.fields.data
    body: Body = {name: written(page, name) for name in PLAIN_FIELDS}
    for name in MAY_BE_NONE:
        body[name] = body[name] or None
    for name in MAY_BE_LEFT_OUT:
        if name not in sent:
            del body[name]
    if AboutFields.is_in(sent):
        body["about"] = page.about.written()
    if AskingFields.is_in(sent):
        body["asking"] = page.asking.written()
    if FlowFields.is_in(sent):
        body["flow"] = page.flow.written()
    if page.step or any(name in sent for name in page.entry.fields):
        body["entry"] = written_entry(page, current["entry"])
    return {
        **body,
        "adaptive": written_adaptive(page),
        **written_lists(page, current),
        "excludes": sorted(page.fields["excludes"].value() or []),
        "consent": written_consent(page, current["consent"]),
    }


def written_lists(page: PageForms, current: Body) -> Body:
    scales = {one["key"]: one.get("scale") for one in current["criteria"]}
    task_type = page.fields.data.get("task_type") or current["task_type"]
    return {
        "criteria": [criterion_of(row, scales, task_type) for row in page.criteria.forms],
        "questions": [question_of(row) for row in page.questions.forms],
        "strata": [stratum_of(row) for row in page.strata.forms],
        "item_strata": [item_stratum_of(row) for row in page.item_strata.forms],
        "quotas": [quota_of(row) for row in page.quotas.forms],
    }


def written_consent(page: PageForms, now: Body) -> Body:
    """A page of questions sends the purposes along, and not the text."""
    is_sent = page.step is None or "consent_text" in page.fields.data
    return {
        "text": written(page, "consent_text") if is_sent else now["text"],
        "purposes": [purpose_of(row) for row in page.purposes.forms],
        # A form that does not send it at all leaves it as it is.
        "on_withdrawal": written(page, "on_withdrawal") or now["on_withdrawal"],
    }


def written_entry(page: PageForms, now: Body) -> Body:
    entry = page.entry.written(now)
    if page.shows("comprehension"):
        questions = [comprehension_question(row) for row in page.comprehension.forms]
        entry["comprehension"]["questions"] = questions
    if page.shows("practice"):
        entry["practice"] = [practice_item(row, now["practice"]) for row in page.practice.forms]
    return entry


def written_adaptive(page: PageForms) -> dict[str, str] | None:
    """What goes with the strategy adaptive, and only with it."""
    if written(page, "strategy") != Strategy.ADAPTIVE:
        return None
    return {
        "budget": written(page, "adaptive_budget"),
        "most": written(page, "adaptive_most"),
        "measure": written(page, "adaptive_measure") or Uncertainty.WIDTH.value,
    }


def written(page: PageForms, name: str) -> str:
    # Browsers end lines with CR LF; REST clients do not.
    return str(page.fields.data.get(name, "")).replace("\r\n", "\n").strip()
