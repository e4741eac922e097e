"""The database itself refuses to change or lose a version of a rule, or a verdict.

Two doors are left. Names may be taken off: who wrote it becomes nobody. What belongs to a person's
own rules may be deleted, as it is theirs.
"""

from django.db import migrations

PROTECT = """
CREATE FUNCTION policies_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unnamed jsonb := to_jsonb(OLD);
    tier smallint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        unnamed := jsonb_set(unnamed, ARRAY[TG_ARGV[0]], 'null');
        IF to_jsonb(NEW) = unnamed THEN
            RETURN NEW;
        END IF;
    ELSE
        SELECT rule.tier INTO tier FROM policies_rule rule WHERE rule.id = OLD.rule_id;
        IF tier IS NULL OR tier = 3 THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'Rules and verdicts are append-only: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation',
              HINT = 'What holds from now on is a new version, and a changed mind a new verdict.';
END $$;
CREATE TRIGGER rule_version_append_only BEFORE UPDATE OR DELETE ON policies_ruleversion
    FOR EACH ROW EXECUTE FUNCTION policies_refuse_change('created_by_id');
CREATE TRIGGER verdict_append_only BEFORE UPDATE OR DELETE ON policies_verdict
    FOR EACH ROW EXECUTE FUNCTION policies_refuse_change('author_id');
"""

RELEASE = """
DROP TRIGGER verdict_append_only ON policies_verdict;
DROP TRIGGER rule_version_append_only ON policies_ruleversion;
DROP FUNCTION policies_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_rules_and_verdicts")]

    operations = [migrations.RunSQL(PROTECT, RELEASE)]
