"""What is ruled out of whole campaigns, which must be what single responses are ruled out by."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from annotation.models import Item, Response
from annotation.services.reporting import report_content
from policies.enums import Standing
from policies.models import BoundsSetting
from policies.selectors.queue import queue_page
from policies.selectors.ruled_out import ruled_out_responses
from policies.selectors.rules import rules_in_force
from policies.selectors.standing import standing_of, standings_of
from policies.services.own import add_own_rule, agree
from policies.services.rules import write_version
from policies.services.verdicts import say_for_oneself
from tests.factories import (
    import_lines,
    item_line,
    make_campaign,
    make_user,
    open_with_items,
    serve,
    take_part,
)
from tests.policies.builders import (
    campaign_rule,
    installation_rule,
    response_of,
    rule_spec,
    say,
    values_campaign,
)

pytestmark = pytest.mark.django_db


def ruled_out(*campaigns, at=None, **parts) -> list[tuple[str, str, str, int, int]]:
    found = ruled_out_responses(list(campaigns), at or timezone.now(), **parts)
    return [(one.item_id, one.response_id, one.rule, one.version, one.tier) for one in found]


def test_verdicts_rule_out_at_their_time():
    campaign = open_with_items(2)
    rule = installation_rule()
    response = response_of(campaign)
    before = timezone.now()
    say(rule, response)
    say(rule, response_of(campaign, "q2", "r2"), "unsure")
    between = timezone.now()
    say(rule, response, "keeps")
    assert ruled_out(campaign, at=before) == []
    assert ruled_out(campaign, at=between) == [("q1", "r1", "no-slurs", 1, 1)]
    assert ruled_out(campaign) == []
    assert standing_of(campaign, response, between).standing == Standing.RULED_OUT
    assert standing_of(campaign, response, timezone.now()).standing == Standing.ALLOWED


def test_a_researcher_takes_back_no_admins_word_on_tier_1():
    campaign = open_with_items(1)
    law, house = installation_rule(key="law"), campaign_rule(campaign)
    response, admin = response_of(campaign), make_user(Role.ADMIN)
    for rule in (law, house):
        say(rule, response, "breaks", by=admin)
        say(rule, response, "keeps")
    assert ruled_out(campaign) == [("q1", "r1", "law", 1, 1)]


def test_verdicts_count_for_later_versions_unless_asked_anew():
    campaign = open_with_items(1)
    rule, admin = installation_rule(), make_user(Role.ADMIN)
    say(rule, response_of(campaign))
    write_version(rule, rule_spec(), by=admin)
    assert ruled_out(campaign) == [("q1", "r1", "no-slurs", 2, 1)]
    write_version(rule, rule_spec(keeps_verdicts=False), by=admin)
    assert ruled_out(campaign) == []


def test_a_scope_holds_in_the_database_as_it_does_here():
    campaign = make_campaign()
    lines = [
        item_line("a", language="pt-BR", metadata={"topic": "law", "n": 7}),
        item_line("b", language="pt", metadata={"topic": "law"}),
        item_line("c", language="p%", metadata={"n": 7}),
        item_line("d", language="", metadata={"topic": "law", "n": 7}),
        item_line("e", language="PT-pt", metadata={"topic": "health", "n": "7"}),
    ]
    import_lines(campaign, lines)
    scopes = [
        {"languages": ["pt"]},
        {"languages": ["p"]},
        {"languages": ["p%"]},
        {"metadata": {"n": ["7"]}},
        {"metadata": {"topic": ["law", "health"], "n": ["7"]}},
        {"languages": ["pt"], "metadata": {"topic": ["law"]}},
        {"campaigns": [campaign.slug]},
    ]
    expected = ["abe", "", "c", "acde", "ade", "ab", "abcde"]
    rules = [
        installation_rule(key=f"r{number}", applies_to=scope) for number, scope in enumerate(scopes)
    ]
    queued = [
        sorted(
            {
                one.response.item.external_id
                for one in queue_page(campaign, rule.versions.get()).waiting
            }
        )
        for rule in rules
    ]
    assert ["".join(one) for one in queued] == expected
    for rule, items in zip(rules, expected, strict=True):
        for item in items:
            say(rule, response_of(campaign, item))
    assert [
        "".join(row[0] for row in ruled_out(campaign) if row[2] == f"r{number}")
        for number in range(len(scopes))
    ] == expected
    for item in Item.objects.filter(campaign=campaign):
        ruling = standing_of(campaign, response_of(campaign, item.external_id), timezone.now())
        held = {one.bound.rule for one in ruling.findings}
        assert held == {
            f"r{number}" for number, items in enumerate(expected) if item.external_id in items
        }


def test_values_that_people_found_rule_out_the_same_text_elsewhere():
    campaign = open_with_items(2)
    duty, both = ["duty"], ["duty", "peace"]
    source = values_campaign(
        campaign.owner, ["Answer 1 to q1", "Answer 2 to q2"], [duty, duty, both, [], []]
    )

    def rule(key: str, value: str, share: float, kind: str = "restriction") -> None:
        evidence = {
            "campaign": source.slug,
            "criterion": "values",
            "value": value,
            "share": share,
            "people": 5,
        }
        campaign_rule(campaign, key=key, kind=kind, decided_by="values", evidence=evidence)

    rule("at-60", "duty", 0.6)
    rule("above", "duty", 0.61)
    rule("needs", "peace", 0.4, "requirement")
    found = ruled_out(campaign)
    at_60, needs = f"{campaign.slug}/at-60", f"{campaign.slug}/needs"
    assert found == [
        ("q1", "r1", at_60, 1, 2),
        ("q2", "r2", at_60, 1, 2),
        ("q1", "r1", needs, 1, 2),
        ("q2", "r2", needs, 1, 2),
    ]
    ruling = standing_of(campaign, response_of(campaign), timezone.now())
    shares = {one.bound.rule: one.evidence.values for one in ruling.findings}
    assert (shares[at_60].found, shares[at_60].people, shares[at_60].share) == (3, 5, 0.6)
    unread = standing_of(campaign, response_of(campaign, "q1", "r2"), timezone.now())
    assert unread.standing == Standing.UNDECIDED


def test_fewer_people_than_asked_for_say_nothing():
    campaign = open_with_items(1)
    source = values_campaign(campaign.owner, ["Answer 1 to q1"], [["duty"]] * 4)
    evidence = {
        "campaign": source.slug,
        "criterion": "values",
        "value": "duty",
        "share": 0.5,
        "people": 5,
    }
    campaign_rule(campaign, decided_by="values", evidence=evidence)
    assert ruled_out(campaign) == []


def test_sets_and_single_responses_agree():
    campaign = open_with_items(3)
    law, house = installation_rule(key="law"), campaign_rule(campaign)
    for rule, item, response, verdict in (
        (law, "q1", "r1", "breaks"),
        (law, "q1", "r2", "keeps"),
        (house, "q1", "r2", "breaks"),
        (house, "q2", "r1", "unsure"),
        (law, "q3", "r2", "breaks"),
        (house, "q3", "r2", "breaks"),
    ):
        say(rule, response_of(campaign, item, response), verdict)
    now = timezone.now()
    together = {(item, response) for item, response, *_rule in ruled_out(campaign, at=now)}
    singly = {
        (one.item.external_id, one.external_id)
        for one in Response.objects.filter(item__campaign=campaign).select_related("item")
        if standing_of(campaign, one, now).standing == Standing.RULED_OUT
    }
    assert together == singly == {("q1", "r1"), ("q1", "r2"), ("q3", "r2")}


def test_own_rules_come_with_their_person():
    campaign = open_with_items(1)
    seat = take_part(campaign)
    agree(seat.annotator)
    rule = add_own_rule(seat.annotator, "No small talk")
    say_for_oneself(seat.annotator, rule.versions.get(), response_of(campaign), verdict="breaks")
    found = list(ruled_out_responses([campaign], timezone.now()))
    assert [(one.tier, one.annotator_pk, one.by_default) for one in found] == [
        (3, seat.annotator_id, False)
    ]
    assert ruled_out(campaign, tiers=(1, 2)) == []
    assert rules_in_force([campaign], timezone.now()) == []
    assert ruled_out(open_with_items(1)) == []


def test_a_campaign_may_let_its_own_rules_be_chosen_but_no_others():
    campaign = open_with_items(1)
    for rule in (installation_rule(key="law"), campaign_rule(campaign)):
        say(rule, response_of(campaign))
    BoundsSetting.objects.create(campaign=campaign, applies_to_training=False)
    found = list(ruled_out_responses([campaign], timezone.now()))
    assert [(one.tier, one.by_default) for one in found] == [(1, True), (2, False)]


def test_items_that_came_later_can_be_left_out():
    campaign = open_with_items(1)
    say(installation_rule(), response_of(campaign))
    earlier = Item.objects.get().created_at - timedelta(seconds=1)
    assert ruled_out(campaign, items_until=earlier) == []


def test_reported_responses_come_first_and_each_once():
    campaign = open_with_items(2)
    rule = installation_rule()
    seat = take_part(campaign)
    served = serve(seat)
    second = served.item.responses.get(external_id="r2")
    report_content(served, kind="hateful", response="r2", note="Read it.")
    version = rule.versions.get()
    page = queue_page(campaign, version)
    assert page.waiting[0].response == second
    assert [one.note for one in page.waiting[0].reports] == ["Read it."]
    assert len({one.response.pk for one in page.waiting}) == len(page.waiting) == 4
    say(rule, second, "unsure")
    assert second not in [one.response for one in queue_page(campaign, version).waiting]


def test_rules_decided_by_reports_ask_about_reported_responses_alone():
    campaign = open_with_items(1)
    version = installation_rule(decided_by="reports").versions.get()
    assert queue_page(campaign, version).waiting == []
    assert standing_of(campaign, response_of(campaign), timezone.now()).standing == "allowed"
    report_content(serve(take_part(campaign)), kind="hateful")
    waiting = queue_page(campaign, version).waiting
    assert [one.response.external_id for one in waiting] == ["r1", "r2"]
    assert standing_of(campaign, response_of(campaign), timezone.now()).standing == "undecided"


def test_the_queue_goes_page_by_page(monkeypatch):
    monkeypatch.setattr("policies.selectors.queue.PAGE", 3)
    campaign = open_with_items(2)
    version = installation_rule().versions.get()
    first = queue_page(campaign, version)
    second = queue_page(campaign, version, after=first.after)
    assert [len(first.waiting), len(second.waiting), second.after] == [3, 1, None]


def test_queries_do_not_grow_with_responses_and_rules(django_assert_num_queries):
    campaign = open_with_items(1, responses=4, task_type="ranking")
    for number in range(3):
        rule = installation_rule(key=f"r{number}")
        for response in Response.objects.filter(item__campaign=campaign):
            say(rule, Response.objects.select_related("item__campaign__owner").get(pk=response.pk))
    item = Item.objects.get(campaign=campaign)
    responses = list(item.responses.all())
    with django_assert_num_queries(3):
        found = standings_of(campaign, item, responses, timezone.now())
    assert [ruling.standing for _response, ruling in found] == [Standing.RULED_OUT] * 4
    version = installation_rule(key="fresh").versions.get()
    with django_assert_num_queries(3):
        assert len(queue_page(campaign, version).waiting) == 4
