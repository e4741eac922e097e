from policies.models.own import OwnBounds, StatedPreferences
from policies.models.rule import Rule, RuleVersion
from policies.models.setting import BoundsSetting, RegisterEntry
from policies.models.verdict import Verdict

__all__ = [
    "BoundsSetting",
    "OwnBounds",
    "RegisterEntry",
    "Rule",
    "RuleVersion",
    "StatedPreferences",
    "Verdict",
]
