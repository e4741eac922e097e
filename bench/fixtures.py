"""Large campaigns in bulk SQL, with the product's invariants kept."""

import secrets
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from accounts.enums import Role
from accounts.models import Annotator, Consent, Profile, User
from accounts.services.users import create_user, new_pseudonym
from annotation.models import Campaign, Seat, Stratum
from annotation.serializers.campaign import CampaignSerializer
from annotation.services.campaigns import create_campaign, open_campaign
from annotation.services.planning import plan_coverage

STRATA = 6
TARGET = 3

# Contents repeat over a thousand texts, so that HTML comes from the cache as it does in a campaign
# that has run for a while; hashes are those of the contents.
ITEMS = """
WITH text AS (
    SELECT n, 'What about number ' || n || '? ' || repeat('Some words of a prompt. ', 8) AS prompt,
           'An answer, the first of two, to ' || n || '. ' || repeat('It has a body. ', 20) AS one,
           'Another answer, the second, to ' || n || '. ' || repeat('It has one too. ', 20) AS two
    FROM generate_series(0, 999) n
), hashed AS (
    SELECT *, encode(sha256(convert_to(to_json(prompt)::text, 'UTF8')), 'hex') AS prompt_sha,
           encode(sha256(convert_to(to_json(one)::text, 'UTF8')), 'hex') AS one_sha,
           encode(sha256(convert_to(to_json(two)::text, 'UTF8')), 'hex') AS two_sha
    FROM text
), created AS (
    INSERT INTO annotation_item (campaign_id, external_id, prompt, language, metadata,
                                 content_sha256, content_hashes, created_at)
    SELECT %(campaign)s, 'q' || number, to_jsonb(prompt), 'en', '{}',
           encode(sha256(convert_to(number::text, 'UTF8')), 'hex'),
           jsonb_build_object('prompt', prompt_sha, 'responses',
                              jsonb_build_object('r1', one_sha, 'r2', two_sha)), now()
    FROM generate_series(%(first)s::int, %(last)s::int) number
    JOIN hashed ON hashed.n = number %% 1000
    ORDER BY number
    RETURNING id, substr(external_id, 2)::int AS number
)
INSERT INTO annotation_response (item_id, external_id, content, model, metadata,
                                 content_sha256, position)
SELECT created.id, 'r' || place, to_jsonb(CASE place WHEN 1 THEN one ELSE two END),
       'model-' || place, '{}', CASE place WHEN 1 THEN one_sha ELSE two_sha END, place - 1
FROM created JOIN hashed ON hashed.n = created.number %% 1000
CROSS JOIN generate_series(1, 2) place
ORDER BY created.id, place
"""
ITEMS_AT_ONCE = 50_000


def new_campaign(slug: str, **parts: Any) -> Campaign:
    """An empty draft with six strata, told apart by one question, unless `parts` says otherwise."""
    options = [{"key": f"s{number}", "label": f"Stratum {number}"} for number in range(STRATA)]
    strata = [
        {"key": one["key"], "where": {"cell": [one["key"]]}, "target": TARGET} for one in options
    ]
    questions = [{"key": "cell", "label": "Which cell?", "kind": "single", "options": options}]
    body = {"slug": slug, "title": slug, "task_type": "pairwise", "questions": questions}
    serializer = CampaignSerializer(data={**body, "strata": strata, **parts})
    serializer.is_valid(raise_exception=True)
    owner = User.objects.filter(role=Role.RESEARCHER).first() or create_user(
        "researcher@bench.test", None, role=Role.RESEARCHER
    )
    return create_campaign(owner, serializer.validated_data)


def add_items(campaign: Campaign, count: int) -> None:
    for first in range(1, count + 1, ITEMS_AT_ONCE):
        with transaction.atomic(), connection.cursor() as cursor:
            last = min(count, first + ITEMS_AT_ONCE - 1)
            cursor.execute(ITEMS, {"campaign": campaign.pk, "first": first, "last": last})


def open_campaign_of(count: int, slug: str = "") -> Campaign:
    """An open campaign of so many items, planned by the real planner."""
    campaign = new_campaign(slug or f"items-{count}")
    add_items(campaign, count)
    plan_coverage(campaign)
    campaign = open_campaign(campaign)
    analyze()
    return campaign


def analyze() -> None:
    """What autovacuum would do within a minute, done now: the planner knows the tables."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def add_seats(campaign: Campaign, each: int) -> list[Seat]:
    """So many new people in each stratum, in rows as joining would have written them."""
    strata = list(campaign.strata.order_by("position"))
    password = make_password(None)
    with transaction.atomic():
        users = User.objects.bulk_create(
            User(email=f"{secrets.token_hex(8)}@bench.test", password=password)
            for _ in range(each * len(strata))
        )
        people = Annotator.objects.bulk_create(
            Annotator(user=user, pseudonym=new_pseudonym()) for user in users
        )
        seats = [
            seat_of(campaign, strata[number % len(strata)], person)
            for number, person in enumerate(people)
        ]
        Consent.objects.bulk_create(seat.consent for seat in seats)
        Profile.objects.bulk_create(seat.profile for seat in seats)
        for seat in seats:
            seat.consent_id, seat.profile_id = seat.consent.pk, seat.profile.pk
        seats = Seat.objects.bulk_create(seats)
        for stratum in strata:
            taken = Seat.objects.filter(stratum=stratum).count()
            Stratum.objects.filter(pk=stratum.pk).update(seats_taken=taken)
    return seats


def seat_of(campaign: Campaign, stratum: Stratum, person: Annotator) -> Seat:
    """A seat with the consent and the profile it needs, none of them saved."""
    document, questionnaire = campaign.consent_document, campaign.questionnaire
    return Seat(
        campaign=campaign,
        annotator=person,
        stratum=stratum,
        consent=Consent(annotator=person, document=document, purposes=document.required_keys),
        profile=Profile(
            annotator=person,
            questionnaire=questionnaire,
            series=questionnaire.series,
            version=1,
            answers={"cell": [stratum.key]},
        ),
    )
