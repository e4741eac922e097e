from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotation", "0023_models_answers")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="archived_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
