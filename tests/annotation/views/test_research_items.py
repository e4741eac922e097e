"""Looking for items and into one of them: search, order and filters; answers side by side."""

import pytest

from annotation.models import Campaign, Judgment
from annotation.selectors import answers, counting, items
from annotation.services.campaigns import open_campaign
from annotation.services.leases import skip_assignment
from annotation.services.reporting import report_content
from annotation.services.revising import revise_judgment
from annotation.services.submissions import Submission
from annotation.task_types.value_imprint import CATEGORIES
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    api,
    import_lines,
    item_line,
    judge,
    judge_everything,
    make_campaign,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db
SPANS = [{"response": "r1", "start": 0, "end": 6, "note": "kind"}]


def answer(preferred, strength=2):
    return {"overall": {"preferred": preferred, "strength": strength}}


def listed(client, campaign, query=""):
    client.force_login(campaign.owner)
    page = client.get(f"/research/{campaign.slug}/items/{query}").context["page"]
    return [line.item.external_id for line in page.lines]


@pytest.fixture
def varied():
    """Items q1 (asked about), q2 (skipped), q3 (reported), q4 in Spanish with quotes."""
    campaign = make_campaign(questions=[AGE_QUESTION], strata=AGE_STRATA)
    lines = [item_line(f"q{n}") for n in range(1, 4)]
    lines.append(item_line("q4", language="es", prompt='¿Qué es "tú"?\nDi.'))
    assert import_lines(campaign, lines).state == "done"
    campaign = open_campaign(campaign)
    seat = take_part(campaign, age="young")
    for _number in range(4):
        assignment = serve(seat)
        name = assignment.item.external_id
        if name == "q2":
            skip_assignment(assignment)
        elif name == "q3":
            report_content(assignment, kind="private", response=None, note="")
            judge(assignment)
        elif name == "q1":
            judge(assignment, reason="Because.")
        else:
            judge(assignment)
    judge(serve(take_part(campaign, age="old")))
    return campaign


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["q1", "q2", "q3", "q4"]),
        ("?text=Q3", ["q3"]),
        ("?text=about+q", ["q1", "q2", "q3"]),
        ("?text=%22t%C3%BA%22%3F%0D%0ADi", []),
        ("?text=es+%22t%C3%BA%22", ["q4"]),
        ("?text=100%25", []),
        ("?language=es", ["q4"]),
        ("?only=unjudged&stratum=young", ["q2"]),
        ("?only=reasons", ["q1"]),
        ("?only=reports", ["q3"]),
        ("?only=skips", ["q2"]),
        ("?only=full", []),
        ("?only=nonsense&order=nonsense&page=x", ["q1", "q2", "q3", "q4"]),
        ("?text=%00", ["q1", "q2", "q3", "q4"]),
    ],
)
def test_items_are_sought_by_what_they_say_and_what_became_of_them(client, varied, query, found):
    assert listed(client, varied, query) == found


def test_items_are_ordered_by_judgments_and_by_open_places(client, varied):
    by_judgments = listed(client, varied, "?order=most")
    assert by_judgments[-1] == "q2" or Judgment.objects.filter(item__external_id="q2").exists()
    assert listed(client, varied, "?order=least&stratum=young")[0] == "q2"
    assert listed(client, varied, "?order=open&stratum=young")[0] == "q2"
    assert listed(client, varied, "?order=most&stratum=young")[-1] == "q2"


def test_what_is_found_comes_page_by_page_and_counts_are_of_the_stratum(
    client, varied, monkeypatch
):
    monkeypatch.setattr(items, "FOUND_A_PAGE", 3)
    assert listed(client, varied, "?order=least&stratum=young") == ["q2", "q1", "q3"]
    assert listed(client, varied, "?order=least&stratum=young&page=2") == ["q4"]
    assert listed(client, varied, "?order=least&stratum=young&page=9") == ["q4"]
    page = client.get(f"/research/{varied.slug}/items/?order=least&stratum=young").context["page"]
    assert [(line.submitted, line.wanted, line.responses) for line in page.lines] == [
        (0, 2, 2),
        (1, 2, 2),
        (1, 2, 2),
    ]
    html = client.get(f"/research/{varied.slug}/items/?order=least&stratum=young").content.decode()
    assert 'href="?stratum=young&amp;order=least&amp;page=2"' in html
    assert "page 1 of 2" in html


