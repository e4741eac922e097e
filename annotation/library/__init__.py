"""What campaigns begin from: templates of whole campaigns, and standard sets of questions.

All of it is data. Texts are strings of the interface, so that whoever chooses one gets it in their
own language, with translations into every other that the interface speaks.
"""

from annotation.library.campaign_templates import CAMPAIGN_TEMPLATES, CampaignTemplate
from annotation.library.question_sets import QUESTION_SETS, QuestionSet
from annotation.library.reading import (
    resolved,
    with_library_words,
    with_translations,
    without_old_words,
    words_chosen,
)

__all__ = [
    "CAMPAIGN_TEMPLATES",
    "QUESTION_SETS",
    "CampaignTemplate",
    "QuestionSet",
    "resolved",
    "with_library_words",
    "with_translations",
    "without_old_words",
    "words_chosen",
]
