from accounts.models.annotator import Annotator
from accounts.models.consent import Consent, ConsentDocument
from accounts.models.participant import Participant
from accounts.models.questionnaire import Profile, Question, Questionnaire
from accounts.models.user import User

__all__ = [
    "Annotator",
    "Consent",
    "ConsentDocument",
    "Participant",
    "Profile",
    "Question",
    "Questionnaire",
    "User",
]
