import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

PROTECT = """
CREATE FUNCTION annotation_refuse_model_judgment_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Answers of models are append-only: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation',
              HINT = 'Another answer has another version of the prompt, settings or sample.';
END $$;
CREATE TRIGGER model_judgment_append_only BEFORE UPDATE OR DELETE ON annotation_modeljudgment
    FOR EACH ROW EXECUTE FUNCTION annotation_refuse_model_judgment_change();
"""
RELEASE = """
DROP TRIGGER model_judgment_append_only ON annotation_modeljudgment;
DROP FUNCTION annotation_refuse_model_judgment_change();
"""
TASK_TYPES = [
    ("pairwise", "pairwise comparison"),
    ("ranking", "ranking"),
    ("best-worst", "best and worst"),
    ("rating", "rating"),
    ("values", "values in a text"),
]
STATES = [
    ("queued", "waiting for a worker"),
    ("running", "running"),
    ("done", "done"),
    ("failed", "failed"),
    ("cancelled", "cancelled"),
]


class Migration(migrations.Migration):
    """Models' answers in a table of their own, which the database keeps as they were given."""

    dependencies = [
        ("annotation", "0022_one_rule_on_small_groups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelJudgmentImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(choices=STATES, default="queued", max_length=10)),
                ("steps_total", models.BigIntegerField(null=True)),
                ("steps_done", models.BigIntegerField(default=0)),
                ("error", models.TextField(blank=True)),
                ("cancel_requested", models.BooleanField(default=False)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("stored_name", models.CharField(blank=True, editable=False, max_length=300)),
                ("file_name", models.CharField(blank=True, max_length=200, verbose_name="file")),
                ("model", models.CharField(blank=True, max_length=200, verbose_name="model")),
                ("prompt_version", models.CharField(blank=True, max_length=100, verbose_name="version of the prompt")),
                ("records_read", models.BigIntegerField(default=0)),
                ("published_at", models.DateTimeField(editable=False, null=True)),
                ("created_count", models.BigIntegerField(default=0)),
                ("unchanged_count", models.BigIntegerField(default=0)),
                ("error_count", models.BigIntegerField(default=0)),
                ("campaign", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="model_imports", to="annotation.campaign")),
                ("created_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "import of models' answers",
                "verbose_name_plural": "imports of models' answers",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="ModelJudgmentProblem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.BigIntegerField()),
                ("message", models.CharField(max_length=500)),
                ("model_import", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="problems", to="annotation.modeljudgmentimport")),
            ],
            options={"ordering": ["line", "pk"]},
        ),
        migrations.CreateModel(
            name="ModelJudgment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=200, verbose_name="model")),
                ("prompt_version", models.CharField(blank=True, max_length=100, verbose_name="version of the prompt")),
                ("settings", models.JSONField(default=dict, verbose_name="settings")),
                ("sample", models.PositiveIntegerField(default=1, verbose_name="sample")),
                ("task_type", models.CharField(choices=TASK_TYPES, max_length=12)),
                ("answers", models.JSONField(verbose_name="answers")),
                ("acceptable", models.JSONField(null=True, verbose_name="acceptable")),
                ("spans", models.JSONField(null=True, verbose_name="highlighted spans")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("confidence", models.FloatField(null=True, verbose_name="confidence")),
                ("presented_order", models.JSONField()),
                ("content_hashes", models.JSONField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("key", models.CharField(max_length=64)),
                ("sha256", models.CharField(max_length=64)),
                ("software_version", models.CharField(max_length=20)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("campaign", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="model_judgments", to="annotation.campaign")),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="model_judgments", to="annotation.item")),
                ("model_import", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="judgments", to="annotation.modeljudgmentimport")),
            ],
            options={
                "verbose_name": "model's answer",
                "verbose_name_plural": "models' answers",
                "indexes": [models.Index(fields=["campaign", "id"], name="model_judgments_by_campaign")],
                "constraints": [models.UniqueConstraint(fields=("campaign", "key"), name="one_model_judgment_per_key")],
            },
        ),
        migrations.RunSQL(PROTECT, RELEASE),
    ]
