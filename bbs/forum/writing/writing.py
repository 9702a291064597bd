"""What a person wrote, checked and cleaned before it may become a title or a post."""

from __future__ import annotations

from typing import Final

from bbs.errors import Invalid
from bbs.forum.posts.posts import BODY_LIMIT, TITLE_LIMIT
from bbs.forum.writing.imitation import check_imitation, defuse
from bbs.text.clean import clean_line, clean_text

DRAFT_ID_LIMIT: Final = 36
"""Characters of the id of a draft."""
_RAW: Final = 4
"""How many times longer than allowed a text may be before it is looked at: cleaning may shorten it."""


def checked_title(title: str, *, official: bool = False) -> str:
    """The clean title; raises Invalid(`title.empty`, `title.long`), and `title.imitates` unless it is official."""
    if len(title) > TITLE_LIMIT * _RAW:
        raise Invalid("title.long", most=TITLE_LIMIT, length=len(title))
    clean = clean_line(title)
    if not clean:
        raise Invalid("title.empty")
    if len(clean) > TITLE_LIMIT:
        raise Invalid("title.long", most=TITLE_LIMIT, length=len(clean))
    if not official:
        check_imitation(clean)
    return clean


def checked_body(body: str, *, official: bool = False) -> str:
    """The clean text of a post; raises Invalid(`body.empty`, `body.long`).

    Unless it is official, a line that begins like the official mark is made a quotation."""
    if len(body) > BODY_LIMIT * _RAW:
        raise Invalid("body.long", most=BODY_LIMIT, length=len(body))
    clean = clean_text(body)
    if not clean:
        raise Invalid("body.empty")
    if len(clean) > BODY_LIMIT:
        raise Invalid("body.long", most=BODY_LIMIT, length=len(clean))
    return clean if official else defuse(clean)


def checked_draft_id(draft_id: str) -> str:
    """The id of a draft as it came; raises Invalid(`draft.id`)."""
    if not (0 < len(draft_id) <= DRAFT_ID_LIMIT and draft_id.isascii() and draft_id.isprintable()):
        raise Invalid("draft.id")
    return draft_id
