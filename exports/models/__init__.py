from exports.models.comparison import Comparison
from exports.models.derivation import Derivation
from exports.models.ledger import HeldRows, Withdrawal
from exports.models.moment import FrozenFile, Moment, Version
from exports.models.policy import Approval, ReleasePolicy
from exports.models.review import TextDecision
from exports.models.sharing import Download, ShareLink
from exports.models.snapshot import Snapshot, SnapshotFile, SnapshotShard

__all__ = [
    "Approval",
    "Comparison",
    "Derivation",
    "Download",
    "FrozenFile",
    "HeldRows",
    "Moment",
    "ReleasePolicy",
    "ShareLink",
    "Snapshot",
    "SnapshotFile",
    "SnapshotShard",
    "TextDecision",
    "Version",
    "Withdrawal",
]
