import pytest

from annotation.errors import Unfit
from annotation.models import Assignment, Report
from annotation.services.reporting import report_content
from tests.factories import judge, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db


def test_a_report_keeps_who_what_and_why():
    assignment = serve(take_part(open_with_items(1)))
    report = report_content(assignment, kind="harmful", response="r2", note=" It names poisons. ")
    report.refresh_from_db()
    assert (report.item.external_id, report.response.external_id) == ("q1", "r2")
    assert (report.kind, report.note) == ("harmful", "It names poisons.")
    assert report.annotator_id == assignment.annotator_id
    assert report.campaign_id == assignment.campaign_id
    assert Assignment.objects.get().status == "leased"


def test_a_report_on_the_whole_item_names_no_response():
    assignment = serve(take_part(open_with_items(1)))
    assert report_content(assignment, kind="illegal").response is None


def test_the_same_again_changes_the_note_only():
    assignment = serve(take_part(open_with_items(1)))
    first = report_content(assignment, kind="private")
    again = report_content(assignment, kind="private", note="A telephone number")
    assert first.pk == again.pk
    assert Report.objects.get().note == "A telephone number"
    report_content(assignment, kind="private", response="r1")
    report_content(assignment, kind="other")
    assert Report.objects.count() == 3


def test_what_was_answered_can_be_reported_afterwards():
    assignment = serve(take_part(open_with_items(1)))
    judge(assignment)
    assert report_content(assignment, kind="harmful").pk


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"kind": "boring"}, "kind"),
        ({"kind": "other", "response": "r9"}, "response"),
        ({"kind": "other", "note": "x" * 5001}, "note"),
        ({"kind": "other", "note": "a\x00b"}, "note"),
    ],
)
def test_what_does_not_fit_is_named_and_not_kept(parts, field):
    assignment = serve(take_part(open_with_items(1)))
    with pytest.raises(Unfit) as refusal:
        report_content(assignment, **parts)
    assert set(refusal.value.fields) == {field}
    assert not Report.objects.exists()
