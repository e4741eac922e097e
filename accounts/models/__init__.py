from accounts.models.annotator import Annotator
from accounts.models.answer import KeptAnswer
from accounts.models.consent import Consent, ConsentDocument
from accounts.models.participant import Participant
from accounts.models.questionnaire import Profile, Question, Questionnaire
from accounts.models.token import ApiToken
from accounts.models.trail import TrailEntry
from accounts.models.user import User

__all__ = [
    "Annotator",
    "ApiToken",
    "Consent",
    "ConsentDocument",
    "KeptAnswer",
    "Participant",
    "Profile",
    "Question",
    "Questionnaire",
    "TrailEntry",
    "User",
]
