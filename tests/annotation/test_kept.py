"""Stored sentences are told in the reader's language: every one of them, and exactly."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotation import kept
from annotation.item_formats import ARCHIVES
from annotation.judgment_formats.preferences import NO_STRENGTH
from annotation.judgment_formats.task_answers import STRENGTH_TOLD
from annotation.kept import in_readers_language
from annotation.models import ItemImport
from annotation.serializers.jobs import import_body
from annotation.services import imports, judgment_checks, model_judgments
from config.environment import BASE_DIR
from exports.services import fetching, snapshots
from tests.factories import make_campaign

ITEM_FORMATS = BASE_DIR / "annotation" / "item_formats"
JUDGMENT_FORMATS = BASE_DIR / "annotation" / "judgment_formats"
SERVICES = BASE_DIR / "annotation" / "services"
JUDGMENT_SERVICES = ("imports", "staging", "fitting")
TELLING = {
    *("RecordProblem", "ItemFileError", "RawRecord", "TextLine", "JobFailed", "ImportProblem"),
    *("Placed", "NotSaid", "lost"),
}
# A problem of a library's or of a service's, at its place in the record: told as it is.
PLACED = "X: X"


def filled(node: ast.AST) -> str:
    """A text of several words as it may come out, "X" in each place; "" of anything else."""
    if isinstance(node, ast.JoinedStr):
        texts = [one.value if isinstance(one, ast.Constant) else "X" for one in node.values]
        return "".join(map(str, texts))
    text = node.value if isinstance(node, ast.Constant) else ""
    return text if isinstance(text, str) and " " in text else ""


def last_name(node: ast.AST) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")


def told_in(path: Path, *functions: str) -> Iterator[str]:
    """What a module tells: by exceptions and records of it, and by what `functions` return."""
    parts: list[ast.expr | None]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and last_name(node.func) in TELLING:
            parts = [*node.args, *(one.value for one in node.keywords)]
        elif isinstance(node, ast.FunctionDef) and node.name in functions:
            parts = [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
        else:
            continue
        yield from filter(None, (filled(part) for part in parts if part))


def content_texts() -> list[str]:
    return list(told_in(BASE_DIR / "annotation" / "content.py", "content_problem"))


def item_texts() -> list[str]:
    base = BASE_DIR / "annotation" / "task_types" / "base.py"
    return [text for text in told_in(base, "item_problem") if text.startswith("needs")]


def in_full(sentence: str) -> list[str]:
    """Sentences that hold others, or names of ours, with each of them."""
    if sentence in ("`prompt` X.", "`text` of response X X."):
        start = sentence.replace("response X", "response 3").removesuffix("X.")
        return [f"{start}{text}." for text in content_texts()]
    if sentence == "A X item X.":
        return [f"A ranking item {text}." for text in item_texts()]
    if sentence.startswith("This file is X;"):
        return [sentence.replace("X", name, 1) for name in ARCHIVES.values()]
    if sentence.startswith("`X` "):
        return [sentence.replace("X", told_name(sentence), 1)]
    if sentence.startswith("X "):
        word = f"`{told_name(sentence)}`"
        return [sentence.replace("X", one, 1) for one in (word, f"{word} of response 3")]
    if sentence.startswith("XX could"):
        return [
            sentence.replace("XX", lines) for lines in ("1 line", "7 lines", "100 lines or more")
        ]
    return [sentence.replace("UTF-8 (X)", "UTF-8 (byte 7 is 0xff)")]


def told_name(sentence: str) -> str:
    return "metadata" if "an object" in sentence else "id"


def everything_told() -> list[str]:
    modules: list[tuple[Path, tuple[str, ...]]]
    modules = [(path, ("header_problem",)) for path in sorted(ITEM_FORMATS.glob("*.py"))]
    modules += [(SERVICES / name, ()) for name in ("staging.py", "imports.py")]
    modules += [(path, ()) for path in sorted(JUDGMENT_FORMATS.glob("*.py"))]
    modules += [(SERVICES / f"judgment_{name}.py", ()) for name in JUDGMENT_SERVICES]
    modules += [(SERVICES / "model_judgments.py", ())]
    modules += [(BASE_DIR / "exports" / "services" / "storing.py", ("why_not_written",))]
    found = [one for path, functions in modules for one in told_in(path, *functions)]
    found += [model_judgments.SAME_IN_FILE, model_judgments.SAME_IN_CAMPAIGN]
    found += [fetching.GONE, snapshots.WITHDRAWN_MEANWHILE, NO_STRENGTH, STRENGTH_TOLD]
    found.remove(PLACED)
    return sorted({full for sentence in found for full in in_full(sentence)})


@pytest.fixture
def _bracketed(monkeypatch):
    """A language that says everything as English does, in brackets."""
    monkeypatch.setattr(kept, "gettext", lambda sentence: f"«{sentence}»")


@pytest.mark.usefixtures("_bracketed")
def test_everything_that_is_told_is_known_and_comes_out_the_same():
    told = everything_told()
    assert len(told) > 60
    assert [one for one in told if in_readers_language(one) != f"«{one}»"] == []


@pytest.mark.usefixtures("_bracketed")
@pytest.mark.parametrize(
    "sentence",
    [
        'Id "a "quoted" id" was used on line 12 with other content.',
        'Id "q1" is already in this campaign with other content.',
        "`check` names a criterion that this campaign does not have.",
        "It holds a NUL character, which cannot be stored.",
        "The workers stopped five times on this job.",
        "An unexpected error stopped this job. The installation's log says more.",
        "Not valid CSV from here: a field is longer than 1 MB, perhaps as a quotation mark was "
        "left open.",
        "Unknown field: 100 %, %(x)s.",
        "Column `responses` is not valid JSON: Expecting value: line 1\ncolumn 2 (char 1).",
    ],
)
def test_what_the_database_and_libraries_put_in_is_kept(sentence):
    assert in_readers_language(sentence) == f"«{sentence}»"


def test_a_sentence_of_nobody_stays_as_it_is():
    assert in_readers_language("Something else. 100 % sure.") == "Something else. 100 % sure."
    assert in_readers_language("") == ""


@pytest.mark.parametrize(
    "statement",
    [
        *(imports.TAKE_OUT_REPEATED, imports.TAKE_OUT_KNOWN, imports.REFUSE_UNASKED_CHECKS),
        *(judgment_checks.TAKE_OUT_REPEATED, judgment_checks.TAKE_OUT_KNOWN),
        *(judgment_checks.FIND_SECOND, judgment_checks.FIND_UNLINKED),
        judgment_checks.FIND_TWO_PROFILES,
    ],
)
def test_what_statements_say_is_known(statement):
    pieces = [text for text in statement.split("'")[1::2] if len(text.split()) > 2]
    assert pieces
    for piece in pieces:
        assert any(piece in sentence for sentence in kept.SENTENCES), piece


@pytest.mark.django_db
def test_an_import_tells_its_lines_translated(monkeypatch):
    job = ItemImport.objects.create(
        campaign=make_campaign(), error="7 lines could not be read. Nothing was imported."
    )
    job.problems.create(line=3, message="`prompt` is empty.")
    monkeypatch.setattr(
        kept,
        "gettext",
        {
            "`prompt` is empty.": "`prompt` ist leer.",
            "%(lines)s lines could not be read. Nothing was imported.": "Unlesbar: %(lines)s.",
        }.get,
    )
    body = import_body(job)
    assert body["errors"] == [{"line": 3, "message": "`prompt` ist leer."}]
    assert body["error"] == "Unlesbar: 7."
