"""How one wants things: every preference there is, by its name and its value in words; the full screen's ones too."""

from __future__ import annotations

import zoneinfo
from typing import Final

from bbs.errors import Invalid, NotFound
from bbs.forum.accounts.preferences import PREFERENCES, Preference, PreferenceKind, preference
from bbs.plain.asking import choose
from bbs.plain.visit import Visit

_LANGUAGES: Final = {"zh": "zh", "chinese": "zh", "中文": "zh", "en": "en", "english": "en", "英文": "en", "英语": "en"}
_SWITCH: Final = {"on": True, "开": True, "yes": True, "是": True, "off": False, "关": False, "no": False, "否": False}
CHOSEN: Final = (
    "language", "plain_page", "plain", "zone", "listed", "pager", "signatures",
    "theme", "colours", "ambiguous", "preset", "preview", "mouse", "bell", "page",
)  # fmt: skip
"""The preferences in the order in which they are read out: what plain mode itself uses first."""
ELSEWHERE: Final = frozenset({"keys", "welcomed"})
"""Preferences that nobody chooses by value: own keys are pressed on the full screen, the first visit sets the other."""
_MEMBERS_ONLY: Final = frozenset({"listed", "pager", "signatures", "plain"})


async def settings(visit: Visit) -> None:
    """`/me`: what is chosen, and the words that choose."""
    visit.arrive("/me", visit.tr("plain.settings"))
    await visit.say("plain.settings_head")
    for number, name in enumerate(_names(visit), 1):
        words = visit.tr("plain.setting", name=_label(visit, name), value=_said(visit, name))
        await visit.say("plain.numbered", number=number, line=words)
    await visit.say("plain.settings_foot")
    if not visit.actor.is_guest:
        await visit.say("plain.settings_more")


def _names(visit: Visit) -> list[str]:
    return [name for name in CHOSEN if not (visit.actor.is_guest and name in _MEMBERS_ONLY)]


def _label(visit: Visit, name: str) -> str:
    return visit.tr("plain.label_page" if name == "plain_page" else f"me.label.{name}")


def _said(visit: Visit, name: str) -> str:
    """What is chosen, in words."""
    known, tr = PREFERENCES[name], visit.tr
    value = visit.tr.lang[:2] if name == "language" else preference(visit.actor.preferences, name)
    match known.kind:
        case PreferenceKind.FLAG:
            return tr("plain.yes" if value else "plain.no")
        case PreferenceKind.CHOICE:
            return tr(known.choice_message(value))
        case PreferenceKind.ZONE:
            return str(value) or tr("plain.site_zone")
    return str(value)


async def chosen(visit: Visit, rest: str) -> None:
    """`set 5`, `set pager friends`: choose one of them; without a value its choices are read out."""
    first, _, given = rest.strip().partition(" ")
    names = _names(visit)
    if first.isascii() and first.isdecimal() and len(first) < 3 and 1 <= int(first) <= len(names):
        name = names[int(first) - 1]
    else:
        found = next((one for one in names if first.casefold() in (one, _label(visit, one).casefold())), None)
        if found is None:
            raise NotFound("plain.no_setting", name=first[:40] or "?")
        name = found
    if name == "language":
        await language(visit, given or await choose(visit, "plain.ask_number", _choices(visit, PREFERENCES[name])))
        return
    if name == "plain_page":
        await page(visit, given)
        return
    await _choose(visit, name, await _value(visit, PREFERENCES[name], given.strip()))
    await visit.say("plain.setting", name=_label(visit, name), value=_said(visit, name))


def _choices(visit: Visit, known: Preference) -> list[tuple[str, str]]:
    return [(str(value), visit.tr(known.choice_message(value))) for value in known.choices]


async def _value(visit: Visit, known: Preference, given: str) -> object:
    """The value that is meant, asked for where none was given; Invalid."""
    match known.kind:
        case PreferenceKind.FLAG:
            wanted = _SWITCH.get(given.casefold()) if given else not preference(visit.actor.preferences, known.name)
            if wanted is None:
                raise Invalid("plain.yes_or_no")
            return wanted
        case PreferenceKind.CHOICE:
            word = await choose(visit, "plain.ask_number", _choices(visit, known), given)
            return next(value for value in known.choices if str(value) == word)
        case PreferenceKind.NUMBER:
            least, most = known.choices
            if not (given.isascii() and given.isdecimal() and len(given) < 5 and least <= int(given) <= most):
                raise Invalid("plain.which_number", least=least, most=most)
            return int(given)
    wanted_zone = given or ((await visit.paper.ask(visit.tr("plain.ask_zone"))) or "").strip()
    zones = zoneinfo.available_timezones()
    return next((zone for zone in zones if zone.casefold() == wanted_zone.casefold()), wanted_zone)


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
