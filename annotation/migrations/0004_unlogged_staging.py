import django.db.models.deletion
from django.db import migrations, models

TASK_TYPES = [('pairwise', 'pairwise comparison'), ('ranking', 'ranking')]
UNLOGGED = """
ALTER TABLE annotation_stageditem SET UNLOGGED;
ALTER TABLE annotation_stagedresponse SET UNLOGGED;
"""


class Migration(migrations.Migration):
    """Staged rows hold ids from the start, and a database crash may empty them.

    An import under way loses what it has staged, sees so, and reads its file again.
    """

    dependencies = [
        ('annotation', '0003_summaries'),
    ]

    operations = [
        migrations.DeleteModel(name='StagedItem'),
        migrations.AddField(
            model_name='itemimport',
            name='first_item',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='itemimport',
            name='last_item',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='itemimport',
            name='task_type',
            field=models.CharField(blank=True, choices=TASK_TYPES, editable=False, max_length=12),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name='StagedItem',
            fields=[
                ('item_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('line', models.BigIntegerField()),
                ('external_id', models.CharField(max_length=200)),
                ('prompt', models.JSONField()),
                ('language', models.CharField(blank=True, max_length=35)),
                ('metadata', models.JSONField(default=dict)),
                ('content_sha256', models.CharField(max_length=64)),
                ('content_hashes', models.JSONField(default=dict)),
                ('item_import', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='staged', to='annotation.itemimport')),
            ],
        ),
        migrations.CreateModel(
            name='StagedResponse',
            fields=[
                ('pk', models.CompositePrimaryKey('item_id', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                ('item_id', models.BigIntegerField()),
                ('position', models.PositiveSmallIntegerField()),
                ('external_id', models.CharField(max_length=200)),
                ('content', models.JSONField()),
                ('model', models.CharField(blank=True, max_length=200)),
                ('metadata', models.JSONField(default=dict)),
                ('content_sha256', models.CharField(max_length=64)),
                ('item_import', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='staged_responses', to='annotation.itemimport')),
            ],
        ),
        migrations.RunSQL(UNLOGGED, migrations.RunSQL.noop),
    ]
