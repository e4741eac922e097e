from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

MAKE_INDEX = """
CREATE UNIQUE INDEX CONCURRENTLY one_lease_per_place
ON annotation_assignment (seat_id, ahead) WHERE status = 'leased'
"""


class Migration(migrations.Migration):
    """Assignments are many: nobody waits while the index is made and the rows are looked through.

    Going back needs every lease that is kept ahead to have ended.
    """

    atomic = False

    dependencies = [
        ("annotation", "0009_keeping_ahead_reports_and_flow"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # What an attempt that was broken off may have left behind is not valid.
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY IF EXISTS one_lease_per_place",
                    reverse_sql=migrations.RunSQL.noop,
                ),
                migrations.RunSQL(
                    MAKE_INDEX, reverse_sql="DROP INDEX CONCURRENTLY one_lease_per_place"
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="assignment",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("status", "leased")),
                        fields=("seat", "ahead"),
                        name="one_lease_per_place",
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="assignment", name="one_lease_per_seat"),
        AddConstraintNotValid(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ahead__lte", 10)), name="few_kept_ahead"
            ),
        ),
        ValidateConstraint(model_name="assignment", name="few_kept_ahead"),
    ]
