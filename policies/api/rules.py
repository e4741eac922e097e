"""Rules over REST: of the whole installation and of a campaign."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.conditional import guarded
from accounts.api.schema import problems
from annotation.access import found
from annotation.enums import Right
from policies.access import (
    bounded_campaign,
    check_writes_for_all,
    readable_rule,
    readable_rules,
    writable_rule,
)
from policies.enums import Tier
from policies.models import Rule
from policies.selectors.rules import least_people, rules_for, rules_with_history, setting_of
from policies.serializers.rules import (
    NewInstallationRuleSerializer,
    NewRuleSerializer,
    NewVersionSerializer,
    RuleSerializer,
    RuleVersionSerializer,
    rule_body,
    version_body,
)
from policies.serializers.settings import CampaignBoundsSerializer, SettingSerializer
from policies.services.rules import create_rule, end_rule, write_version
from policies.services.settings import change_setting


class InstallationRulesView(APIView):
    @extend_schema(
        operation_id="policies_rules_list",
        responses={200: RuleSerializer(many=True), **problems(401, 404)},
    )
    def get(self, request: Request) -> Response:
        """Rules of the whole installation, with all their versions."""
        user = signed_in_user(request)
        found(user if user.runs_campaigns else None)
        rules = rules_with_history(readable_rules(user).filter(campaign=None))
        return Response([rule_body(one) for one in rules])

    @extend_schema(
        operation_id="policies_rules_create",
        request=NewInstallationRuleSerializer,
        responses={201: RuleSerializer, **problems(400, 401, 403, 404, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """Write a rule for the whole installation: admins alone."""
        user = signed_in_user(request)
        found(user if user.runs_campaigns else None)
        check_writes_for_all(user)
        body = NewInstallationRuleSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        rule = create_rule(body.validated_data, tier=body.validated_data["tier"], by=user)
        return Response(with_history(rule), status=status.HTTP_201_CREATED)


class RuleView(APIView):
    @extend_schema(
        operation_id="policies_rule_read", responses={200: RuleSerializer, **problems(401, 404)}
    )
    def get(self, request: Request, pk: int) -> Response:
        """A rule with all its versions."""
        return Response(with_history(readable_rule(signed_in_user(request), pk)))


class RuleVersionsView(APIView):
    @extend_schema(
        operation_id="policies_rule_write",
        request=NewVersionSerializer,
        responses={201: RuleVersionSerializer, **problems(400, 401, 403, 404, 422)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Write a new version; those before stay as they were."""
        user = signed_in_user(request)
        rule = writable_rule(user, pk)
        body = NewVersionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        version = write_version(rule, body.validated_data, by=user)
        return Response(version_body(version), status=status.HTTP_201_CREATED)


class RuleEndView(APIView):
    @extend_schema(
        operation_id="policies_rule_end",
        request=None,
        responses={200: RuleSerializer, **problems(401, 403, 404, 409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Let a rule hold no more from now on."""
        user = signed_in_user(request)
        rule = writable_rule(user, pk)
        end_rule(rule, by=user)
        return Response(with_history(rule))


class CampaignBoundsView(APIView):
    @extend_schema(
        operation_id="bounds_read",
        responses={200: CampaignBoundsSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What holds in a campaign: rules of the installation, its own, and its settings."""
        campaign = bounded_campaign(signed_in_user(request), slug, Right.VIEW)
        setting = setting_of(campaign)
        return Response(
            {
                "applies_to_training": setting.applies_to_training,
                "least_people": least_people([campaign]),
                "rules": [rule_body(one) for one in rules_for(campaign)],
            }
        )

    @extend_schema(
        operation_id="bounds_change",
        request=SettingSerializer(partial=True),
        responses={200: SettingSerializer, **problems(400, 401, 403, 404)},
    )
    @guarded
    def patch(self, request: Request, slug: str) -> Response:
        """Say whether rules of tier 2 hold in every training file, and how small groups may be."""
        user = signed_in_user(request)
        campaign = bounded_campaign(user, slug, Right.EDIT)
        setting = setting_of(campaign)
        body = SettingSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        said = {
            "applies_to_training": setting.applies_to_training,
            "least_people": least_people([campaign]),
            **body.validated_data,
        }
        change_setting(
            campaign,
            applies_to_training=said["applies_to_training"],
            least=said["least_people"],
            by=user,
        )
        return Response(said)


class CampaignRulesView(APIView):
    @extend_schema(
        operation_id="bounds_rules_create",
        request=NewRuleSerializer,
        responses={201: RuleSerializer, **problems(400, 401, 404, 409, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Write a rule of tier 2 for a campaign."""
        user = signed_in_user(request)
        campaign = bounded_campaign(user, slug, Right.EDIT)
        body = NewRuleSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        rule = create_rule(
            body.validated_data, tier=Tier.ORGANISATION.value, by=user, campaign=campaign
        )
        return Response(with_history(rule), status=status.HTTP_201_CREATED)


def with_history(rule: Rule) -> dict[str, object]:
    return rule_body(rules_with_history(Rule.objects.filter(pk=rule.pk)).get())
