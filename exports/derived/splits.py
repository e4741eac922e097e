"""Train and test, by prompt: whatever was said of one prompt is on one side."""

import hashlib

from annotation.content import canonical_json
from exports.derived.texts import Content

TRAIN, TEST = "train", "test"


def split_of(prompt: Content, *, test_share: float, seed: int) -> str:
    """The side of a prompt, from its hash under the seed.

    Items that share a prompt are on one side, and a prompt stays on its side in every later
    version of a dataset. The share is expected, not exact.
    """
    if not test_share:
        return TRAIN
    digest = hashlib.sha256(f"{seed}:".encode() + canonical_json(prompt)).digest()
    return TEST if int.from_bytes(digest[:8], "big") < test_share * 2**64 else TRAIN
