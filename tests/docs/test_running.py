"""The snippet of docs/running.md tells Variorum's posts from others'."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotation.webhooks import canonical_body, secret_of, signature

PAGE = Path(__file__).parents[2] / "docs" / "running.md"
BODY = canonical_body({"event": "completed", "data": {"items": 2}})


@pytest.fixture
def is_genuine() -> Callable[[str, bytes, str], bool]:
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(found[1], names)  # noqa: S102 - the page's own snippet
    function: Callable[[str, bytes, str], bool] = names["is_genuine"]
    return function


def test_what_was_signed_lately_is_genuine_and_nothing_else(
    is_genuine: Callable[[str, bytes, str], bool],
) -> None:
    secret, now = secret_of("token", 1), int(time.time())
    header = signature(secret, BODY, now)
    assert is_genuine(header, BODY, secret)
    assert not is_genuine(header, BODY + b" ", secret)
    assert not is_genuine(header, BODY, secret_of("token", 2))
    assert not is_genuine(header.replace(str(now), str(now + 1)), BODY, secret)
    assert not is_genuine(signature(secret, BODY, now - 600), BODY, secret)
