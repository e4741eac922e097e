from exports.enums import Pseudonyms
from exports.pseudonyms import released_name


def test_per_release_names_depend_on_key_and_person():
    key, other = bytes(32), bytes([1]) * 32
    name = released_name(Pseudonyms.PER_RELEASE, key, 1, "a-own")
    assert name == "p-ihqksrepshw3usyf"
    assert name == released_name(Pseudonyms.PER_RELEASE, key, 1, "a-changed")
    assert name != released_name(Pseudonyms.PER_RELEASE, key, 2, "a-own")
    assert name != released_name(Pseudonyms.PER_RELEASE, other, 1, "a-own")


def test_stable_names_are_the_persons_own():
    assert released_name(Pseudonyms.STABLE, b"", 1, "a-own") == "a-own"
