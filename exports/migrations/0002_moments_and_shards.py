# A snapshot's data is frozen apart from its files, so that it can be exported again.

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def give_moments(apps, schema_editor):
    """Snapshots made before had no frozen data: each has a moment and version of its own."""
    Snapshot = apps.get_model("exports", "Snapshot")
    Moment = apps.get_model("exports", "Moment")
    Version = apps.get_model("exports", "Version")
    numbers = {}
    for snapshot in Snapshot.objects.order_by("pk"):
        moment = Moment.objects.create(as_of=snapshot.as_of, created_at=snapshot.created_at)
        number = None
        if snapshot.state == "done":
            number = numbers.get(snapshot.campaign_id, 0) + 1
            numbers[snapshot.campaign_id] = number
        Version.objects.create(moment=moment, campaign_id=snapshot.campaign_id, number=number)
        snapshot.moment = moment
        snapshot.save(update_fields=["moment"])


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0002_judgments_are_append_only"),
        ("exports", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Moment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_of", models.DateTimeField(editable=False, null=True, verbose_name="as of")),
                ("frozen_at", models.DateTimeField(editable=False, null=True)),
                ("shards", models.PositiveSmallIntegerField(default=1, editable=False)),
                ("rows", models.JSONField(default=dict, editable=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("reissue_of", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reissues", to="exports.moment")),
            ],
            options={"verbose_name": "moment", "verbose_name_plural": "moments", "ordering": ["-pk"]},
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(null=True, verbose_name="version")),
                ("campaign", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="dataset_versions", to="annotation.campaign")),
                ("moment", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="exports.moment")),
            ],
            options={
                "verbose_name": "dataset version",
                "verbose_name_plural": "dataset versions",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "number"), name="one_dataset_version_per_number"),
                    models.UniqueConstraint(fields=("moment", "campaign"), name="one_dataset_version_per_moment"),
                ],
            },
        ),
        migrations.AddField(
            model_name="moment",
            name="campaigns",
            field=models.ManyToManyField(related_name="moments", through="exports.Version", to="annotation.campaign"),
        ),
        migrations.CreateModel(
            name="FrozenFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("rows", models.BigIntegerField(default=0)),
                ("bytes", models.BigIntegerField()),
                ("stored_name", models.CharField(max_length=300)),
                ("moment", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="files", to="exports.moment")),
            ],
            options={
                "verbose_name": "frozen file",
                "verbose_name_plural": "frozen files",
                "constraints": [models.UniqueConstraint(fields=("moment", "name"), name="one_frozen_file_per_name")],
            },
        ),
        migrations.AddField(
            model_name="snapshot",
            name="note",
            field=models.CharField(blank=True, max_length=500, verbose_name="note"),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="moment",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="snapshots", to="exports.moment"),
        ),
        migrations.RunPython(give_moments, migrations.RunPython.noop),
        # Rows were changed in this transaction; their deferred checks must be over before ALTER.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="snapshot",
            name="moment",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="snapshots", to="exports.moment"),
        ),
        migrations.CreateModel(
            name="SnapshotShard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(choices=[("queued", "waiting for a worker"), ("running", "running"), ("done", "done"), ("failed", "failed"), ("cancelled", "cancelled")], default="queued", max_length=10)),
                ("steps_total", models.BigIntegerField(null=True)),
                ("steps_done", models.BigIntegerField(default=0)),
                ("error", models.TextField(blank=True)),
                ("cancel_requested", models.BooleanField(default=False)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("files", models.JSONField(default=list)),
                ("created_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("snapshot", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="shards", to="exports.snapshot")),
            ],
            options={
                "verbose_name": "snapshot shard",
                "verbose_name_plural": "snapshot shards",
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=("snapshot", "number"), name="one_shard_per_number")],
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("annotator_id", models.BigIntegerField(unique=True)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="recorded")),
            ],
            options={"verbose_name": "withdrawal", "verbose_name_plural": "withdrawals", "ordering": ["-pk"]},
        ),
        migrations.CreateModel(
            name="HeldRows",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("judgments", models.PositiveIntegerField(verbose_name="judgments")),
                ("assignments", models.PositiveIntegerField(verbose_name="assignments")),
                ("snapshot", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="withdrawn_rows", to="exports.snapshot")),
                ("withdrawal", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="held", to="exports.withdrawal")),
            ],
            options={
                "verbose_name": "rows of a withdrawn person",
                "verbose_name_plural": "rows of withdrawn people",
                "constraints": [models.UniqueConstraint(fields=("withdrawal", "snapshot"), name="one_mark_per_withdrawal")],
            },
        ),
    ]
