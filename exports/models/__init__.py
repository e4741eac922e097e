from exports.models.ledger import HeldRows, Withdrawal
from exports.models.moment import FrozenFile, Moment, Version
from exports.models.snapshot import Snapshot, SnapshotFile, SnapshotShard

__all__ = [
    "FrozenFile",
    "HeldRows",
    "Moment",
    "Snapshot",
    "SnapshotFile",
    "SnapshotShard",
    "Version",
    "Withdrawal",
]
