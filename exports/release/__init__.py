"""The documented tables of one shard, made from frozen data: names given, consent obeyed."""

from exports.release.release import ShardRelease

__all__ = ["ShardRelease"]
