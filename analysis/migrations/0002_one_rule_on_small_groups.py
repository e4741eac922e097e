from django.db import migrations


def to_group_rules(apps, _schema_editor):
    """A campaign's minimum in analyses becomes its own; where it has a stricter one, that stays."""
    GroupRule = apps.get_model('annotation', 'GroupRule')
    for old in apps.get_model('analysis', 'AnalysisRule').objects.all():
        said = {
            'least_people': old.least_annotators,
            'changed_by_id': old.changed_by_id,
            'changed_at': old.changed_at,
        }
        rule, is_new = GroupRule.objects.get_or_create(campaign_id=old.campaign_id, defaults=said)
        if not is_new and rule.least_people < old.least_annotators:
            GroupRule.objects.filter(pk=rule.pk).update(**said)


def to_analysis_rules(apps, _schema_editor):
    AnalysisRule = apps.get_model('analysis', 'AnalysisRule')
    for rule in apps.get_model('annotation', 'GroupRule').objects.all():
        AnalysisRule.objects.create(
            campaign_id=rule.campaign_id,
            least_annotators=rule.least_people,
            changed_by_id=rule.changed_by_id,
            changed_at=rule.changed_at,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('analysis', '0001_runs_rules_and_populations'),
        ('annotation', '0022_one_rule_on_small_groups'),
    ]

    operations = [
        migrations.RunPython(to_group_rules, to_analysis_rules),
        migrations.DeleteModel(name='AnalysisRule'),
    ]
