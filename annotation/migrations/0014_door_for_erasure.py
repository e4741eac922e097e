"""One narrow door in what protects judgments: an erasure under way blanks a judgment, once.

The trigger lets an UPDATE through only where the judgment's person has asked for it, the worker is
at it, the judgment was not erased before, all its content becomes blank and nothing else changes.
"""

from django.db import migrations

BODY = """
CREATE OR REPLACE FUNCTION annotation_refuse_judgment_change() RETURNS trigger LANGUAGE plpgsql AS $$
{door}BEGIN
{steps}    RAISE EXCEPTION 'Judgments are append-only: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation',
              HINT = 'A changed mind is a new judgment that supersedes the old one.';
END $$;
"""
DOOR = """DECLARE
    blank annotation_judgment%ROWTYPE;
"""
STEPS = """    IF TG_OP = 'UPDATE' THEN
        blank := OLD;
        blank.answers := '{}';
        blank.acceptable := NULL;
        blank.spans := NULL;
        blank.reason := '';
        blank.confidence := NULL;
        blank.active_ms := NULL;
        blank.elapsed_ms := 0;
        blank.language := '';
        blank.idempotency_key := '';
        blank.request_sha256 := '';
        blank.stratum_id := NULL;
        blank.erased_at := NEW.erased_at;
        IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
            AND NEW IS NOT DISTINCT FROM blank
            AND EXISTS (
                SELECT 1 FROM annotation_erasure erasure
                WHERE erasure.annotator_id = OLD.annotator_id AND erasure.state = 'running'
                AND (erasure.campaign_id IS NULL OR erasure.campaign_id = OLD.campaign_id))
        THEN
            RETURN NEW;
        END IF;
    END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("annotation", "0013_withdrawal")]

    operations = [
        migrations.RunSQL(
            BODY.replace("{door}", DOOR).replace("{steps}", STEPS),
            BODY.replace("{door}", "").replace("{steps}", ""),
        )
    ]
