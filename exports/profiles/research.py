"""For researchers who agreed to terms: people by pseudonym, answers and texts by choice."""

from exports.profiles.guarded import Guarded


class Research(Guarded):
    """Questions that were not chosen leave as they were answered."""