def test_htmx_gets_what_is_found_alone(client, varied):
    client.force_login(varied.owner)
    path = f"/research/{varied.slug}/items/?text=q3"
    part = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="found"')
    assert "1 item found" in part
    assert "<form" not in part


def test_a_large_campaign_is_not_searched_in_a_request(client, varied, monkeypatch):
    monkeypatch.setattr(counting, "LIVE_CELLS", 1)
    client.force_login(varied.owner)
    html = client.get(f"/research/{varied.slug}/items/?text=q3").content.decode()
    assert "too large to be searched" in html
    assert "From the item" in html
    assert listed(client, varied, "?after=q2") == ["q3", "q4"]


@pytest.mark.parametrize("path", ["items/?text=q", "items/?only=skips&order=open", "items/q1/"])
def test_queries_are_few_and_the_same_at_many_rows(client, path, django_assert_max_num_queries):
    campaign = open_with_items(12, questions=[AGE_QUESTION], strata=AGE_STRATA)
    counts = []
    for people in (1, 2):
        for _person in range(people):
            seat = take_part(campaign, age="young")
            if (first := serve(seat)).item.external_id == "q1":
                judge(first)
            skip_assignment(serve(seat))
            judge_everything(seat)
        client.force_login(campaign.owner)
        client.get(f"/research/{campaign.slug}/{path}")
        with django_assert_max_num_queries(12) as asked:
            client.get(f"/research/{campaign.slug}/{path}")
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]


# One item


@pytest.fixture
def judged():
    """One item: the young said A (with all that can be said), B slightly, a tie; the old A."""
    campaign = open_with_items(
        1,
        questions=[AGE_QUESTION],
        strata=[{**AGE_STRATA[0], "target": 3}, AGE_STRATA[1]],
        asking={"spans": True, "acceptable": "optional"},
    )
    judge(
        serve(take_part(campaign, age="young")),
        answer("r1"),
        reason="It is kinder.",
        spans=SPANS,
        acceptable={"r1": True, "r2": False},
    )
    judge(serve(take_part(campaign, age="young")), answer("r2", 1))
    judge(serve(take_part(campaign, age="young")), {"overall": {"outcome": "tie"}})
    judge(serve(take_part(campaign, age="old")), answer("r1"))
    return campaign


def item_page(client, campaign, query=""):
    client.force_login(campaign.owner)
    return client.get(f"/research/{campaign.slug}/items/q1/{query}")


def test_answers_stand_side_by_side_with_reasons_passages_and_acceptability(client, judged):
    html = item_page(client, judged).content.decode()
    assert html.count('<li class="card stack stack-tight">') == 4
    assert "It is kinder." in html
    assert "<mark>Answer</mark> – kind" in html
    assert "A acceptable" in html
    assert "B not acceptable" in html
    for seat in judged.seats.select_related("annotator__user"):
        assert f"/annotators/{seat.annotator.pseudonym}/" in html
        assert seat.annotator.user.email not in html


def test_the_distribution_counts_people_by_stratum_from_one_response_to_the_other(client, judged):
    [one] = item_page(client, judged).context["distributions"]
    assert (one.criterion, one.response, one.strata) == ("overall", "", ["young", "old"])
    assert [(line.label, line.counts, line.total) for line in one.answers] == [
        ("A clearly better", [1, 1], 2),
        ("tie", [1, 0], 1),
        ("B slightly better", [1, 0], 1),
    ]
    assert (one.people, one.total) == ([3, 1], 4)
    assert [line.percent for line in one.answers] == [50, 25, 25]


