"""HelpSteer2 and HelpSteer3: pairs with preferences from −3 to 3, which are judgments, not items.

Entries have no ids, so items are called by their line. HelpSteer2 writes conversations as one
text, in which `<extra_id_1>` begins a turn. Field names as in nvidia/HelpSteer2 (`preference`) and
nvidia/HelpSteer3 (`preference`).
"""

import re
from typing import Any

from annotation.item_formats.published import Published, language_tag, need, rest_of
from annotation.item_formats.turns import ASSISTANT, USER, messages_of, prompt_of

SPEAKER = re.compile(r"\n?<extra_id_1>(User|Assistant)\n")
ROLES = {"User": USER, "Assistant": ASSISTANT}
PREFERENCES_2, PREFERENCES_3 = "all_preferences_unprocessed", "individual_preference"
JUDGED_2 = (
    *(PREFERENCES_2, "preference_strength", "preference_statement", "preference_elaboration"),
    "three_most_similar_preferences",
)
JUDGED_3 = (PREFERENCES_3, "overall_preference")


def helpsteer2_item(line: int, entry: dict[str, Any]) -> dict[str, Any]:
    texts = ("response_1", "response_2")
    need(entry, "prompt", *texts)
    return {
        "id": f"helpsteer2-{line}",
        "prompt": conversation_of(entry["prompt"]),
        "responses": responses_of(entry, texts),
        "language": "en",
        "metadata": rest_of(entry, ("prompt", *texts, *JUDGED_2), "helpsteer2"),
    }


def helpsteer3_item(line: int, entry: dict[str, Any]) -> dict[str, Any]:
    texts = ("response1", "response2")
    need(entry, "context", *texts)
    return {
        "id": f"helpsteer3-{line}",
        "prompt": prompt_of(messages_of(entry["context"], "context")),
        "responses": responses_of(entry, texts),
        # Of code, `language` is the programming language, which stays in the metadata.
        "language": language_tag(entry.get("language")),
        "metadata": rest_of(entry, ("context", *texts, *JUDGED_3), "helpsteer3"),
    }


def responses_of(entry: dict[str, Any], names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"id": f"r{place}", "text": entry[name]} for place, name in enumerate(names, start=1)]


def conversation_of(prompt: Any) -> Any:
    """A prompt of several turns as messages; of one as it is."""
    if not isinstance(prompt, str):
        return prompt
    first, *later = SPEAKER.split(prompt)
    turns = [{"role": USER, "content": first}]
    for speaker, said in zip(later[::2], later[1::2], strict=True):
        turns.append({"role": ROLES[speaker], "content": said})
    return prompt_of([turn for turn in turns if turn["content"].strip()])


HELPSTEER2, HELPSTEER3 = Published(helpsteer2_item), Published(helpsteer3_item)
