"""How one hears things: language, page size, and whether every visit is in plain mode."""

from __future__ import annotations

from typing import Final

from bbs.errors import Invalid
from bbs.forum.accounts.preferences import PREFERENCES, preference
from bbs.plain.visit import Visit

_LANGUAGES: Final = {"zh": "zh", "chinese": "zh", "中文": "zh", "en": "en", "english": "en", "英文": "en", "英语": "en"}
_SWITCH: Final = {"on": True, "开": True, "yes": True, "是": True, "off": False, "关": False, "no": False, "否": False}


async def settings(visit: Visit) -> None:
    """`/me`: what is chosen, and the words that choose."""
    chosen = visit.actor.preferences
    visit.arrive("/me", visit.tr("plain.settings"))
    await visit.say("plain.settings_head")
    await visit.say("plain.set_language", value=visit.tr(f"preference.language.{visit.tr.lang[:2]}"))
    page = visit.paper.page
    await visit.paper.say(visit.tr.plural("plain.set_page", page) if page else visit.tr("plain.set_no_page"))
    await visit.say("plain.set_plain_on" if preference(chosen, "plain") else "plain.set_plain_off")
    await visit.say("plain.settings_foot")


async def language(visit: Visit, rest: str) -> None:
    """`language zh`, `language en`."""
    wanted = _LANGUAGES.get(rest.strip().casefold())
    if wanted is None:
        raise Invalid("plain.language_what")
    await _choose(visit, "language", wanted)
    visit.set_language(wanted)
    visit.offices.clear()
    await visit.say("plain.set_language", value=visit.tr(f"preference.language.{wanted}"))


async def page(visit: Visit, rest: str) -> None:
    """`page 20`: lines after which reading pauses; `page 0` never pauses."""
    least, most = PREFERENCES["plain_page"].choices
    word = rest.strip()
    if not (word.isascii() and word.isdecimal() and len(word) < 5 and least <= int(word) <= most):
        raise Invalid("plain.page_what", most=most)
    await _choose(visit, "plain_page", int(word))
    visit.paper.page = int(word)
    await visit.paper.say(visit.tr.plural("plain.set_page", int(word)) if int(word) else visit.tr("plain.set_no_page"))


async def plain(visit: Visit, rest: str) -> None:
    """`plain on`, `plain off`: whether every visit is like this, or only those from a plain terminal."""
    wanted = _SWITCH.get(rest.strip().casefold())
    if wanted is None:
        raise Invalid("plain.plain_what")
    visit.member()
    await _choose(visit, "plain", wanted)
    await visit.say("plain.set_plain_on" if wanted else "plain.set_plain_off")


async def _choose(visit: Visit, name: str, value: object) -> None:
    """Keep it; a guest's choice lasts for the visit."""
    visit.actor = await visit.forum.accounts.set_preferences(visit.actor, {name: value})
