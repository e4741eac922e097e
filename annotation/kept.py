"""Sentences that are made where nobody reads them, and told in the reader's language later.

Workers, the database and the process that reads an item file find things wrong without knowing
who is going to read of it. They say it in English, and that is what is stored. Here is what they
say, with its places, so that whoever shows a stored sentence can show it translated. A place holds
what is not translated: names, numbers, what a library says.
"""

import re
from functools import cache

from django.utils.translation import gettext, gettext_noop

# Where two fit the same sentence, the more exact one stands first.
SENTENCES = (
    # Item files.
    gettext_noop("This file is a ZIP archive; unpack it and give the file inside."),
    gettext_noop("This file is compressed with %(name)s; unpack it and give the file inside."),
    gettext_noop("This file is empty."),
    gettext_noop("A JSON array is not an item file: write one object on each line."),
    gettext_noop(
        "This is neither JSON Lines nor CSV with a header line; see the item file's format."
    ),
    gettext_noop("No items in this file."),
    gettext_noop("The first line must name the columns; `id` and `prompt` are needed."),
    gettext_noop("A column `responses`, or columns `response_1`, `response_2` …, are needed."),
    gettext_noop("The first line names a column twice."),
    gettext_noop("Unknown column: %(columns)s. Further facts belong into `metadata`."),
    gettext_noop("This line has more fields than the header."),
    gettext_noop("Column `%(column)s` is not valid JSON: %(problem)s."),
    gettext_noop("The columns `response_1`, `response_2` … have a gap."),
    gettext_noop(
        "Not valid CSV from here: a field is longer than %(size)s, perhaps as a quotation mark was "
        "left open."
    ),
    gettext_noop("Not valid CSV from here: %(problem)s."),
    gettext_noop("This line is nested too deeply."),
    gettext_noop("This line is not valid JSON: %(problem)s."),
    gettext_noop("This line is not a JSON object."),
    gettext_noop("This line is longer than %(size)s, the limit for one."),
    gettext_noop("This line is not valid UTF-8 (byte %(place)s is %(byte)s)."),
    gettext_noop("Not valid JSON from record %(number)s on: %(problem)s."),
    gettext_noop("This record is not a JSON object."),
    gettext_noop("This record lacks a field that is known to be a prompt."),
    gettext_noop("This record lacks fields that are known to be responses."),
    gettext_noop("This record lacks %(fields)s."),
    gettext_noop("Instruction, input and responses must be texts."),
    gettext_noop("This record is longer than %(size)s."),
    gettext_noop("Not a readable Parquet file: %(problem)s."),
    gettext_noop("This record is not one `chosen` and one `rejected` text."),
    gettext_noop("The two transcripts do not begin alike."),
    gettext_noop("This record holds more than text; images are not taken."),
    gettext_noop("`%(field)s` must be a list of messages."),
    gettext_noop("`%(field)s` must be a list of objects."),
    gettext_noop("What was said before this turn is not in the file before it."),
    gettext_noop("The responses of this turn do not answer the same prompt."),
    gettext_noop("The last message is not an answer."),
    # Records of item files, and practice items.
    gettext_noop("Unknown field: %(fields)s."),
    gettext_noop("`prompt` is empty."),
    gettext_noop("`prompt` must be a text or a list of messages."),
    gettext_noop('`prompt` has a message that is not {"role", "content"}.'),
    gettext_noop("`prompt` has a message whose role is not one of %(roles)s."),
    gettext_noop("`prompt` has a message whose content is not a text."),
    gettext_noop("`prompt` has a message without text."),
    gettext_noop("`text` of response %(number)s is empty."),
    gettext_noop("`text` of response %(number)s must be a text or a list of messages."),
    gettext_noop('`text` of response %(number)s has a message that is not {"role", "content"}.'),
    gettext_noop("`text` of response %(number)s has a message whose role is not one of %(roles)s."),
    gettext_noop("`text` of response %(number)s has a message whose content is not a text."),
    gettext_noop("`text` of response %(number)s has a message without text."),
    gettext_noop("`responses` must be a list."),
    gettext_noop("A %(task)s item needs exactly one response, has %(count)s."),
    gettext_noop("A %(task)s item needs exactly %(least)s responses, has %(count)s."),
    gettext_noop("A %(task)s item needs %(least)s to %(most)s responses, has %(count)s."),
    gettext_noop("Two responses have the same id."),
    gettext_noop("Response %(number)s is not an object."),
    gettext_noop("Response %(number)s has an unknown field: %(fields)s."),
    gettext_noop("`model` of response %(number)s must be a short text."),
    gettext_noop("`id` of response %(number)s must be a text that is not empty."),
    gettext_noop("`id` of response %(number)s is longer than %(longest)s characters."),
    gettext_noop("`id` must be a text that is not empty."),
    gettext_noop("`id` is longer than %(longest)s characters."),
    gettext_noop("`metadata` of response %(number)s must be an object."),
    gettext_noop("`metadata` must be an object."),
    gettext_noop("`%(field)s` must be an object."),
    gettext_noop(
        "An id contains the model's name (%(model)s), and annotators could read it. Give neutral "
        "ids."
    ),
    gettext_noop("`language` must be a language tag such as en or pt-BR."),
    gettext_noop("`check` must be an object of criterion: answer."),
    gettext_noop("`check` must give an answer to %(criterion)s as an object."),
    gettext_noop("`check` names a response of %(criterion)s that the item lacks."),
    gettext_noop("`check` names a criterion that this campaign does not have."),
    gettext_noop('Id "%(id)s" was used on line %(line)s with other content.'),
    gettext_noop('Id "%(id)s" is already in this campaign with other content.'),
    gettext_noop("It holds characters or numbers that cannot be stored."),
    gettext_noop("It holds a NUL character, which cannot be stored."),
    gettext_noop("It cannot be stored."),
    # Files of judgments.
    gettext_noop(
        "This is neither a dataset, nor JSON Lines, CSV or Parquet of judgments, nor an export for "
        "Label Studio."
    ),
    gettext_noop("This is no table: JSON Lines, CSV or Parquet."),
    gettext_noop("This file cannot be unpacked: %(problem)s."),
    gettext_noop("There is no table of judgments in this archive."),
    gettext_noop("There is no table of judgments in %(folder)s."),
    gettext_noop("This archive cannot be read: %(problem)s."),
    gettext_noop("This archive holds two files called %(file)s."),
    gettext_noop("Unpacked, this archive is larger than what is taken."),
    gettext_noop("This is not a task with annotations."),
    gettext_noop("This annotation is not one that this platform exports (%(problem)s)."),
    gettext_noop("What people said of this cannot be read (%(problem)s)."),
    gettext_noop("This annotation holds no comparison, no order and no choice."),
    gettext_noop("The two scores are not each other's opposite."),
    gettext_noop("This was not judged by a person."),
    gettext_noop("The responses of this turn were not scored by the same person."),
    gettext_noop("Scores of responses are for pairwise campaigns, rankings and ratings."),
    gettext_noop("A number is an answer only where a single response is rated."),
    gettext_noop("This file tells itself how clearly a response was preferred: state no strength."),
    gettext_noop("Not valid JSON from here: %(problem)s."),
    gettext_noop("This file cannot be read to its end: %(problem)s."),
    gettext_noop("This line is not valid UTF-8."),
    gettext_noop("No judgments in this file."),
    gettext_noop("It lacks %(fields)s."),
    gettext_noop("`%(field)s` cannot be read."),
    gettext_noop("`answers` must be an object with an answer to some criterion."),
    gettext_noop("`presented_order` does not name the responses of its item."),
    gettext_noop("`submitted_at` must be a moment in ISO 8601."),
    gettext_noop("`profile` must be an object of question: answer."),
    gettext_noop("`%(field)s` must be a text that is not empty."),
    gettext_noop("`%(field)s` must be a text of at most %(most)s characters."),
    gettext_noop("`%(field)s` must be a whole number."),
    gettext_noop("`%(field)s` must be a whole number from %(least)s."),
    gettext_noop("`%(field)s` must be true or false."),
    gettext_noop("`%(field)s` must be a list of texts."),
    gettext_noop("Unknown flag: %(flags)s."),
    gettext_noop("It was asked as %(asked)s; this campaign asks %(asks)s."),
    gettext_noop("The item that was judged had other texts than the campaign's."),
    gettext_noop('The campaign has no item "%(item)s".'),
    gettext_noop("The campaign has no criterion %(criterion)s."),
    gettext_noop("The campaign does not ask: %(questions)s."),
    gettext_noop("It holds what cannot be stored."),
    gettext_noop("A span ends after the %(characters)s characters of its response."),
    gettext_noop("The label %(label)s is none of %(known)s."),
    gettext_noop("A ranking cannot say that both are bad."),
    gettext_noop("Preferences between two responses are for pairwise campaigns and rankings."),
    gettext_noop(
        "This file does not tell how clearly a response was preferred. State the strength as which "
        "it is to be stored, 1 (slightly) or 2 (clearly), or import into a campaign that ranks."
    ),
    gettext_noop("This judgment was on line %(line)s with other content."),
    gettext_noop("This judgment is already in the campaign with other content."),
    gettext_noop(
        "This person has judged this item already, on line %(line)s. A changed mind says what it "
        "supersedes, a repeat that it is one."
    ),
    gettext_noop("This person has judged this item already, in the campaign."),
    gettext_noop(
        "It supersedes a judgment of this person on this item that is neither before it in the "
        "file nor in the campaign."
    ),
    gettext_noop("It supersedes a judgment that another one supersedes already."),
    gettext_noop("A model has no `%(field)s`: judgments of people are imported apart."),
    gettext_noop("`settings` must be an object."),
    gettext_noop("`settings` must have at most %(most)s bytes as JSON."),
    gettext_noop("This answer of the model was in the file before with other content."),
    gettext_noop("This answer of the model is already in the campaign with other content."),
    gettext_noop("Profile version %(version)s of this person has other answers on line %(line)s."),
    gettext_noop(
        "Profile version %(version)s of this person is already in the campaign with other answers."
    ),
    # Jobs.
    gettext_noop("1 line could not be taken. No judgment was imported."),
    gettext_noop("%(lines)s lines could not be taken. No judgment was imported."),
    gettext_noop("%(lines)s lines or more could not be taken. No judgment was imported."),
    gettext_noop("1 line could not be taken. No answer of a model was imported."),
    gettext_noop("%(lines)s lines could not be taken. No answer of a model was imported."),
    gettext_noop("%(lines)s lines or more could not be taken. No answer of a model was imported."),
    gettext_noop("The file's items could not be imported."),
    gettext_noop("The file's items could not be imported. %(reason)s"),
    gettext_noop("1 line could not be read. Nothing was imported."),
    gettext_noop("%(lines)s lines could not be read. Nothing was imported."),
    gettext_noop("%(lines)s lines or more could not be read. Nothing was imported."),
    gettext_noop(
        "The campaign's task type was changed meanwhile. Nothing was imported; send the file again."
    ),
    gettext_noop("The workers stopped five times on this job."),
    gettext_noop("An unexpected error stopped this job. The installation's log says more."),
    gettext_noop(
        "A worker stopped while it sent this mail. Whether it left is not known, so it is not sent "
        "again."
    ),
    gettext_noop("It could not be delivered (%(problem)s)."),
    gettext_noop("This person does not run the campaign any more."),
    gettext_noop("There is no space left for the files. Make room, then start a new snapshot."),
    gettext_noop("The files could not be written: %(reason)s. Nothing was published."),
    gettext_noop(
        "Somebody whose rows are in this snapshot withdrew while it was made. Make a new one: it "
        "will be without them."
    ),
    gettext_noop(
        "Rows that belong to this moment are no longer in the database. Make a new snapshot of "
        "what is there now."
    ),
    gettext_noop(
        "Too few labels: no value has %(texts)s labelled prompts that carry it and %(without)s "
        "that do not, among texts that %(people)s people judged. Let more people label more texts."
    ),
    gettext_noop("Not enough: fewer than %(people)s people judged in this campaign."),
    gettext_noop("The labelled texts have too few words to learn from."),
    gettext_noop("An audit learns from %(texts)s texts at most."),
)
PLACE = re.compile(r"%\((\w+)\)s")


def in_readers_language(stored: str) -> str:
    """A stored sentence, translated; as it is where it is none of these."""
    sentence, places = sentence_of(stored)
    return gettext(sentence) % places if sentence else stored


def sentence_of(stored: str) -> tuple[str, dict[str, str]]:
    """Which of the sentences is stored, and what stands in its places; "" for none of them."""
    for sentence, pattern in patterns():
        if found := pattern.fullmatch(stored):
            return sentence, found.groupdict()
    return "", {}


@cache
def patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Each sentence with what finds it and its places in a text."""
    return [(sentence, pattern_of(sentence)) for sentence in SENTENCES]


def pattern_of(sentence: str) -> re.Pattern[str]:
    parts = PLACE.split(sentence)
    texts = [re.escape(part) for part in parts[::2]]
    places = [f"(?P<{name}>.+?)" for name in parts[1::2]] + [""]
    return re.compile("".join(map("".join, zip(texts, places, strict=True))), re.DOTALL)
