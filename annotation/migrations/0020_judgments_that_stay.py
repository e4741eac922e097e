"""The door for judgments that stay when their person withdraws, as the consent they gave says.

It lets an UPDATE through only where the person's erasure is running, the consent of their seat keeps
judgments, and the judgment goes to the seat of nobody that theirs names: with that seat's annotator,
profile and consent, without what was written in own words, and nothing else changed.
"""

import importlib

import django.db.models.deletion
from django.db import migrations, models

door_for_erasure = importlib.import_module("annotation.migrations.0014_door_for_erasure")

NOTES = """
CREATE FUNCTION annotation_spans_without_notes(spans jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(spans) = 'array' THEN (
        SELECT COALESCE(jsonb_agg(
            CASE WHEN jsonb_typeof(span) = 'object' THEN span - 'note' ELSE span END
            ORDER BY place), '[]')
        FROM jsonb_array_elements(spans) WITH ORDINALITY AS one(span, place))
    ELSE spans END
$$;
CREATE FUNCTION annotation_answers_without_notes(answers jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(answers) = 'object' THEN (
        SELECT COALESCE(jsonb_object_agg(criterion,
            CASE WHEN jsonb_typeof(answer) = 'object' AND answer -> 'spans' IS NOT NULL
                THEN jsonb_set(answer, '{spans}', annotation_spans_without_notes(answer -> 'spans'))
                ELSE answer END), '{}')
        FROM jsonb_each(answers) AS one(criterion, answer))
    ELSE answers END
$$;
"""
DROP_NOTES = """
DROP FUNCTION annotation_answers_without_notes(jsonb);
DROP FUNCTION annotation_spans_without_notes(jsonb);
"""
KEPT = """DECLARE
    kept annotation_judgment%ROWTYPE;
"""
STEPS = """    IF TG_OP = 'UPDATE' THEN
        kept := OLD;
        kept.annotator_id := NEW.annotator_id;
        kept.profile_id := NEW.profile_id;
        kept.consent_id := NEW.consent_id;
        kept.answers := annotation_answers_without_notes(OLD.answers);
        kept.spans := annotation_spans_without_notes(OLD.spans);
        kept.reason := '';
        kept.idempotency_key := '';
        kept.request_sha256 := '';
        IF OLD.erased_at IS NULL AND NEW.annotator_id <> OLD.annotator_id
            AND NEW IS NOT DISTINCT FROM kept
            AND EXISTS (
                SELECT 1 FROM annotation_seat own
                JOIN annotation_seat nobody ON nobody.id = own.kept_as_id
                JOIN accounts_consent consent ON consent.id = own.consent_id
                JOIN accounts_consentdocument document ON document.id = consent.document_id
                JOIN annotation_erasure erasure ON erasure.annotator_id = own.annotator_id
                WHERE own.annotator_id = OLD.annotator_id AND own.campaign_id = OLD.campaign_id
                AND own.withdrawn_at IS NOT NULL
                AND document.on_withdrawal = 'keep_judgments'
                AND erasure.state = 'running'
                AND (erasure.campaign_id IS NULL OR erasure.campaign_id = OLD.campaign_id)
                AND nobody.campaign_id = OLD.campaign_id
                AND nobody.annotator_id = NEW.annotator_id
                AND nobody.profile_id = NEW.profile_id
                AND nobody.consent_id = NEW.consent_id)
        THEN
            RETURN NEW;
        END IF;
    END IF;
"""


def body(declared: str, steps: str) -> str:
    before: str = door_for_erasure.BODY
    return before.replace("{door}", declared).replace("{steps}", steps)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_what_withdrawing_keeps"),
        ("annotation", "0019_campaign_teams"),
    ]

    operations = [
        migrations.AddField(
            model_name="seat",
            name="kept_as",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotation.seat",
            ),
        ),
        migrations.RunSQL(NOTES, DROP_NOTES),
        migrations.RunSQL(
            body(
                door_for_erasure.DOOR + KEPT.removeprefix("DECLARE\n"),
                door_for_erasure.STEPS + STEPS,
            ),
            body(door_for_erasure.DOOR, door_for_erasure.STEPS),
        ),
    ]
