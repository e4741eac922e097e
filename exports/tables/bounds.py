"""What rules ruled out of a release, as derived formats read it; no table that is published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from policies.enums import LEAST_PEOPLE

RULED_OUT = pa.schema(
    [
        ("item_id", pa.string()),
        ("response_id", pa.string()),
        ("rule", pa.string()),
        ("version", pa.int64()),
        ("tier", pa.int64()),
        ("by_default", pa.bool_()),
        ("annotator_id", pa.string()),
    ]
)


@dataclass(frozen=True)
class BoundsFacts:
    """The rules in force (`policies.selectors.rules.rule_facts`), the smallest group that is told
    of, and the digest of all that was ruled out."""

    rules: Sequence[Mapping[str, Any]] = ()
    least: int = LEAST_PEOPLE
    sha256: str = ""
