"""What to do about a line that cannot be taken, where its error does not say it itself."""

from django.utils.translation import gettext_lazy as _

from annotation.kept import sentence_of

ADVICE = {
    "A JSON array is not an item file: write one object on each line.": _(
        "Or name the columns: then an array is read, too."
    ),
    "This is neither JSON Lines nor CSV with a header line; see the item file's format.": _(
        "Save it as JSON Lines, as CSV whose first line names the columns, or as Parquet."
    ),
    "The first line must name the columns; `id` and `prompt` are needed.": _(
        "Say which column is which, or rename them."
    ),
    "A column `responses`, or columns `response_1`, `response_2` …, are needed.": _(
        "Say which column is which, or rename them."
    ),
    "This line has more fields than the header.": _(
        "Put cells that hold commas into double quotes."
    ),
    "Column `%(column)s` is not valid JSON: %(problem)s.": _(
        "Use columns response_1, response_2 … for plain texts."
    ),
    "The columns `response_1`, `response_2` … have a gap.": _(
        "Fill the gap; a response that is blank needs the column responses."
    ),
    "This line is not valid JSON: %(problem)s.": _("Write one object a line, in double quotes."),
    "This line is not a JSON object.": _("Write one object a line."),
    "This line is not valid UTF-8 (byte %(place)s is %(byte)s).": _("Save the file as UTF-8."),
    "This record lacks a field that is known to be a prompt.": _(
        "Rename the field to prompt, question or instruction."
    ),
    "This record lacks fields that are known to be responses.": _(
        "Rename the fields to response_1, response_2 …"
    ),
    "This record lacks %(fields)s.": _("Fill it in, or leave the record out."),
    "This record holds more than text; images are not taken.": _("Leave the record out."),
    "What was said before this turn is not in the file before it.": _(
        "Give whole conversations, in the order of their turns."
    ),
    "Unknown field: %(fields)s.": _("Correct the name, or put it into metadata."),
    "A %(task)s item needs exactly one response, has %(count)s.": _(
        "Leave the record out, or use a campaign with another task."
    ),
    "A %(task)s item needs exactly %(least)s responses, has %(count)s.": _(
        "Leave the record out, or use a campaign with another task."
    ),
    "A %(task)s item needs %(least)s to %(most)s responses, has %(count)s.": _(
        "Leave the record out, or use a campaign with another task."
    ),
    "Two responses have the same id.": _("Give each response of an item an id of its own."),
    'Id "%(id)s" was used on line %(line)s with other content.': _(
        "Give one of them another id. Equal records under one id count once."
    ),
    'Id "%(id)s" is already in this campaign with other content.': _(
        "Items do not change, as people may have judged them: give the new wording a new id."
    ),
    "An id contains the model's name (%(model)s), and annotators could read it. Give neutral "
    "ids.": _("Use ids such as q1, a and b."),
    "`check` names a criterion that this campaign does not have.": _(
        "Name one of the campaign's criteria."
    ),
}


def advice_on(message: str) -> str:
    """What to do about an error as it is stored, in the reader's language; "" for nothing more."""
    sentence, _places = sentence_of(message)
    return str(ADVICE[sentence]) if sentence in ADVICE else ""
