from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Judgments and assignments are large: indexes are built beside people who work."""

    atomic = False
    dependencies = [("annotation", "0007_leaner_item_indexes")]

    operations = [
        AddIndexConcurrently(
            model_name="assignment",
            index=models.Index(
                fields=["campaign", "id"],
                condition=~Q(skip_reason=""),
                name="assignments_with_reason",
            ),
        ),
        AddIndexConcurrently(
            model_name="judgment",
            index=models.Index(
                fields=["campaign", "id"], condition=~Q(reason=""), name="judgments_with_reason"
            ),
        ),
        AddIndexConcurrently(
            model_name="judgment",
            index=models.Index(
                fields=["campaign", "id"],
                condition=Q(spans__icontains='"note"') | Q(answers__icontains='"note"'),
                name="judgments_with_notes",
            ),
        ),
    ]
