"""The formats of LLaMA-Factory, axolotl and OpenAI's preference tuning."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from exports.derived.base import Made
from exports.derived.columns import content_column, turns_column
from exports.derived.files import json_text
from exports.derived.options import COMPRESS, PLAIN, Options
from exports.derived.texts import Item, as_messages, as_plain
from exports.derived.training.base import PreferenceFormat, only_message
from exports.derived.training.pairs import Preference
from exports.tables import Column, Kind

CHOSEN, REJECTED = "The preferred response.", "The other response."

ROLES = ("user", "assistant", "system")


def chosen_and_rejected(item: Item, preference: Preference) -> dict[str, Any] | None:
    """Both responses as one turn each; None where one has several."""
    chosen = only_message(item.responses[preference.chosen])
    rejected = only_message(item.responses[preference.rejected])
    return {"chosen": chosen, "rejected": rejected} if chosen and rejected else None


def with_messages(item: Item, preference: Preference) -> dict[str, Any] | None:
    """The prompt's turns, then both responses as one turn each."""
    responses = chosen_and_rejected(item, preference)
    return responses and {"messages": as_messages(item.prompt, "user"), **responses}


def turns_and_responses() -> Sequence[Column]:
    """The columns of `with_messages`."""
    turn = "one turn: role, content"
    return (
        turns_column("messages", "The prompt, turn by turn."),
        Column("chosen", Kind.JSON, CHOSEN, values=turn),
        Column("rejected", Kind.JSON, REJECTED, values=turn),
    )


def data_files(made: Sequence[tuple[Options, Made]]) -> Iterator[tuple[Options, Made]]:
    """The files of rows, without sidecars and descriptions."""
    for options, one in made:
        if one.split and not one.is_sidecar:
            yield options, one


class LlamaFactory(PreferenceFormat):
    key = "llamafactory"
    label = _("LLaMA-Factory")
    description = _("Preference data with the dataset_info.json that LLaMA-Factory reads.")
    makes = (*PreferenceFormat.makes, "dataset_info.json")

    def row_columns(self, options: Options) -> Sequence[Column]:
        if options.content == PLAIN:
            return (
                Column("instruction", Kind.TEXT, "The prompt."),
                Column("input", Kind.TEXT, "Always empty: the prompt is in `instruction`."),
                Column("chosen", Kind.TEXT, CHOSEN),
                Column("rejected", Kind.TEXT, REJECTED),
            )
        return turns_and_responses()

    def shape(self, item: Item, preference: Preference, options: Options) -> dict[str, Any] | None:
        if options.content == PLAIN:
            return {
                "instruction": as_plain(item.prompt),
                "input": "",
                "chosen": as_plain(item.responses[preference.chosen]),
                "rejected": as_plain(item.responses[preference.rejected]),
            }
        return with_messages(item, preference)

    def companions(self, made: Sequence[tuple[Options, Made]], folder: Path) -> Iterator[Made]:
        entries = {
            one.path.name.removesuffix(".jsonl"): {
                "file_name": one.path.name,
                "ranking": True,
                **(ALPACA if options.content == PLAIN else SHAREGPT),
            }
            for options, one in data_files(made)
        }
        path = folder / "dataset_info.json"
        path.write_text(json_text(entries) + "\n", encoding="utf-8")
        yield Made(path)


ALPACA = {
    "columns": {
        "prompt": "instruction",
        "query": "input",
        "chosen": "chosen",
        "rejected": "rejected",
    }
}
SHAREGPT = {
    "formatting": "sharegpt",
    "columns": {"messages": "messages", "chosen": "chosen", "rejected": "rejected"},
    "tags": {
        "role_tag": "role",
        "content_tag": "content",
        "user_tag": "user",
        "assistant_tag": "assistant",
        "system_tag": "system",
    },
}


class Axolotl(PreferenceFormat):
    key = "axolotl"
    label = _("axolotl")
    description = _("Preference data with the part of a configuration that axolotl reads it by.")
    makes = (*PreferenceFormat.makes, "axolotl.yml")
    options = (*PreferenceFormat.options, COMPRESS)

    def row_columns(self, options: Options) -> Sequence[Column]:
        if options.content == PLAIN:
            return (
                content_column("prompt", "The prompt.", options),
                content_column("chosen", CHOSEN, options),
                content_column("rejected", REJECTED, options),
            )
        return turns_and_responses()

    def shape(self, item: Item, preference: Preference, options: Options) -> dict[str, Any] | None:
        if options.content == PLAIN:
            return {
                "prompt": as_plain(item.prompt),
                "chosen": as_plain(item.responses[preference.chosen]),
                "rejected": as_plain(item.responses[preference.rejected]),
            }
        return with_messages(item, preference)

    def companions(self, made: Sequence[tuple[Options, Made]], folder: Path) -> Iterator[Made]:
        parts: dict[str, list[dict[str, Any]]] = {}
        for options, one in data_files(made):
            part = "datasets" if one.split == "train" else "test_datasets"
            parts.setdefault(part, []).append(axolotl_entry(one, options))
        path = folder / "axolotl.yml"
        path.write_text(yaml.safe_dump({"rl": "dpo", **parts}, sort_keys=False), encoding="utf-8")
        yield Made(path)


def axolotl_entry(made: Made, options: Options) -> dict[str, Any]:
    about: dict[str, Any] = {"path": made.path.name, "ds_type": "json", "split": "train"}
    if options.content == PLAIN:
        fields = {f"field_{name}": name for name in ("prompt", "chosen", "rejected")}
        formats = {f"{name}_format": f"{{{name}}}" for name in ("prompt", "chosen", "rejected")}
        return {**about, "type": {**fields, **formats}}
    return {
        **about,
        "type": "chat_template.default",
        "field_messages": "messages",
        "field_chosen": "chosen",
        "field_rejected": "rejected",
        "message_property_mappings": {"role": "role", "content": "content"},
        "roles": {role: [role] for role in ROLES},
    }


class OpenAiDpo(PreferenceFormat):
    key = "openai-dpo"
    label = _("OpenAI preference tuning")
    description = _("Input, preferred_output and non_preferred_output: for OpenAI's DPO method.")
    # Its rows are checked strictly; weights and shares are in the sidecar alone.
    takes_columns = False

    def row_columns(self, options: Options) -> Sequence[Column]:
        return (
            Column("input", Kind.JSON, "The prompt.", values="messages, tools, tool calls"),
            turns_column("preferred_output", CHOSEN),
            turns_column("non_preferred_output", REJECTED),
        )

    def shape(self, item: Item, preference: Preference, options: Options) -> dict[str, Any] | None:
        if options.content == PLAIN:
            messages = as_messages(as_plain(item.prompt), "user")
            chosen, rejected = (
                as_messages(as_plain(item.responses[response]), "assistant")[0]
                for response in (preference.chosen, preference.rejected)
            )
            return openai_row(messages, chosen, rejected)
        responses = chosen_and_rejected(item, preference)
        if responses is None:
            return None
        messages = as_messages(item.prompt, "user")
        return openai_row(messages, responses["chosen"], responses["rejected"])


def openai_row(
    messages: list[dict[str, str]], chosen: dict[str, str], rejected: dict[str, str]
) -> dict[str, Any]:
    return {
        "input": {"messages": messages, "tools": [], "parallel_tool_calls": True},
        "preferred_output": [chosen],
        "non_preferred_output": [rejected],
    }
