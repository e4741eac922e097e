"""Designs, forecasts and reports on positions as bodies: of REST, of JSON files, rows of CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from annotation.design import arrivals, positions, replication
from annotation.design.arrivals import Arrival, Finish
from annotation.design.effort import SLACK, Effort
from annotation.design.plan import Plan, Scope
from annotation.design.replication import PairPrecision
from annotation.selectors.counting import Counted
from annotation.selectors.forecast import CampaignForecast, StratumForecast
from annotation.selectors.positions import PositionGroup

CONFIDENCE = 0.95
DESIGN_METHOD = "crossed random effects (probit), Welch intervals over annotators, simulated"
FORECAST_METHOD = "quasi-Poisson arrivals, log-normal prediction interval"
POSITIONS_METHOD = "Wilson intervals; ranks by percentile bootstrap over annotators"


class EffortSerializer(serializers.Serializer[Any]):
    stratum = serializers.CharField(
        help_text="Empty for all together; `(adaptive)` for what is allotted beyond the targets."
    )
    judgments = serializers.FloatField(
        help_text="Expected; a fraction where an overlap is shared out."
    )
    repeats = serializers.FloatField(help_text="Asked a second time, besides.")
    people_needed = serializers.IntegerField(help_text="The fewest that can give them.")
    people = serializers.IntegerField(help_text="As planned, at least those needed.")
    judgments_per_person = serializers.FloatField()
    hours = serializers.FloatField()
    cost = serializers.FloatField()


class FormulaSerializer(serializers.Serializer[Any]):
    standard_error = serializers.FloatField()
    width = serializers.FloatField(help_text="Of the 95 % interval.")
    power = serializers.FloatField()


class SimulationSerializer(serializers.Serializer[Any]):
    replications = serializers.IntegerField()
    width = serializers.FloatField(help_text="Mean width of the 95 % intervals.")
    power = serializers.FloatField()
    power_error = serializers.FloatField(help_text="Monte Carlo standard error of `power`.")
    coverage = serializers.FloatField(help_text="Share of intervals that hold the truth.")
    standard_error = serializers.FloatField(help_text="Standard deviation of the estimates.")


class PairSerializer(serializers.Serializer[Any]):
    item_stratum = serializers.CharField(
        help_text="Empty for all items; `(rest)` for items in none of the item strata."
    )
    items = serializers.IntegerField()
    first = serializers.CharField()
    second = serializers.CharField()
    judgments = serializers.ListField(child=serializers.IntegerField())
    people = serializers.ListField(child=serializers.IntegerField())
    formula = FormulaSerializer()
    simulation = SimulationSerializer(
        allow_null=True, help_text="null: one person, or too large to simulate."
    )


class DesignSerializer(serializers.Serializer[Any]):
    method = serializers.CharField()
    parameters = serializers.DictField(help_text="All assumptions, and the seed.")
    strata = EffortSerializer(many=True)
    total = EffortSerializer()
    pairs = PairSerializer(many=True)


class ArrivalSerializer(serializers.Serializer[Any]):
    n = serializers.IntegerField(help_text="Judgments seen.")
    days = serializers.FloatField(help_text="Days looked at.")
    per_day = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    dispersion = serializers.FloatField()


class FinishSerializer(serializers.Serializer[Any]):
    days = serializers.FloatField(allow_null=True, help_text="null: there is no telling.")
    at = serializers.DateTimeField(allow_null=True)
    low = serializers.DateTimeField(allow_null=True)
    high = serializers.DateTimeField(allow_null=True)


class RecruitSerializer(serializers.Serializer[Any]):
    people_begun = serializers.IntegerField()
    judgments_per_person = serializers.FloatField()
    basis = serializers.ChoiceField(choices=["stratum", "campaign", "none"])
    people = serializers.IntegerField(allow_null=True, help_text="More people needed.")
    seats_left = serializers.IntegerField(allow_null=True)


class LevelSerializer(serializers.Serializer[Any]):
    submitted = serializers.IntegerField()
    items = serializers.IntegerField()
    share = serializers.FloatField()


class StratumForecastSerializer(serializers.Serializer[Any]):
    stratum = serializers.CharField()
    outlook = serializers.ChoiceField(choices=["unplanned", "done", "moving", "stuck"])
    wanted = serializers.IntegerField()
    submitted = serializers.IntegerField()
    remaining = serializers.IntegerField()
    by_day = serializers.ListField(
        child=serializers.IntegerField(), help_text="Last 24 hours first, then those before."
    )
    active_last_day = serializers.IntegerField()
    active_last_week = serializers.IntegerField()
    last_week = ArrivalSerializer()
    last_day = ArrivalSerializer()
    finish = FinishSerializer()
    finish_at_last_days_rate = FinishSerializer()
    recruit = RecruitSerializer()
    items_by_submitted = LevelSerializer(many=True)


class ForecastSerializer(serializers.Serializer[Any]):
    method = serializers.CharField()
    parameters = serializers.DictField()
    now = serializers.DateTimeField(
        help_text="When judgments were counted; of large campaigns some minutes ago."
    )
    strata = StratumForecastSerializer(many=True)
    whom_next = serializers.ListField(child=serializers.CharField())


class FirstShownSerializer(serializers.Serializer[Any]):
    annotators = serializers.IntegerField()
    n = serializers.IntegerField(help_text="Decided answers.")
    preferred_first = serializers.IntegerField()
    share = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    effective_n = serializers.FloatField(help_text="n over the design effect of annotators.")
    low_by_annotator = serializers.FloatField()
    high_by_annotator = serializers.FloatField()


class MeanRankSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    annotators = serializers.IntegerField()
    n = serializers.IntegerField(help_text="Rankings.")
    mean_rank = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    expected = serializers.FloatField(help_text="Where the position makes no difference.")


class PositionGroupSerializer(serializers.Serializer[Any]):
    criterion = serializers.CharField()
    stratum = serializers.CharField(help_text="Empty for all strata together.")
    responses = serializers.IntegerField()
    suppressed = serializers.BooleanField(help_text="Fewer annotators than are reported on.")
    first_shown = FirstShownSerializer(allow_null=True)
    ranks = MeanRankSerializer(many=True)


class PositionsSerializer(serializers.Serializer[Any]):
    now = serializers.DateTimeField(help_text="When judgments were counted.")
    method = serializers.CharField()
    parameters = serializers.DictField()
    groups = PositionGroupSerializer(many=True)


def design_parameters(plan: Plan) -> dict[str, Any]:
    design = plan.design
    return {
        "items": design.items,
        "item_strata": {kind.key: kind.items for kind in design.kinds[1:]},
        "targets": whole_where_whole(design.kinds[0].wanted),
        "targets_by_item_stratum": {
            kind.key: whole_where_whole(kind.wanted) for kind in design.kinds[1:]
        },
        "people": dict(design.people),
        "budget": design.budget,
        "repeat_rate": design.work.repeat_rate,
        "seconds": design.work.seconds,
        "pay": design.work.pay_per_hour,
        "cap": design.work.cap,
        **asdict(design.assumptions),
        "confidence": CONFIDENCE,
        "seed": replication.SEED,
    }


def design_body(plan: Plan) -> dict[str, Any]:
    return {
        "method": DESIGN_METHOD,
        "parameters": design_parameters(plan),
        "strata": [
            effort_body(part)
            for part in (*plan.strata, *([plan.adaptive] if plan.adaptive else []))
        ],
        "total": effort_body(plan.total),
        "pairs": [pair_body(pair, scope) for scope in plan.scopes for pair in scope.pairs],
    }


def whole_where_whole(numbers: Mapping[str, float]) -> dict[str, float]:
    """Numbers that are whole as whole numbers, others as they are."""
    return {key: whole(number) for key, number in numbers.items()}


def whole(number: float) -> float:
    return round(number) if abs(number - round(number)) < SLACK else number


def effort_body(effort: Effort) -> dict[str, Any]:
    body = asdict(effort)
    body["judgments"], body["repeats"] = whole(effort.judgments), whole(effort.repeats)
    return {"stratum": body.pop("key"), "judgments_per_person": body.pop("each"), **body}


def pair_body(pair: PairPrecision, scope: Scope) -> dict[str, Any]:
    simulated = pair.simulated
    simulation = None
    if simulated:
        simulation = asdict(simulated)
        simulation["standard_error"] = simulation.pop("error")
    groups = (pair.first, pair.second)
    return {
        "item_stratum": scope.kind or "",
        "items": scope.items,
        "first": pair.first.key,
        "second": pair.second.key,
        "judgments": list(pair.judgments),
        "people": [group.people for group in groups],
        "formula": {"standard_error": pair.error, "width": pair.width, "power": pair.power},
        "simulation": simulation,
    }


def forecast_body(forecast: CampaignForecast) -> dict[str, Any]:
    return {
        "method": FORECAST_METHOD,
        "parameters": {
            "model": arrivals.METHOD,
            "window_days": forecast.days,
            "confidence": CONFIDENCE,
        },
        "now": forecast.now,
        "strata": [stratum_forecast_body(one, forecast) for one in forecast.strata],
        "whom_next": [one.key for one in forecast.whom_next],
    }


def stratum_forecast_body(one: StratumForecast, forecast: CampaignForecast) -> dict[str, Any]:
    recruiting = one.recruiting
    return {
        "stratum": one.key,
        "outlook": one.outlook,
        "wanted": one.spread.wanted,
        "submitted": one.spread.submitted,
        "remaining": one.remaining,
        "by_day": one.by_day,
        "active_last_day": one.active_day,
        "active_last_week": one.active_week,
        "last_week": arrival_body(one.arrival),
        "last_day": arrival_body(one.last_day),
        "finish": finish_body(one.finish, forecast),
        "finish_at_last_days_rate": finish_body(one.finish_at_last_day, forecast),
        "recruit": {
            "people_begun": recruiting.begun,
            "judgments_per_person": recruiting.each,
            "basis": recruiting.basis,
            "people": recruiting.people,
            "seats_left": recruiting.seats_left,
        },
        "items_by_submitted": [asdict(level) for level in one.spread.levels],
    }


def arrival_body(arrival: Arrival) -> dict[str, Any]:
    body = asdict(arrival)
    return {"n": body.pop("count"), "per_day": body.pop("rate"), **body}


def finish_body(finish: Finish, forecast: CampaignForecast) -> dict[str, Any]:
    at = forecast.moment(finish.days)
    return {
        "days": finish.days if at else None,
        "at": at,
        "low": forecast.moment(finish.low),
        "high": forecast.moment(finish.high),
    }


def positions_body(groups: Sequence[PositionGroup], counted: Counted, least: int) -> dict[str, Any]:
    return {
        "now": counted.at,
        "method": POSITIONS_METHOD,
        "parameters": {
            "least_annotators": least,
            "resamples": positions.RESAMPLES,
            "confidence": CONFIDENCE,
            "seed": positions.SEED,
        },
        "groups": [position_group_body(group) for group in groups],
    }


def position_group_body(group: PositionGroup) -> dict[str, Any]:
    first = group.first_shown
    return {
        "criterion": group.criterion,
        "stratum": group.stratum,
        "responses": group.responses,
        "suppressed": group.is_suppressed,
        "first_shown": first
        and {
            "annotators": first.annotators,
            "n": first.decided,
            "preferred_first": first.preferred_first,
            "share": first.share,
            "low": first.low,
            "high": first.high,
            "effective_n": first.effective,
            "low_by_annotator": first.person_low,
            "high_by_annotator": first.person_high,
        },
        "ranks": [
            {
                "position": rank.place,
                "annotators": rank.annotators,
                "n": rank.rankings,
                "mean_rank": rank.mean,
                "low": rank.low,
                "high": rank.high,
                "expected": rank.expected,
            }
            for rank in group.mean_ranks
        ],
    }
