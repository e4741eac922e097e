"""What is to be pictured is declared for every address that there is."""

from tests.pictures.pages import ADDRESSES, NO_PAGES, ON_THE_WAY, PAGES


def test_every_address_is_a_page_on_the_way_or_none() -> None:
    declared = [*PAGES, *ON_THE_WAY, *NO_PAGES]
    assert sorted(declared) == sorted(ADDRESSES), "say in pages.py what the address shows"


def test_every_part_of_a_pages_address_is_given() -> None:
    for name, shown in PAGES.items():
        assert set(ADDRESSES[name].pattern.converters) == set(shown.parts), name
