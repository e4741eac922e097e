import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotation', '0014_door_for_erasure'),
        ('exports', '0007_comparisons'),
    ]

    operations = [
        migrations.AddField(
            model_name='moment',
            name='erased_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='withdrawal',
            name='campaign',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='withdrawals', to='annotation.campaign'),
        ),
        migrations.AddField(
            model_name='withdrawal',
            name='files_erased_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='withdrawal',
            name='annotator_id',
            field=models.BigIntegerField(),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.UniqueConstraint(fields=('annotator_id', 'campaign'), name='one_withdrawal_each'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.UniqueConstraint(condition=models.Q(('campaign', None)), fields=('annotator_id',), name='one_withdrawal_altogether'),
        ),
    ]
