"""Mistakes in a declared file, each with its line and what would be right, as errors the catalogues put in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, get_args
from zoneinfo import available_timezones

from pydantic import BaseModel, ValidationError

from bbs.errors import BbsError, Invalid
from bbs.forum.boards.yamlfile import Broken, Document
from bbs.text.clean import clean_line

PROBLEMS_MOST: Final = 10
"""Problems told at once."""
_SHOWN: Final = 40  # characters of a value or key that are repeated


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: its line (from 1), what is wrong, and what would be right where that is known."""

    line: int
    problem: BbsError
    right: BbsError | None = None


def wrong(code: str, **params: object) -> BbsError:
    """What is wrong, as an error that the catalogue puts in words."""
    return Invalid(code, **params)


def right(code: str, **params: object) -> BbsError:
    """What would be right."""
    return Invalid(code, **params)


def invalid(file: str, found: Sequence[Problem]) -> Invalid:
    """The error for a file with mistakes: the first, and as many as are told at once in `problems`."""
    ordered = sorted(found, key=lambda one: one.line)[:PROBLEMS_MOST]
    first = ordered[0]
    return Invalid(
        "boards.invalid", file=file, line=first.line, problem=first.problem, right=first.right or "", problems=ordered
    )


_OF_SYNTAX: Final = {
    "yaml.syntax": "right.steps",
    "yaml.alias": "right.write_out",
    "yaml.documents": "right.one_file",
    "yaml.twice": "right.keep_one",
    "yaml.value": "right.quotes",
}


def broken(error: Broken) -> Problem:
    """A document that cannot be read at all."""
    params = {name: clean_line(value, 200) if isinstance(value, str) else value for name, value in error.params.items()}
    hint = _OF_SYNTAX.get(error.code)
    return Problem(error.line, wrong(error.code, **params), right(hint) if hint else None)


def named(path: Sequence[Any]) -> str:
    """A path as people write it: `boards[4].section`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += ("." if text else "") + clean_line(str(part), _SHOWN)
    return text


def nearest(word: str, known: Iterable[str]) -> BbsError | None:
    """The one that was probably meant, else the choices there are."""
    wanted = sorted(known)
    near = get_close_matches(word[:64], wanted, 1, 0.5)
    if near:
        return right("right.did_you_mean", word=near[0])
    return right("right.one_of", words=", ".join(wanted[:12])) if wanted else None


def problems(document: Document, error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """What a model found wrong, in errors of ours."""
    found: dict[str, Problem] = {}
    for one in error.errors(include_url=False):
        path = tuple(part for part in one["loc"] if not _is_branch(part))
        problem = _problem(document, path, one, model)
        found.setdefault(f"{problem.line} {problem.problem}", problem)
    return list(found.values())


def _is_branch(part: object) -> bool:
    """Whether a part of a location names a branch of a union and nothing in the file."""
    return isinstance(part, str) and part.startswith(("function-", "literal["))


def _problem(document: Document, path: tuple[Any, ...], one: Mapping[str, Any], model: type[BaseModel]) -> Problem:
    kind, context, value = str(one["type"]), one.get("ctx") or {}, one.get("input")
    name, line = named(path), document.line(path)
    if kind == "extra_forbidden":
        return Problem(line, wrong("boards.unknown_key", name=name), nearest(str(path[-1]), _keys_at(model, path[:-1])))
    if kind == "missing":
        return Problem(document.line(path[:-1]), wrong("boards.missing", name=name), right("right.add", key=path[-1]))
    if kind == "literal_error":
        wanted = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        problem = wrong("boards.choice", name=name, value=_shown(value))
        return Problem(line, problem, nearest(str(value), filter(None, wanted)))
    if kind == "value_error":
        return _own(name, line, str(context.get("error")), value)
    if kind in ("string_too_long", "too_long"):
        most = context.get("max_length")
        return Problem(line, wrong("boards.long", name=name), right("right.at_most", most=most))
    if kind == "too_short":
        return Problem(line, wrong("boards.part_empty", name=name), right("right.name_one"))
    code, hint = _KINDS.get(kind, ("boards.bad_value", ""))
    return Problem(line, wrong(code, name=name, value=_shown(value)), right(hint) if hint else None)


def _own(name: str, line: int, code: str, value: object) -> Problem:
    """What our own validators said: a message id."""
    problem = wrong(code, name=name, value=_shown(value))
    if code == "boards.zone":
        return Problem(line, problem, nearest(str(value), available_timezones()))
    return Problem(line, problem, right(_OF_OURS.get(code, "right.title")))


_OF_OURS: Final = {"boards.slug": "right.slug", "boards.days": "right.days"}


_KINDS: Final = {
    "string_type": ("boards.not_text", "right.quotes"),
    "bool_type": ("boards.not_yes_no", "right.true_false"),
    "list_type": ("boards.not_list", "right.list"),
    "model_type": ("boards.not_map", "right.map"),
    "dict_type": ("boards.not_map", "right.map"),
    "float_type": ("boards.not_number", ""),
    "float_parsing": ("boards.not_number", ""),
    "finite_number": ("boards.not_number", ""),
    "greater_than_equal": ("boards.not_in_range", ""),
    "less_than_equal": ("boards.not_in_range", ""),
}


def _shown(value: object) -> str:
    shown = value if isinstance(value, str | int | float | bool) else type(value).__name__
    return clean_line(str(shown)[: _SHOWN * 4], _SHOWN)


def _keys_at(model: Any, path: Sequence[Any]) -> list[str]:
    """The keys that may stand at a place of the file."""
    for part in path:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = [one for one in (get_args(field.annotation) if field else ()) if isinstance(one, type)]
        model = inner[0] if inner else field.annotation if field else None
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return []
    return list(model.model_fields)
