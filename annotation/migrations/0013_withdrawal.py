import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_withdrawal'),
        ('annotation', '0012_asking_and_all_task_types'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='judgment',
            name='erased_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='seat',
            name='withdrawn_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='withdrawn'),
        ),
        migrations.AlterField(
            model_name='assignment',
            name='status',
            field=models.CharField(choices=[('leased', 'leased'), ('submitted', 'submitted'), ('skipped', 'skipped'), ('released', 'released'), ('expired', 'expired'), ('withdrawn', 'withdrawn')], default='leased', max_length=10),
        ),
        migrations.AlterField(
            model_name='assignment',
            name='stratum',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='annotation.stratum'),
        ),
        migrations.AlterField(
            model_name='judgment',
            name='stratum',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotation.stratum'),
        ),
        migrations.AlterField(
            model_name='seat',
            name='stratum',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='annotation.stratum'),
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('queued', 'waiting for a worker'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='queued', max_length=10)),
                ('steps_total', models.BigIntegerField(null=True)),
                ('steps_done', models.BigIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('cancel_requested', models.BooleanField(default=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('heartbeat_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('judgments', models.PositiveIntegerField(default=0, verbose_name='judgments')),
                ('assignments', models.PositiveIntegerField(default=0, verbose_name='assignments')),
                ('annotator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to='accounts.annotator')),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to='annotation.campaign')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'erasure',
                'verbose_name_plural': 'erasures',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('annotator', 'campaign'), name='one_erasure_each'), models.UniqueConstraint(condition=models.Q(('campaign', None)), fields=('annotator',), name='one_erasure_altogether')],
            },
        ),
    ]
