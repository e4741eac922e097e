from django.db import migrations

# What public releases asked for where nothing was said.
LEAST = 5


def to_group_rules(apps, _schema_editor):
    """The stricter of a campaign's rule and what its public releases asked for.

    So that nothing is shown or released that was not before, a number under five stays only where
    both said so.
    """
    GroupRule = apps.get_model('annotation', 'GroupRule')
    policies = {
        one.campaign_id: one for one in apps.get_model('exports', 'ReleasePolicy').objects.all()
    }
    for rule in GroupRule.objects.all():
        policy = policies.pop(rule.campaign_id, None)
        least = policy.least_k if policy else LEAST
        if rule.least_people < least:
            GroupRule.objects.filter(pk=rule.pk).update(least_people=least)
    GroupRule.objects.bulk_create(
        GroupRule(
            campaign_id=campaign,
            least_people=policy.least_k,
            changed_by_id=policy.changed_by_id,
            changed_at=policy.changed_at,
        )
        for campaign, policy in policies.items()
        if policy.least_k > LEAST
    )


def to_release_policies(apps, _schema_editor):
    ReleasePolicy = apps.get_model('exports', 'ReleasePolicy')
    for rule in apps.get_model('annotation', 'GroupRule').objects.all():
        ReleasePolicy.objects.update_or_create(
            campaign_id=rule.campaign_id, defaults={'least_k': rule.least_people}
        )


class Migration(migrations.Migration):

    dependencies = [
        # What the apps below said for themselves comes first.
        ('analysis', '0002_one_rule_on_small_groups'),
        ('annotation', '0022_one_rule_on_small_groups'),
        ('exports', '0009_bounds_frozen'),
        ('policies', '0003_one_rule_on_small_groups'),
    ]

    operations = [
        migrations.RunPython(to_group_rules, to_release_policies),
        migrations.RemoveField(model_name='releasepolicy', name='least_k'),
    ]
