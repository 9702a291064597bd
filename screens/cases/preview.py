"""The beginning of a case beside a list of cases: what was asked, and where it stands."""

from __future__ import annotations

from bbs.errors import BbsError
from bbs.forum.cases.values import Case, Sight
from bbs.text.spans import Span
from screens.cases.words import due_words, poster_of, state_words, title_of
from screens.parts.preview import Leaf
from screens.visit import Visit


async def leaf_of(visit: Visit, case: Case) -> Leaf:
    """What a preview shows of a case; of a private one that is not the reader's, that it exists."""
    title = (Span(title_of(visit, case), "panel.title"),)
    who = (Span(poster_of(visit, case), "author"), Span(f"  {visit.moment(case.opened_at)}", "hint"))
    stands = (Span(state_words(visit, case), "case"), Span(f"  {due_words(visit, case)}", "date"))
    if case.sight is not Sight.WHOLE:
        return Leaf((title, stands), visit.tr("cases.readers.exists"))
    return Leaf((title, who, stands), await _asked(visit, case))


async def _asked(visit: Visit, case: Case) -> str:
    """The words it was opened with."""
    if case.thread is None:
        view = await visit.forum.cases.get(visit.actor, case.id)
        return view.messages[0].body if view.messages else ""
    try:
        posts = await visit.forum.threads.posts(visit.actor, case.thread, floor=1, limit=1)
    except BbsError:  # the thread was hidden, or is on a board that is closed to the reader
        return ""
    return posts[0].body if posts else ""
