from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exports', '0003_release_choices_and_sharing'),
    ]

    operations = [
        migrations.AddField(
            model_name='snapshot',
            name='derived',
            field=models.JSONField(default=list, editable=False, verbose_name='derived formats'),
        ),
    ]
