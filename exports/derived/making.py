"""Requests for derived formats: read, checked, and made in one pass over a release."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from exports.derived.base import Made, Maker, Task
from exports.derived.formats import FORMATS
from exports.derived.kinds import kind_of
from exports.derived.options import (
    KIND,
    NothingMatches,
    OptionProblem,
    Options,
    read_options,
)
from exports.derived.slices import Alive, Slice, Survey
from exports.derived.sources import Source
from exports.derived.texts import Texts

MOST_REQUESTS = 20


@dataclass(frozen=True)
class Request:
    """One derived format that is wanted, its choices checked and complete."""

    key: str
    chosen: Mapping[str, Any]

    @property
    def options(self) -> Options:
        return Options(**self.chosen)

    @property
    def body(self) -> dict[str, Any]:
        """As `read_request` takes it."""
        return {"format": self.key, **self.chosen}


def read_request(body: Any) -> Request:
    """A request from `{"format": key, option: value…}` or from a key alone.

    Raises `OptionProblem` for an unknown format or option and for a value that does not fit.
    """
    given = {"format": body} if isinstance(body, str) else body
    if not isinstance(given, Mapping):
        raise OptionProblem(_("Must be the key of a format, or an object with it as `format`."))
    key = given.get("format")
    if not isinstance(key, str) or key not in FORMATS:
        raise OptionProblem(
            _("There is no such format; there are %(known)s.") % {"known": ", ".join(FORMATS)},
            "format",
        )
    rest = {name: value for name, value in given.items() if name != "format"}
    return Request(key, read_options(FORMATS[key].options, rest))


def read_requests(bodies: Sequence[Any]) -> list[Request]:
    """Several requests, whose files must not have the same names."""
    if len(bodies) > MOST_REQUESTS:
        raise OptionProblem(_("At most %(most)s formats at once.") % {"most": MOST_REQUESTS})
    requests = [read_request(body) for body in bodies]
    seen = set()
    for request in requests:
        # What all of its files are called after.
        called = (request.key, request.chosen["name"], request.chosen.get("mode", ""))
        if called in seen:
            raise OptionProblem(
                _("%(key)s is asked for twice; give each a name of its own.")
                % {"key": request.key},
                "name",
            )
        seen.add(called)
    return requests


def write_derived(
    requests: Sequence[Request], sources: Sequence[Source], folder: Path, alive: Alive
) -> Iterator[Made]:
    """The files of all requests, in the folder. Raises `NothingMatches` for an empty slice.

    Sources are read one after the other, each with its texts on disk, so that memory holds a part
    of one. Bytes depend on the rows and the order of the sources alone.
    """
    made = []
    for request, one in write_requests(requests, sources, folder, alive):
        made.append((request, one))
        yield one
    yield from write_companions(made, folder)


def write_requests(
    requests: Sequence[Request], sources: Sequence[Source], folder: Path, alive: Alive
) -> Iterator[tuple[Request, Made]]:
    """The files of each request, without those that serve several together."""
    makers = [maker_of(request, sources, folder, alive) for request in requests]
    for source in sources:
        with (
            tempfile.TemporaryDirectory(dir=folder) as work,
            Texts(source, Path(work)) as texts,
        ):
            for _request, maker in makers:
                maker.add(source, texts, Path(work))
    for request, maker in makers:
        for finished in maker.finish():
            mode = request.chosen.get("mode", "")
            yield request, replace(finished, key=request.key, mode=mode)


def write_companions(made: Sequence[tuple[Request, Made]], folder: Path) -> Iterator[Made]:
    """Files that serve all requests of one format together, from what these have made."""
    by_format: dict[str, list[tuple[Options, Made]]] = {}
    for request, one in made:
        by_format.setdefault(request.key, []).append((request.options, one))
    for key, files in by_format.items():
        for one in FORMATS[key].companions(files, folder):
            yield replace(one, key=key)


def refuse_without_comparisons(survey: Survey) -> None:
    """What compares nothing is counted as left out, and refused where there is nothing else."""
    if not survey.comparing:
        raise NothingMatches(
            _("Values in a text compare no responses, and this format is made of comparisons.")
        )
    survey.left_out["compare_nothing"] = survey.judgments - survey.comparing


def maker_of(
    request: Request, sources: Sequence[Source], folder: Path, alive: Alive
) -> tuple[Request, Maker]:
    options = request.options
    try:
        survey = Slice(options).survey(sources, alive)
        if FORMATS[request.key].compares(options):
            refuse_without_comparisons(survey)
        if options.weights == KIND:
            survey.kind = kind_of(options, survey, sources, alive)
        task = Task(request.key, options, survey, folder, alive)
        return request, FORMATS[request.key].maker(task)
    except OptionProblem as problem:
        raise type(problem)(f"{request.key}: {problem.message}", problem.field) from problem
