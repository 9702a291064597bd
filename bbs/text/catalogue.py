"""Words for people: message catalogues (gettext .po, ids as msgid), read once at start."""

from __future__ import annotations

import gettext
import logging
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Final, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from bbs.errors import BbsError, Failed
from bbs.text.clean import gate

_log = logging.getLogger(__name__)

_FILE_NAME: Final = re.compile(r"[a-z0-9_-]+\.(?P<lang>[a-z]{2}(?:_[A-Za-z]+)?)\.po")
_AS_THEY_ARE: Final = (int, float, date)
"""Parameter types that are passed on unchanged, so that templates may format them (`{n:,}`)."""


_MOST_REPORTED: Final = 1000
"""Missing ids that are remembered as logged; after that the log stays quiet."""


class _Message(NamedTuple):
    """The forms of one message, and whether they have fields to fill."""

    forms: tuple[str, ...]
    has_fields: bool


class _Forgiving(dict[str, object]):
    """Parameters for a template: a missing one is shown by its name instead of ending the screen."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


class Translator:
    """The messages of one language: call it with an id and parameters."""

    __slots__ = ("_family", "_messages", "_missing", "_plural_form", "_strict", "lang")

    def __init__(
        self, lang: str, messages: Mapping[str, _Message], plural_form: Callable[[int], int], *, strict: bool = False
    ) -> None:
        self.lang = lang
        self._messages = messages
        self._plural_form = plural_form
        self._strict = strict
        self._missing: set[str] = set()
        self._family: Mapping[str, Translator] = {lang: self}

    def into(self, lang: str) -> Translator:
        """The translator of another language of the same catalogues; this one where there is none."""
        return self._family.get(lang, self)

    def __call__(self, msgid: str, /, **params: object) -> str:
        """Translate; a missing id comes back as it is (strict: KeyError)."""
        message = self._messages.get(msgid)
        if message is None:
            return self._report(msgid)
        return self._fill(msgid, message.forms[0], params) if message.has_fields else message.forms[0]

    def plural(self, msgid: str, /, n: int, **params: object) -> str:
        """Translate in the form that goes with `n`, which fills the field `{n}`."""
        message = self._messages.get(msgid)
        if message is None:
            return self._report(msgid)
        form = message.forms[min(self._plural_form(abs(n)), len(message.forms) - 1)]
        params["n"] = n
        return self._fill(msgid, form, params) if message.has_fields else form

    def error(self, error: BbsError) -> str:
        """Say an error of ours in words."""
        return self(error.code, **error.params)

    def has(self, msgid: str) -> bool:
        """Tell whether the language has this id."""
        return msgid in self._messages

    def _fill(self, msgid: str, template: str, params: dict[str, object]) -> str:
        """Fill the fields; text in them passes the gate and stays on one row, an error of ours is said in words."""
        for key, value in params.items():
            if isinstance(value, BbsError):
                params[key] = self.error(value)
            elif not isinstance(value, _AS_THEY_ARE):
                params[key] = gate(str(value)).replace("\n", " ")
        if self._strict:
            return template.format_map(params)
        try:
            return template.format_map(_Forgiving(params))
        except (ValueError, LookupError, AttributeError, TypeError):
            return self._report(msgid)

    def _report(self, msgid: str) -> str:
        if self._strict:
            raise KeyError(f"no message {msgid!r} in language {self.lang!r}")
        if msgid not in self._missing and len(self._missing) < _MOST_REPORTED:
            self._missing.add(msgid)
            _log.warning("message %r is missing or broken in language %r", msgid, self.lang)
        return msgid


class Catalogues:
    """All catalogues of a directory (`NAME.LANG.po`), merged by language.

    Raises Failed `catalogue.unreadable`, and `catalogue.empty` when there is none.
    """

    def __init__(self, directory: Path, *, strict: bool = False) -> None:
        merged: dict[str, dict[str, _Message]] = {}
        forms: dict[str, Callable[[int], int]] = {}
        for path, lang in _files(directory):
            catalog = _read(path, lang)
            forms.setdefault(lang, gettext.c2py(catalog.plural_expr))
            merged.setdefault(lang, {}).update(_messages(catalog))
        if not merged:
            raise Failed("catalogue.empty", directory=str(directory))
        self._translators = {
            lang: Translator(lang, messages, forms[lang], strict=strict) for lang, messages in merged.items()
        }
        for translator in self._translators.values():
            translator._family = self._translators

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are, in order of their codes."""
        return tuple(sorted(self._translators))

    def translator(self, lang: str) -> Translator:
        """Give the translator of a language; an unknown one gets English, else the first there is."""
        found = self._translators.get(lang) or self._translators.get(lang.partition("_")[0].partition("-")[0])
        return found or self._translators.get("en") or self._translators[self.languages[0]]


def compare(directory: Path) -> list[str]:
    """Tell what differs between the languages of a directory: missing ids, double ids, other fields, empty forms."""
    problems: list[str] = []
    seen: dict[str, dict[str, _Message]] = {}
    for path, lang in _files(directory):
        messages = seen.setdefault(lang, {})
        for msgid, message in _messages(_read(path, lang)).items():
            if msgid in messages:
                problems.append(f"{path.name}: {msgid} is defined twice in {lang}")
            if not all(message.forms):
                problems.append(f"{path.name}: {msgid} is empty")
            messages[msgid] = message
    everything = sorted({msgid for messages in seen.values() for msgid in messages})
    for msgid in everything:
        problems.extend(f"{lang}: {msgid} is missing" for lang in sorted(seen) if msgid not in seen[lang])
        problems.extend(
            f"{lang}: {msgid} has a broken field" for lang in sorted(seen) if _is_broken(seen[lang].get(msgid))
        )
        fields = {
            lang: _fields(messages[msgid])
            for lang, messages in sorted(seen.items())
            if msgid in messages and not _is_broken(messages[msgid])
        }
        if len(set(fields.values())) > 1:
            told = ", ".join(f"{lang} {sorted(names)}" for lang, names in fields.items())
            problems.append(f"{msgid} has different fields: {told}")
    return problems


def _files(directory: Path) -> list[tuple[Path, str]]:
    found = ((path, _FILE_NAME.fullmatch(path.name)) for path in sorted(directory.glob("*.po")))
    return [(path, match["lang"]) for path, match in found if match]


def _read(path: Path, lang: str) -> Catalog:
    try:
        with path.open("rb") as file:
            return read_po(file, locale=lang, charset="utf-8", abort_invalid=True)
    except (OSError, PoFileError, UnicodeDecodeError) as error:
        raise Failed("catalogue.unreadable", file=path.name, reason=str(error)) from error


def _messages(catalog: Catalog) -> dict[str, _Message]:
    messages: dict[str, _Message] = {}
    for message in catalog:
        msgid = message.id if isinstance(message.id, str) else message.id[0]
        if not msgid or message.fuzzy:
            continue
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        has_fields = any("{" in form or "}" in form for form in forms)
        messages[msgid] = _Message(forms, has_fields)
    return messages


def _is_broken(message: _Message | None) -> bool:
    try:
        return message is not None and "" in _fields(message)
    except ValueError:
        return True


def _fields(message: _Message) -> frozenset[str]:
    """The names of a message's fields; `{}` has the name "". Raises ValueError when a brace is left open."""
    return frozenset(name for form in message.forms for _, name, _, _ in Formatter().parse(form) if name is not None)
