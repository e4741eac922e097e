"""Which stratum a person belongs to."""

from collections.abc import Iterable, Mapping, Sequence

from annotation.models import Stratum


def stratum_for(
    strata: Iterable[Stratum], answers: Mapping[str, Sequence[str] | None]
) -> Stratum | None:
    """The first stratum by position that the answers match, or None."""
    for stratum in strata:
        if matches(stratum.where, answers):
            return stratum
    return None


def matches(
    where: Mapping[str, Sequence[str]], answers: Mapping[str, Sequence[str] | None]
) -> bool:
    """Every question named must have an answer among the options named."""
    return all(set(options) & set(answers.get(key) or ()) for key, options in where.items())
