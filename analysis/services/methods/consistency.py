"""Whether people say the same when the same item comes again."""

import numpy as np

from analysis.selectors.repeats import repeats_of
from analysis.services.methods.base import Found, Work, grouped, parameters_of
from analysis.services.methods.distribution import METHOD, SOURCE, share_rows
from analysis.services.tables import table

# Whether a repeat was answered alike is about all criteria together.
ALL_CRITERIA = ""


def consistency(work: Work) -> Found:
    """The share of repeats answered as the first time, by stratum."""
    codes = {key: code for code, key in enumerate(work.judged.strata)}
    found = [one for one in repeats_of(work.campaign, work.extent) if one[0] in codes]
    if not found:
        return {ALL_CRITERIA: []}
    groups = grouped(
        np.array([codes[one[0]] for one in found], np.int32),
        np.zeros(len(found), np.int32),
        np.unique([one[1] for one in found], return_inverse=True)[1].astype(np.int32),
        np.array([one[2] for one in found], np.int32),
        strata=work.judged.strata,
        others=[{}],
        categories=2,
        least=work.least,
        always=work.hidden_strata,
    )
    rows = [one for group in groups for one in share_rows(group, ["", "same"], from_category=1)]
    return {
        ALL_CRITERIA: [
            table(
                "repeats",
                rows,
                measure="share",
                method=METHOD,
                source=SOURCE,
                parameters=parameters_of(work),
            )
        ]
    }
