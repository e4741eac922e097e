from django.db import migrations

# What reports of bounds held to by themselves, and still do.
LEAST = 5


def to_group_rules(apps, _schema_editor):
    """Who asked for more than five people in reports of bounds asks for it everywhere."""
    GroupRule = apps.get_model('annotation', 'GroupRule')
    settings = apps.get_model('policies', 'BoundsSetting').objects.filter(least_people__gt=LEAST)
    for old in settings:
        said = {
            'least_people': old.least_people,
            'changed_by_id': old.changed_by_id,
            'changed_at': old.changed_at,
        }
        rule, is_new = GroupRule.objects.get_or_create(campaign_id=old.campaign_id, defaults=said)
        if not is_new and rule.least_people < old.least_people:
            GroupRule.objects.filter(pk=rule.pk).update(**said)


def to_bounds_settings(apps, _schema_editor):
    BoundsSetting = apps.get_model('policies', 'BoundsSetting')
    for rule in apps.get_model('annotation', 'GroupRule').objects.filter(least_people__gt=LEAST):
        BoundsSetting.objects.update_or_create(
            campaign_id=rule.campaign_id, defaults={'least_people': rule.least_people}
        )


class Migration(migrations.Migration):

    dependencies = [
        ('annotation', '0022_one_rule_on_small_groups'),
        ('policies', '0002_rules_and_verdicts_stay'),
    ]

    operations = [
        migrations.RunPython(to_group_rules, to_bounds_settings),
        migrations.RemoveField(model_name='boundssetting', name='least_people'),
    ]
