from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exports', '0008_withdrawal_by_campaign'),
    ]

    operations = [
        migrations.AddField(
            model_name='moment',
            name='bounds',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='derivation',
            name='bounds',
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
