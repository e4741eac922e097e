"""Columns as JSON texts, a whole column at once."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exports.tables import Kind

# What JSON does not let stand in a string.
SPECIAL = r'["\\\x00-\x1f]'
RARE = r"[\x00-\x08\x0b\x0c\x0e-\x1f]"
ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))
FEW = 1000

TEMPLATE = b"0000-00-00T00:00:00.000000Z"
DAY = 86_400_000_000
# Microseconds in an hour, a minute, a second and one of them; where their digits stand.
CLOCK = (
    (3_600_000_000, range(11, 13)),
    (60_000_000, range(14, 16)),
    (1_000_000, range(17, 19)),
    (1, range(20, 26)),
)


def quoted(texts: pa.Array) -> pa.Array:
    """JSON strings; nothing stays nothing."""
    coded = texts.dictionary_encode()
    if len(coded.dictionary) <= FEW:
        return quoted_each(coded.dictionary).take(coded.indices)
    return quoted_each(texts)


def quoted_each(texts: pa.Array) -> pa.Array:
    special = pc.fill_null(pc.match_substring_regex(texts, SPECIAL), False)
    if pc.any(special).as_py():
        texts = pc.replace_with_mask(texts, special, escaped(texts.filter(special)))
    return joined('"', texts, '"')


def escaped(texts: pa.Array) -> pa.Array:
    """Texts as they stand between the quotes of a JSON string."""
    if pc.any(pc.match_substring_regex(texts, RARE)).as_py():
        return pa.array([json.dumps(text, ensure_ascii=False)[1:-1] for text in texts.to_pylist()])
    for character, escape in ESCAPES:
        texts = pc.replace_substring(texts, character, escape)
    return texts


def joined(*parts: pa.Array | str) -> pa.Array:
    """Texts put together row by row; nothing where a part is nothing."""
    return pc.binary_join_element_wise(*parts, "")


def list_texts(lists: pa.Array) -> pa.Array:
    """Lists of strings as JSON."""
    flat = quoted(lists.flatten())
    counts = pc.fill_null(pc.list_value_length(lists), 0)
    offsets = pc.cumulative_sum(pa.concat_arrays([pa.array([0], pa.int32()), counts]))
    inner = pc.binary_join(pa.ListArray.from_arrays(offsets, flat), ",")
    texts = joined("[", inner, "]")
    return pc.if_else(lists.is_valid(), texts, pa.scalar(None, pa.string()))


def moment_texts(moments: pa.Array) -> pa.Array:
    """ISO 8601 in UTC with microseconds, so that texts sort as moments do.

    Digits are laid out for the whole column at once: Arrow's own cast takes ten times as long.
    """
    microseconds = pc.fill_null(moments.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    days, rest = np.divmod(microseconds, DAY)
    each_day, of_day = np.unique(days, return_inverse=True)
    dates = np.datetime_as_string(each_day.astype("datetime64[D]")).astype("S10")
    letters = np.empty((len(moments), len(TEMPLATE)), np.uint8)
    letters[:] = np.frombuffer(TEMPLATE, np.uint8)
    letters[:, :10] = dates.view(np.uint8).reshape(-1, 10)[of_day]
    for unit, places in CLOCK:
        number, rest = np.divmod(rest, unit)
        for place in reversed(places):
            number, digit = np.divmod(number, 10)
            letters[:, place] = digit + ord("0")
    offsets = np.arange(len(moments) + 1, dtype=np.int32) * len(TEMPLATE)
    texts = pa.StringArray.from_buffers(
        len(moments), pa.py_buffer(offsets), pa.py_buffer(letters.tobytes())
    )
    return pc.if_else(moments.is_valid(), texts, pa.scalar(None, pa.string()))


def float_texts(numbers: pa.Array) -> pa.Array:
    """The shortest text that reads as the same number, and as no whole one."""
    texts = numbers.cast(pa.string())
    whole = pc.fill_null(pc.match_substring_regex(texts, r"^-?[0-9]+$"), False)
    return pc.if_else(whole, joined(texts, ".0"), texts)


def json_texts(column: pa.Array, kind: Kind, is_conversation: pa.Array | None) -> pa.Array:
    """A column's values as JSON; `null` for nothing."""
    if kind is Kind.TEXT:
        texts = quoted(column)
    elif kind is Kind.TEXTS:
        texts = list_texts(column)
    elif kind is Kind.TIMESTAMP:
        texts = joined('"', moment_texts(column), '"')
    elif kind is Kind.FLOAT:
        texts = float_texts(column)
    elif kind is Kind.CONTENT:
        texts = pc.if_else(is_conversation, column, quoted(column))
    elif kind is Kind.JSON:
        texts = column
    else:
        texts = column.cast(pa.string())
    return pc.fill_null(texts, "null")
