from exports.documentation.front_matter import size_category
from exports.documentation.markdown import block_quote, grid, one_line, quoted


def test_quoted_fences_are_longer_than_those_inside():
    assert quoted("plain") == "```text\nplain\n```"
    assert quoted("a ````` b") == "``````text\na ````` b\n``````"


def test_one_line_is_one_line_without_markup():
    assert one_line("a\n b|c <i>") == "a b\\|c \\<i\\>"


def test_a_block_quote_keeps_lines_and_no_markup():
    assert block_quote("# a *b*\n\n| c") == "> \\# a \\*b\\*\n>\n> \\| c"


def test_grid_is_a_table():
    assert grid(["a", "b"], [(1, 2)]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_sizes_are_the_hubs_classes():
    assert [size_category(n) for n in (0, 999, 1000, 99_999, 10**6, 10**10)] == [
        *("n<1K", "n<1K", "1K<n<10K", "10K<n<100K", "1M<n<10M", "1B<n<10B"),
    ]