def test_a_revision_counts_instead_of_what_it_replaces_and_shows_it(client):
    campaign = open_with_items(1, flow={"revise": "all"})
    assignment = serve(take_part(campaign))
    judge(assignment, answer("r1"))
    assignment.refresh_from_db()
    revise_judgment(assignment, Submission(answers=answer("r2", 1), language="en"))
    page = item_page(client, campaign)
    [one] = page.context["distributions"]
    assert [(line.label, line.total) for line in one.answers] == [("B slightly better", 1)]
    [given] = page.context["page"].answers
    assert given.before == [("overall", "A clearly better")]
    assert "Before: A clearly better" in " ".join(page.content.decode().split())
    both = item_page(client, campaign, "?earlier=on").context["page"].answers
    assert [one.is_replaced for one in both] == [False, True]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?stratum=young", 3),
        ("?stratum=old", 1),
        ("?only=reasons", 1),
        ("?only=passages", 1),
        ("?only=flags", 0),
        ("?stratum=nonsense", 4),
    ],
)
def test_answers_are_filtered_and_the_distribution_stays_whole(client, judged, query, count):
    page = item_page(client, judged, query)
    assert len(page.context["page"].answers) == count
    assert page.context["distributions"][0].total == 4
    part = client.get(
        f"/research/{judged.slug}/items/q1/{query}", headers={"HX-Request": "true"}
    ).content.decode()
    assert part.lstrip().startswith('<section class="stack" id="answers"')


def test_answers_come_page_by_page_newest_first(client, judged, monkeypatch):
    monkeypatch.setattr(answers, "ANSWERS_A_PAGE", 3)
    first = item_page(client, judged).context["page"]
    assert [one.line.judgment.stratum.key for one in first.answers] == ["old", "young", "young"]
    last = item_page(client, judged, f"?before={first.older}").context["page"]
    assert [one.line.judgment.reason for one in last.answers] == ["It is kinder."]
    assert last.older is None


def test_ratings_are_told_by_response_and_values_one_by_one(client):
    rating = open_with_items(1, task_type="rating", overlap=3)
    for numbers in ((4, 2), (4, 5)):
        given = dict(zip(("r1", "r2"), numbers, strict=True))
        judge(serve(take_part(rating)), {"overall": {"ratings": given}})
    a, b = item_page(client, rating).context["distributions"]
    assert (a.response, [(one.label, one.total) for one in a.answers]) == ("A", [("4", 2)])
    assert (b.response, [(one.label, one.total) for one in b.answers]) == (
        *("B", [("2", 1), ("5", 1)]),
    )
    values = open_with_items(1, responses=1, task_type="values", overlap=3)
    keys = [one["key"] for one in CATEGORIES][:2]
    for chosen in ({keys[0]: 2, keys[1]: 1}, {keys[0]: 2}, {}):
        judge(serve(take_part(values)), {"values": {"values": chosen}})
    [one] = item_page(client, values).context["distributions"]
    assert [line.total for line in one.answers] == [2, 1, 1]
    assert (one.total, one.answers[-1].label) == (3, "none of the values")


def test_rest_tells_the_same(judged):
    manager = api(judged.owner)
    path = f"/api/v1/campaigns/{judged.slug}/answers/"
    body = manager.get(path, {"item": "q1"}).json()
    assert body["letters"] == {"r1": "A", "r2": "B"}
    [one] = body["distributions"]
    assert one["people_by_stratum"] == {"young": 3, "old": 1}
    assert one["answers"][0] == {
        "answer": "A clearly better",
        "by_stratum": {"young": 1, "old": 1},
        "people": 2,
    }
    assert (len(body["answers"]), body["next"]) == (4, None)
    said = body["answers"][-1]
    assert said["words"] == {"overall": "A clearly better"}
    assert said["passages"] == [{"response": "A", "text": "Answer", "note": "kind"}]
    assert len(manager.get(path, {"item": "q1", "only": "reasons"}).json()["answers"]) == 1
    assert manager.get(path).status_code == 400
    assert manager.get(path, {"item": "q1", "before": "x"}).status_code == 400
    assert manager.get(path, {"item": "none"}).status_code == 404
    assert Campaign.objects.count() == 1
