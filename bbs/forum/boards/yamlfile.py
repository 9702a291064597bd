"""YAML from people's hands: read safely, with the line of every part, and bounded against what would blow up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

SIZE_LIMIT: Final = 1024 * 1024
"""Bytes of one document."""
NODES_LIMIT: Final = 50_000
"""Parts of one document, aliases counted as what they stand for."""
DEPTH_LIMIT: Final = 32
"""How deep parts may be inside each other."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PlainLoader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_FLAT: Final = re.compile(r"(?:[a-z_]+:[ \t][^&*\n]*\n|#[^\n]*\n|\n)*")
_MERGE: Final = "tag:yaml.org,2002:merge"

_SMALL: Final = 8192

Path = tuple[str | int, ...]


class Broken(Exception):
    """A document that cannot be read. `code` is a message id, `line` counts from 1."""

    def __init__(self, code: str, line: int, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.params = params


@dataclass(frozen=True, slots=True)
class Document:
    """The plain value of a document and where its parts stand: the line of each by its path."""

    value: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of a part, or of what it would be in."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str, *, first_line: int = 1, plain: bool = False) -> Document:
    """Read one document of maps, lists and plain values; with `plain` all values stay texts. Raises Broken.

    Anchors, aliases and merges are refused: files that people keep by hand do not need them, and they are how small
    files become large.
    """
    try:
        node = yaml.compose(_checked(text, first_line), Loader=_PlainLoader if plain else _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Broken("yaml.syntax", first_line + (mark.line if mark else 0), problem=_said(error)) from error
    except yaml.YAMLError as error:
        raise Broken("yaml.syntax", first_line, problem=_said(error)) from error
    except RecursionError as error:
        raise Broken("yaml.deep", first_line, most=DEPTH_LIMIT) from error
    lines: dict[Path, int] = {}
    value = None if node is None else _Walk(lines, first_line, plain=plain).value(node, ())
    return Document(value, lines)


def _said(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or str(error)
    return str(problem).split("\n", 1)[0][:120]


def _checked(text: str, first_line: int) -> str:
    if len(text) > SIZE_LIMIT:
        raise Broken("yaml.large", first_line, most=SIZE_LIMIT)
    if len(text) < _SMALL and text.count("[") + text.count("{") < DEPTH_LIMIT and _FLAT.fullmatch(text):
        return text  # the head of most files: nothing in it can be deep, shared or many
    depth = 0
    for at, event in _events(text, first_line):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise Broken("yaml.alias", _line(event, first_line))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH_LIMIT:
            raise Broken("yaml.deep", _line(event, first_line), most=DEPTH_LIMIT)
        if at > NODES_LIMIT:
            raise Broken("yaml.large", _line(event, first_line), most=NODES_LIMIT)
    return text


def _line(event: Any, first_line: int) -> int:
    return first_line + int(event.start_mark.line)


def _events(text: str, first_line: int) -> Iterator[tuple[int, Any]]:
    documents = 0
    for at, event in enumerate(yaml.parse(text, Loader=_Loader)):
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise Broken("yaml.documents", _line(event, first_line))
        yield at, event


class _Walk:
    """Turns nodes into plain values, noting lines; a key that comes twice is an error, not the later one."""

    def __init__(self, lines: dict[Path, int], first_line: int, *, plain: bool) -> None:
        self._lines = lines
        self._first = first_line
        self._plain = plain
        self._constructor = yaml.SafeLoader("")

    def value(self, node: Any, path: Path) -> Any:
        line = self._first + node.start_mark.line
        self._lines.setdefault(path, line)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, (*path, at)) for at, one in enumerate(node.value)]
        if self._plain:
            return str(node.value)
        try:
            return self._constructor.construct_object(node)
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            raise Broken("yaml.value", line, value=str(node.value)[:40]) from error

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = self._first + key_node.start_mark.line
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == _MERGE:
                raise Broken("yaml.key", line)
            key = str(key_node.value)
            if key in found:
                raise Broken("yaml.twice", line, key=key[:40])
            self._lines[(*path, key)] = line
            found[key] = self.value(value_node, (*path, key))
        return found
