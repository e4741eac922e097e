from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_branching_and_guests'),
    ]

    operations = [
        migrations.AddField(
            model_name='annotator',
            name='withdrawn_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='withdrawn'),
        ),
        migrations.AddField(
            model_name='profile',
            name='erased_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
