"""Everything the rules of people say is in the catalogues, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from bbs.forum.accounts.preferences import PREFERENCES, PreferenceKind
from bbs.text.catalogue import Catalogues

ROOT: Final = Path(__file__).parents[2]
PLACES: Final = [
    "access.py",
    "accounts/*.py",
    "officers/*.py",
    "people/persons.py",
    "proof/*.py",
    "writing/imitation.py",
]
"""The modules of the rules of people, below `bbs/forum`."""
SUBJECTS: Final = [
    "access",
    "account",
    "appointment",
    "bundle",
    "code",
    "heads",
    "invitation",
    "key",
    "login",
    "name",
    "office",
    "password",
    "person",
    "preference",
    "proof",
    "register",
    "role",
    "scope",
    "seal",
    "signature",
    "signed",
    "statement",
    "title",
]
CODE: Final = re.compile(rf'"((?:{"|".join(SUBJECTS)})\.[a-z_]+)"')
NOT_SAID: Final = frozenset(
    """
    account.changed account.create account.role account.password account.key account.invite account.approve
    account.suspend account.restore account.fold office.appoint office.dismiss office.expire office.key
    seal.key signed.upto register.due statement.txt
    """.split()  # noqa: SIM905 - events, kinds of entries, a column, a prefix, settings and a file
)


@pytest.fixture(scope="module")
def catalogues() -> Catalogues:
    return Catalogues(ROOT / "screens" / "locale")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_code_has_words(catalogues: Catalogues, lang: str) -> None:
    forum = ROOT / "bbs" / "forum"
    texts = [module.read_text(encoding="utf-8") for place in PLACES for module in forum.glob(place)]
    codes = {code for text in texts for code in CODE.findall(text)} - NOT_SAID
    assert len(codes) > 40
    assert [code for code in sorted(codes) if not catalogues.translator(lang).has(code)] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_preference_has_a_label(catalogues: Catalogues, lang: str) -> None:
    labels = [known.message for known in PREFERENCES.values()]
    for known in PREFERENCES.values():
        if known.kind is PreferenceKind.CHOICE:
            labels += [known.choice_message(value) for value in known.choices]
    assert [label for label in labels if not catalogues.translator(lang).has(label)] == []
