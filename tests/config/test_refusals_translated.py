"""What services and forms tell people when they refuse is text for the catalogues.

Read off the sources: a refusal with a bare literal would be English in every language, and no
test that runs in English would see it.
"""

import ast
from collections.abc import Iterator

import pytest

from config.environment import BASE_DIR

PACKAGES = ("accounts", "annotation", "exports", "policies", "values", "analysis")
# Where nobody is shown anything in their language: commands, and what makes synthetic people.
# Item files are read in a process without settings; what is wrong with them is told elsewhere.
APART = ("migrations", "management", "simulation", "item_formats")
# What these return is stored, and told translated when it is shown: `annotation.kept`.
KEPT = {"content_problem", "item_problem", "why_not_written"}
ROOTS = {"DomainError", "AnswerProblem", "ScaleProblem", "APIException", "ValidationError"}
# Of libraries, whose base classes are not in our sources.
LIBRARY = {"AuthenticationFailed", "ParseError", "UnsupportedMediaType", "PermissionDenied"}
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "pgettext", "npgettext"}
# Not words for people: stable codes, and where in an answer something is wrong.
KEYWORDS_FOR_PROGRAMS = {"code", "field", "status_code"}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((BASE_DIR / package).rglob("*.py")):
            if not set(path.relative_to(BASE_DIR).parts) & set(APART):
                text = path.read_text(encoding="utf-8")
                yield path.relative_to(BASE_DIR).as_posix(), ast.parse(text)


def last_name(node: ast.AST) -> str:
    """`b` of `a.b` and of `b`; "" of anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def refusals(trees: list[ast.Module]) -> set[str]:
    """Names of everything that descends from what people are told by."""
    found = ROOTS | LIBRARY
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while (
        more := {one.name for one in classes if {last_name(base) for base in one.bases} & found}
        - found
    ):
        found |= more
    return found


def bare_texts(node: ast.AST) -> Iterator[ast.expr]:
    """Literals with a word in them that no gettext call holds; keys and codes are no texts."""
    if isinstance(node, ast.Call) and last_name(node.func) in GETTEXT:
        return
    if isinstance(node, ast.JoinedStr):
        if any(isinstance(one, ast.Constant) and has_word(one.value) for one in node.values):
            yield node
    elif isinstance(node, ast.Constant):
        if has_word(node.value):
            yield node
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from bare_texts(value)
    elif isinstance(node, ast.DictComp):
        yield from bare_texts(node.value)
    elif isinstance(node, ast.keyword) and node.arg in KEYWORDS_FOR_PROGRAMS:
        return
    elif not isinstance(node, ast.Subscript | ast.Compare):
        for child in ast.iter_child_nodes(node):
            yield from bare_texts(child)


def has_word(value: object) -> bool:
    """Whether this reads as words: letters with a space or a full stop."""
    text = value.strip() if isinstance(value, str) else ""
    return any(one.isalpha() for one in text) and (" " in text or text.endswith("."))


def told(tree: ast.Module, names: set[str]) -> Iterator[ast.AST]:
    """The expressions that become what people are told."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and last_name(node.func) in names:
            yield from [*node.args, *node.keywords]
        elif isinstance(node, ast.Assign) and is_problem(node.targets[0]):
            yield node.value
        elif isinstance(node, ast.FunctionDef) and names_a_problem(node.name):
            yield from (
                one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value
            )


def is_problem(target: ast.AST) -> bool:
    """`problems[…]`, as forms and services collect what is wrong with each field."""
    return isinstance(target, ast.Subscript) and last_name(target.value) in ("problems", "errors")


def names_a_problem(function: str) -> bool:
    is_named_so = function.endswith("_problem") or function.startswith("why_")
    return is_named_so and function not in KEPT


def untranslated(path: str, tree: ast.Module, names: set[str]) -> list[str]:
    found = {
        (text.lineno, ast.unparse(text)) for node in told(tree, names) for text in bare_texts(node)
    }
    return [f"{path}:{line}: {text}" for line, text in sorted(found)]


def test_every_refusal_is_text_for_the_catalogues() -> None:
    trees = list(sources())
    names = refusals([tree for _path, tree in trees])
    assert {"Conflict", "Unfit", "NotFound", "StratumFull", "AlreadyAnswered"} <= names
    assert [one for path, tree in trees for one in untranslated(path, tree, names)] == []


@pytest.mark.parametrize(
    "source",
    [
        'raise Conflict("This is over.", code="over")',
        'raise Conflict(f"Version {version} is over.")',
        'raise Unfit(_("It does not fit."), fields={"a b": "Must be a text."})',
        'raise Unfit(_("It does not fit."), fields={one: f"Must be {one}." for one in many})',
        'raise errors.Conflict("Too late." if late else _("Too early."))',
        'problems["reason"] = "Say why."',
        'def reason_problem(reason): return "Must be a text."',
    ],
)
def test_a_bare_refusal_is_found(source: str) -> None:
    assert len(untranslated("a.py", ast.parse(source), {"Conflict", "Unfit"})) == 1


@pytest.mark.parametrize(
    "source",
    [
        'raise Conflict(_("This is over."), code="over")',
        'raise Conflict(_("Version %(n)s is over.") % {"n": ", ".join(versions)})',
        'raise Unfit(_("It does not fit."), fields={f"answers.{key}": problem})',
        'raise AnswerProblem(_("Must be a number."), field=f"ratings of.{key}")',
        'raise NotThisWay("malformed")',
        'problems["reason"] = ""',
    ],
)
def test_what_is_marked_passes(source: str) -> None:
    names = {"Conflict", "Unfit", "AnswerProblem", "NotThisWay"}
    assert untranslated("a.py", ast.parse(source), names) == []
