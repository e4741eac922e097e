from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_translations"),
    ]

    operations = [
        migrations.AddField(
            model_name="consentdocument",
            name="on_withdrawal",
            field=models.CharField(
                choices=[
                    ("erase", "erase all that they gave"),
                    ("keep_judgments", "keep their judgments, as nobody’s"),
                ],
                db_default="erase",
                default="erase",
                max_length=16,
                verbose_name="when somebody withdraws",
            ),
        ),
    ]
