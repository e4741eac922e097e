"""The interface's translations: `python -m config.catalogues update|compile|check`.

`update` brings the catalogues in `locale/` to the strings that templates and code have now,
`compile` makes the files that are read at run time, and `check` says what is missing or does not
fit. Babel does the work, so that nothing but Python is needed.
"""

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from config.environment import BASE_DIR
from config.languages import LANGUAGES

LOCALE = BASE_DIR / "locale"
SOURCES = (
    "accounts",
    "analysis",
    "annotation",
    "config",
    "demo",
    "exports",
    "policies",
    "templates",
    "values",
)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# A date of its own would make every catalogue differ after every update.
WRITTEN = datetime(2026, 11, 22, tzinfo=UTC)
# What a translation must keep as it is: places that are filled, and marks of HTML.
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-z][^>]*>")


def catalogue_path(language: str) -> Path:
    return LOCALE / to_locale(language) / "LC_MESSAGES" / "django.po"


def translated_languages() -> list[str]:
    """All but English, which is what the sources are written in."""
    return [code for code, _name in LANGUAGES if code != "en"]


def source_files() -> Iterator[Path]:
    for folder in SOURCES:
        for path in sorted((BASE_DIR / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
                yield path


def strings_of(path: Path) -> Iterator[tuple[int, Any, list[str], str | None]]:
    """Line, text (or singular and plural), comments and context of each string in a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Templates become lines of Python for the extractor; indentation would mean something.
        text = "\n".join(line.strip() for line in templatize(text).split("\n"))
    yield from extract("python", io.BytesIO(text.encode()), KEYWORDS, ["Translators:"])


def template_catalogue() -> Catalog:
    """Every string of the sources, untranslated, with the files that have it."""
    catalogue = Catalog(project="Variorum", fuzzy=False)
    for path in source_files():
        for _line, text, comments, context in strings_of(path):
            # Without line numbers, which would change with every edit of a file.
            where: Any = (path.relative_to(BASE_DIR).as_posix(), None)
            catalogue.add(text, None, [where], auto_comments=comments, context=context)
    return catalogue


def read_catalogue(language: str) -> Catalog:
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=to_locale(language), project="Variorum", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=to_locale(language), abort_invalid=True)


def update() -> None:
    """Write each catalogue with the strings of now: new ones empty, unused ones gone."""
    template = template_catalogue()
    names = dict(LANGUAGES)
    for language in translated_languages():
        name, catalogue = names[language], read_catalogue(language)
        catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalogue.obsolete.clear()
        catalogue.header_comment = f"# Variorum's interface: {name}."
        catalogue.last_translator = catalogue.language_team = "Variorum"
        catalogue.msgid_bugs_address = ""
        catalogue.creation_date = catalogue.revision_date = WRITTEN
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=96, sort_output=True, omit_header=False)


def compile_stale() -> None:
    """Compile every catalogue that changed since it was compiled."""
    for language in translated_languages():
        source = catalogue_path(language)
        compiled = source.with_suffix(".mo")
        if not source.exists() or is_newer(compiled, source):
            continue
        partial = compiled.with_suffix(".mo.part")
        with partial.open("wb") as file:
            write_mo(file, read_catalogue(language))
        partial.replace(compiled)


def is_newer(one: Path, other: Path) -> bool:
    return one.exists() and one.stat().st_mtime >= other.stat().st_mtime


def problems() -> Iterator[str]:
    """What keeps the catalogues from being complete and right, in words."""
    template = template_catalogue()
    wanted = {key_of(message): message for message in template if message.id}
    for language in translated_languages():
        try:
            catalogue = read_catalogue(language)
        except PoFileError as error:
            yield f"{language}: does not compile: {error}"
            continue
        had = {key_of(message): message for message in catalogue if message.id}
        for key in wanted.keys() - had.keys():
            yield f"{language}: not in the catalogue: {key[1]!r}"
        for key in had.keys() - wanted.keys():
            yield f"{language}: no longer used: {key[1]!r}"
        for key in had.keys() & wanted.keys():
            problem = problem_of(had[key], catalogue)
            if problem:
                yield f"{language}: {problem}: {key[1]!r}"


def key_of(message: Message) -> tuple[str | None, str]:
    return message.context, forms_of(message.id)[0]


def forms_of(text: Any) -> list[str]:
    """The one text, or those of singular and plurals."""
    return [str(text)] if isinstance(text, str) else [str(one) for one in text]


def problem_of(message: Message, catalogue: Catalog) -> str:
    """What is wrong with one translation, or ""."""
    if message.fuzzy:
        return "marked as fuzzy"
    sources, texts = forms_of(message.id), forms_of(message.string)
    if len(sources) > 1 and len(texts) != catalogue.num_plurals:
        return f"has {len(texts)} plural forms instead of {catalogue.num_plurals}"
    if not all(text.strip() for text in texts):
        return "not translated"
    # A form for one, or for two, may leave the number out.
    if not all(
        any(fits(source, text, is_plural=len(sources) > 1) for source in sources) for text in texts
    ):
        return "places to fill or HTML differ"
    return ""


def fits(source: str, text: str, *, is_plural: bool) -> bool:
    """Whether a translation has the places and the HTML of its source."""
    wanted, given = set(PLACE.findall(source)), set(PLACE.findall(text))
    same_places = given <= wanted if is_plural else given == wanted
    return same_places and tags(source) == tags(text)


def tags(text: str) -> list[str]:
    return sorted(TAG.findall(text))


def main() -> int:
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if not settings.configured:  # reading templates needs none of the installation's
        settings.configure()
    if command == "update":
        update()
    elif command == "compile":
        compile_stale()
    elif command == "check":
        found = sorted(problems())
        print("\n".join(found))
        return int(bool(found))
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
