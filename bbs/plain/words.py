"""The words of plain mode: one table, in both languages, from which help is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from bbs.errors import Invalid, NotFound
from bbs.plain import acts, finding, keeping, mail, marking, news, people, posting, reading, settings
from bbs.plain.places import board_meant
from bbs.plain.visit import HOME, Visit

Act = Callable[[Visit, str], Awaitable[None]]
TOPICS: Final = ("moving", "reading", "writing", "saying", "keeping", "people", "self")


@dataclass(frozen=True, slots=True)
class Word:
    """A word that can be typed. Its help is the message `plain.help.NAME`; `zh` are its Chinese spellings."""

    name: str
    act: Act
    topic: str
    zh: tuple[str, ...]
    also: tuple[str, ...] = ()


def _to(route: str) -> Act:
    async def act(visit: Visit, rest: str) -> None:
        await visit.go(route)

    return act


async def _boards(visit: Visit, rest: str) -> None:
    await visit.go((await board_meant(visit, rest)).route if rest.strip() else "/b")


async def _threads(visit: Visit, rest: str) -> None:
    if rest.strip():
        await _boards(visit, rest)
    elif visit.here.board is not None:
        await visit.go(visit.here.board.route)
    else:
        raise Invalid("plain.no_board")


async def _read(visit: Visit, rest: str) -> None:
    """`read 1204`, `read` alone says again what is here."""
    if rest.strip():
        await finding.go(visit, rest)
    else:
        await reading.again(visit, "")


async def _floor(visit: Visit, rest: str) -> None:
    word = rest.strip()
    if not (word.isascii() and word.isdecimal() and len(word) < 10):
        raise Invalid("plain.which_floor")
    await reading.one_floor(visit, int(word))


async def _more(visit: Visit, rest: str) -> None:
    if visit.here.more is not None:
        await visit.here.more()
    elif visit.here.reading is not None:
        await reading.onward(visit, "")
    else:
        raise Invalid("plain.no_more")


async def _back(visit: Visit, rest: str) -> None:
    if not visit.trail:
        await visit.go(HOME)
        return
    route = visit.trail[-1]
    trail = visit.trail[:-1]
    await visit.go(route)
    visit.trail = trail


async def _news(visit: Visit, rest: str) -> None:
    await visit.go(f"/news/{rest.strip()}" if rest.strip() else "/news")


async def _bulletin(visit: Visit, rest: str) -> None:
    await visit.go(f"/n/{rest.strip()}")


async def _letter(visit: Visit, rest: str) -> None:
    await visit.go(f"/m/{rest.strip()}")


async def _person(visit: Visit, rest: str) -> None:
    await visit.go(f"/u/{rest.strip() or people.whom(visit)}")


async def _reply(visit: Visit, rest: str) -> None:
    """In a thread to a floor; of a letter to its writer; `reply 1204` outside opens that thread first."""
    if visit.here.reading is None and visit.here.thing is not None:
        await mail.answer(visit)
        return
    if visit.here.reading is None and rest.strip():
        await finding.go(visit, rest)
        rest = ""
    await posting.reply(visit, rest)


async def _write(visit: Visit, rest: str) -> None:
    await mail.send(visit, rest)


async def _unfinished(visit: Visit, rest: str) -> None:
    """`draft`: go on with what was left unfinished."""
    visit.member()
    draft = await visit.forum.drafts.latest(visit.actor)
    if draft is None:
        raise NotFound("plain.no_draft")
    place, _, floor = draft.route.partition("#")
    head, _, last = place.rpartition("/")
    if last in ("reply", "edit") and head.startswith("/t/"):
        await reading.enter(visit, int(head.removeprefix("/t/")), int(floor) if floor else None)
        await (posting.edit if last == "edit" else posting.reply)(visit, floor if last == "reply" else "")
    elif last == "post":
        await posting.post(visit, head.removeprefix("/b/"))
    elif place.startswith("/mail/to/"):
        await mail.send(visit, last)
    elif last == "reply" and head.startswith("/m/"):
        await visit.go(head)
        await mail.answer(visit)
    else:
        raise NotFound("plain.draft_elsewhere", route=draft.route)


async def _search(visit: Visit, rest: str) -> None:
    await finding.search(visit, rest)


WORDS: Final = (
    Word("menu", _to(HOME), "moving", ("首页", "菜单"), ("home",)),
    Word("boards", _boards, "moving", ("版面",), ("board",)),
    Word("threads", _threads, "moving", ("主题",)),
    Word("go", finding.go, "moving", ("去", "转到")),
    Word("back", _back, "moving", ("返回", "后退")),
    Word("where", reading.where, "moving", ("位置", "我在哪")),
    Word("more", _more, "moving", ("更多",)),
    Word("search", _search, "moving", ("搜索", "查找"), ("find",)),
    Word("read", _read, "reading", ("读", "阅读"), ("thread", "open")),
    Word("next", reading.onward, "reading", ("下一个", "继续", "下一篇"), ("n",)),
    Word("skip", reading.skip, "reading", ("跳过",)),
    Word("floor", _floor, "reading", ("楼", "楼层")),
    Word("previous", reading.previous, "reading", ("上一楼", "上一个")),
    Word("again", reading.again, "reading", ("再读", "重读"), ("repeat",)),
    Word("lines", reading.lines, "reading", ("逐行",)),
    Word("unread", _to("/new"), "reading", ("未读",), ("new",)),
    Word("mark", marking.mark, "reading", ("标记",)),
    Word("undo", marking.undo, "reading", ("撤销",)),
    Word("reply", _reply, "writing", ("回复",), ("r",)),
    Word("quote", posting.quote, "writing", ("引用",)),
    Word("post", posting.post, "writing", ("发帖", "新主题")),
    Word("draft", _unfinished, "writing", ("草稿",)),
    Word("edit", posting.edit, "writing", ("修改", "编辑")),
    Word("withdraw", posting.withdraw, "writing", ("收回", "撤回")),
    Word("retitle", posting.retitle, "writing", ("改标题",)),
    Word("push", acts.push, "saying", ("点评",)),
    Word("agree", acts.agree, "saying", ("推",)),
    Word("disagree", acts.disagree, "saying", ("嘘",)),
    Word("note", acts.note, "saying", ("注",)),
    Word("helpful", acts.helpful, "saying", ("有帮助", "有用")),
    Word("poll", acts.poll, "saying", ("看投票",)),
    Word("vote", acts.vote, "saying", ("投票",)),
    Word("favourites", _to("/fav"), "keeping", ("收藏夹",), ("favorites",)),
    Word("favourite", acts.favourite, "keeping", ("收藏",), ("favorite",)),
    Word("follow", acts.follow, "keeping", ("关注",)),
    Word("mute", acts.mute, "keeping", ("屏蔽",)),
    Word("library", keeping.library_word, "keeping", ("精华区",)),
    Word("news", _news, "keeping", ("新闻", "栏目")),
    Word("bulletin", _bulletin, "keeping", ("公告",)),
    Word("acknowledge", news.acknowledge, "keeping", ("已阅",)),
    Word("officers", _to("/officers"), "people", ("实名发言", "实名")),
    Word("live", _to("/live"), "people", ("在线访谈", "访谈"), ("interviews",)),
    Word("who", _to("/who"), "people", ("在线",)),
    Word("person", _person, "people", ("名片",)),
    Word("block", people.block, "people", ("拉黑",)),
    Word("unblock", people.unblock, "people", ("取消拉黑",)),
    Word("inbox", _to("/inbox"), "people", ("提醒",)),
    Word("mail", _to("/mail"), "people", ("站内信", "信箱")),
    Word("letter", _letter, "people", ("信",)),
    Word("write", _write, "people", ("写信",)),
    Word("delete", mail.forget, "people", ("删信",)),
    Word("settings", _to("/me"), "self", ("设置", "偏好"), ("preferences",)),
    Word("language", settings.language, "self", ("语言",)),
    Word("page", settings.page, "self", ("每页",)),
    Word("plain", settings.plain, "self", ("文本模式",)),
)

_BY_SPELLING: Final = {spelling: word for word in WORDS for spelling in (word.name, *word.also, *word.zh)}


def find(spelling: str) -> Word | None:
    """The word that is meant, however it is spelled."""
    return _BY_SPELLING.get(spelling.casefold())


def close_to(spelling: str) -> str | None:
    """The word that looks most like a slip of the finger."""
    found = get_close_matches(spelling.casefold(), _BY_SPELLING, 1, 0.75)
    return found[0] if found else None


async def help_(visit: Visit, rest: str) -> None:
    """`help`: the words by topic; `help WORD` what one does."""
    tr = visit.tr
    if rest.strip():
        word = find(rest.strip())
        if word is None:
            raise NotFound("plain.unknown", word=rest.strip()[:40])
        await visit.paper.say(spelled(visit, word))
        return
    await visit.say("plain.help_head")
    for topic in TOPICS:
        await visit.say(f"plain.topic.{topic}")
        for word in WORDS:
            if word.topic == topic:
                await visit.paper.say(spelled(visit, word))
    await visit.paper.say(tr("plain.help_foot"))


def spelled(visit: Visit, word: Word) -> str:
    """A word's line of help."""
    tr = visit.tr
    name = word.zh[0] if tr.lang.startswith("zh") else word.name
    return tr("plain.help_line", word=name, does=tr(f"plain.help.{word.name}"))
