"""Marks words for translation without Django, which the reader of item files does not set up."""


def gettext_noop(words: str) -> str:
    """The words as they are; what collects strings to translate finds them by this name."""
    return words
