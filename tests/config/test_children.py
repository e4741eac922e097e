"""How often a dead process is started again, and when nobody tries any more."""

import pytest

from config.children import Deaths, TooManyDeathsError
from config.embedded.process import ending, is_alive


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_pauses_grow():
    deaths = Deaths(clock=Clock())
    assert [deaths.count() for _ in range(4)] == [0.25, 1.0, 4.0, 8.0]


def test_fifth_death_within_a_minute_is_one_too_many():
    deaths = Deaths(clock=Clock())
    for _ in range(4):
        deaths.count()
    with pytest.raises(TooManyDeathsError):
        deaths.count()


def test_deaths_of_long_ago_do_not_count():
    clock = Clock()
    deaths = Deaths(clock=clock)
    for minute in range(10):
        clock.now = minute * 61.0
        assert deaths.count() == 0.25


def test_ending_is_told_in_words():
    assert ending(1) == "exit code 1"
    assert ending(-9) == "killed by SIGKILL"


def test_process_of_another_name_is_not_the_one_meant():
    assert is_alive(1, "certainly-not-this") is False
