from exports.models.snapshot import Snapshot, SnapshotFile

__all__ = ["Snapshot", "SnapshotFile"]
