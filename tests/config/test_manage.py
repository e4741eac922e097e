"""Which commands bring the embedded services along."""

import pytest

from manage import needs_services


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], False),
        (["help"], False),
        (["migrate", "--help"], False),
        (["collectstatic", "--noinput"], False),
        (["check"], False),
        (["check", "--database", "default"], True),
        (["migrate"], True),
        (["import_items", "campaign", "file.jsonl"], True),
    ],
)
def test_commands_that_need_services(arguments, expected):
    assert needs_services(arguments) is expected
