import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("annotation", "0025_organisations"),
    ]

    operations = [
        migrations.AddField(
            model_name="itemimport",
            name="columns",
            field=models.JSONField(blank=True, default=dict, verbose_name="columns"),
        ),
        migrations.CreateModel(
            name="GivenFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stored_name", models.CharField(editable=False, max_length=300)),
                ("file_name", models.CharField(blank=True, max_length=200, verbose_name="file")),
                ("size", models.BigIntegerField(default=0, verbose_name="bytes")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, editable=False
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="given_files",
                        to="annotation.campaign",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "given file",
                "verbose_name_plural": "given files",
                "ordering": ["-pk"],
            },
        ),
    ]
