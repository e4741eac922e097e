"""The database itself refuses to change or lose a judgment."""

from django.db import migrations

PROTECT = """
CREATE FUNCTION annotation_refuse_judgment_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Judgments are append-only: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation',
              HINT = 'A changed mind is a new judgment that supersedes the old one.';
END $$;
CREATE TRIGGER judgment_append_only BEFORE UPDATE OR DELETE ON annotation_judgment
    FOR EACH ROW EXECUTE FUNCTION annotation_refuse_judgment_change();
CREATE TRIGGER judgment_no_truncate BEFORE TRUNCATE ON annotation_judgment
    FOR EACH STATEMENT EXECUTE FUNCTION annotation_refuse_judgment_change();
"""

RELEASE = """
DROP TRIGGER judgment_no_truncate ON annotation_judgment;
DROP TRIGGER judgment_append_only ON annotation_judgment;
DROP FUNCTION annotation_refuse_judgment_change();
"""


class Migration(migrations.Migration):
    dependencies = [("annotation", "0001_initial")]

    operations = [migrations.RunSQL(PROTECT, RELEASE)]
