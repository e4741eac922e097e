"""Prompts, responses and guidelines as safe HTML, rendered once for each content.

What is kept has no language (see `labels`) and is kept under a key that tells what made it, so that
another version of this code or of a library it stands on leaves the old HTML behind.
"""

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from django.core.cache import cache

from annotation.content import messages_of, sha256_of
from annotation.rendering.directions import is_rtl
from annotation.rendering.labels import labelled, mark
from annotation.rendering.markup import LONGEST_MARKDOWN, neutral_html
from annotation.rendering.sanitising import plain_html

# Raised whenever this code would render the same content otherwise.
RENDERER_VERSION = 4
LIBRARIES = ("markdown-it-py", "math-core", "nh3", "Pygments")


def renderer_key(libraries: Mapping[str, str]) -> str:
    """What made a piece of HTML, in few characters."""
    made_by = [str(RENDERER_VERSION), *(f"{name} {libraries[name]}" for name in sorted(libraries))]
    return hashlib.sha256("\n".join(made_by).encode()).hexdigest()[:12]


RENDERER = renderer_key({name: version(name) for name in LIBRARIES})


def render_markdown(text: str) -> str:
    """Safe HTML for a markdown text: no raw HTML, no images, no scripts, no styles."""
    return labelled(neutral_html(text))


def render_content(content: str | list[dict[str, str]], *, role: str) -> str:
    """Safe HTML of a text, or of a conversation turn by turn, with marks for its words.

    The speakers stand in attributes, so that the text of the HTML is that of the content alone.
    """
    if isinstance(content, str):
        return neutral_html(content) or blank_html()
    turns = messages_of(content, role=role)
    is_long = sum(len(turn["content"]) for turn in turns) > LONGEST_MARKDOWN
    return "".join(turn_html(turn, is_long=is_long) for turn in turns)


def turn_html(turn: dict[str, str], *, is_long: bool) -> str:
    """One turn of a conversation; what the system was told can be folded away."""
    role, text = turn["role"], turn["content"]
    html = (plain_html(text) if is_long else neutral_html(text)) or blank_html()
    label = mark(role)
    direction = ' dir="rtl"' if is_rtl(text[:LONGEST_MARKDOWN]) else ""
    if role == "system":
        return (
            f'<details class="turn turn-system"{direction} open>'
            f'<summary aria-label="{label}" data-speaker="{label}"></summary>{html}</details>'
        )
    return (
        f'<div class="turn turn-{role}"{direction} role="group" aria-label="{label}"'
        f' data-speaker="{label}">{html}</div>'
    )


def blank_html() -> str:
    """What stands for a text without anything in it, so that nobody waits for it to load."""
    return f'<p class="blank">{mark("blank")}</p>'


def cached_html(contents: Mapping[str, tuple[Any, str]]) -> dict[str, str]:
    """HTML for many contents with one look into the cache.

    `contents` maps a content hash to (content, role); what the cache lacks is rendered and kept.
    """
    keys = {cache_key(sha): sha for sha in contents}
    found = cache.get_many(list(keys))
    missing = {
        key: render_content(contents[sha][0], role=contents[sha][1])
        for key, sha in keys.items()
        if key not in found
    }
    if missing:
        cache.set_many(missing)
    return {
        sha: labelled(found[key] if key in found else missing[key]) for key, sha in keys.items()
    }


def cache_key(sha: str) -> str:
    """Under which HTML of a content is kept."""
    return f"html:{RENDERER}:{sha}"


def text_html(text: str) -> str:
    """HTML of a text that many people read: a consent text, say."""
    sha = sha256_of(text)
    return cached_html({sha: (text, "user")})[sha]


def item_html(item: Any, responses: Sequence[Any]) -> tuple[str, dict[str, str]]:
    """HTML of an item's prompt, and of each response by its id."""
    hashes = item.content_hashes
    contents: dict[str, tuple[Any, str]] = {hashes["prompt"]: (item.prompt, "user")}
    for response in responses:
        contents[response.content_sha256] = (response.content, "assistant")
    html = cached_html(contents)
    return (
        html[hashes["prompt"]],
        {response.external_id: html[response.content_sha256] for response in responses},
    )
