"""The names that annotators bear in a release."""

import base64
import hashlib
import hmac

from exports.enums import Pseudonyms

LETTERS = 16


def released_name(kind: str, key: bytes, annotator_id: int, own_pseudonym: str) -> str:
    """The annotator's name in a release.

    Per release it is a keyed hash: without the release's key nobody, the annotators' own
    pseudonyms and other releases in hand, can tell who is who.
    """
    if kind == Pseudonyms.STABLE:
        return own_pseudonym
    digest = hmac.new(key, str(annotator_id).encode(), hashlib.sha256).digest()
    return "p-" + base64.b32encode(digest)[:LETTERS].decode().lower()
