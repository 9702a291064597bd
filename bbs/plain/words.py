"""The words of plain mode: one table, in both languages, from which help and the page of the handbook are made."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from bbs.forum.cases.table import Act
from bbs.plain import (
    about,
    acts,
    arriving,
    cases,
    digestacts,
    doing,
    drafts,
    finding,
    hosting,
    mail,
    marking,
    messages,
    moderating,
    news,
    own,
    people,
    posting,
    reading,
    settings,
)
from bbs.plain.doing import Doing, below, on_case, on_digest, on_live, to
from bbs.plain.visit import HOME, Visit

TOPICS: Final = (
    "moving", "reading", "writing", "saying", "keeping", "people", "cases", "office", "live", "digest", "moderating",
    "self",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word that can be typed. Its help is the message `plain.help.NAME`; `zh` are its Chinese spellings."""

    name: str
    act: Doing
    topic: str
    zh: tuple[str, ...]
    also: tuple[str, ...] = ()


WORDS: Final = (
    Word("menu", to(HOME), "moving", ("首页", "菜单"), ("home",)),
    Word("boards", doing.boards, "moving", ("版面",), ("board",)),
    Word("threads", doing.threads, "moving", ("主题",)),
    Word("go", finding.go, "moving", ("去", "转到")),
    Word("back", doing.back, "moving", ("返回", "后退")),
    Word("resume", arriving.resume, "moving", ("接上",)),
    Word("where", reading.where, "moving", ("位置", "我在哪")),
    Word("more", doing.more, "moving", ("更多",)),
    Word("search", finding.search, "moving", ("搜索", "查找"), ("find",)),
    Word("filter", finding.narrow, "moving", ("筛选",)),
    Word("notice", doing.notice, "moving", ("版规", "版面说明")),
    Word("tour", arriving.tour, "moving", ("导览",)),
    Word("read", doing.read, "reading", ("读", "阅读"), ("thread", "open")),
    Word("next", doing.onward, "reading", ("下一个", "继续", "下一篇"), ("n",)),
    Word("skip", reading.skip, "reading", ("跳过",)),
    Word("floor", doing.floor, "reading", ("楼", "楼层")),
    Word("last", reading.last, "reading", ("末楼", "最后一楼")),
    Word("previous", reading.previous, "reading", ("上一楼", "上一个")),
    Word("older", reading.older, "reading", ("下一主题",)),
    Word("newer", reading.newer, "reading", ("上一主题",)),
    Word("again", reading.again, "reading", ("再读", "重读"), ("repeat",)),
    Word("lines", reading.lines, "reading", ("逐行",)),
    Word("unread", to("/new"), "reading", ("未读",), ("new",)),
    Word("mark", marking.mark, "reading", ("标记",)),
    Word("undo", marking.undo, "reading", ("撤销",)),
    Word("details", about.details, "reading", ("详情",)),
    Word("history", about.history, "reading", ("修改记录", "历史")),
    Word("pushes", about.pushes, "reading", ("全部点评",)),
    Word("reply", doing.reply, "writing", ("回复",), ("r",)),
    Word("quote", posting.quote, "writing", ("引用",)),
    Word("post", doing.post, "writing", ("发帖", "新主题")),
    Word("copy", posting.copy, "writing", ("转载", "抄送")),
    Word("draft", drafts.go_on, "writing", ("草稿",)),
    Word("drafts", to(drafts.ROUTE), "writing", ("草稿箱",)),
    Word("templates", doing.templates, "writing", ("模板",)),
    Word("edit", posting.edit, "writing", ("修改", "编辑")),
    Word("withdraw", posting.withdraw, "writing", ("收回", "撤回")),
    Word("retitle", posting.retitle, "writing", ("改标题",)),
    Word("push", acts.push, "saying", ("点评",)),
    Word("agree", acts.agree, "saying", ("推",)),
    Word("disagree", acts.disagree, "saying", ("嘘",)),
    Word("note", acts.note, "saying", ("注",)),
    Word("helpful", acts.helpful, "saying", ("有帮助", "有用")),
    Word("poll", acts.poll, "saying", ("看投票",)),
    Word("vote", doing.vote, "saying", ("投票",)),
    Word("favourites", to("/fav"), "keeping", ("收藏夹",), ("favorites",)),
    Word("favourite", acts.favourite, "keeping", ("收藏",), ("favorite",)),
    Word("folder", doing.folder, "keeping", ("新文件夹", "文件夹")),
    Word("move", doing.move, "keeping", ("移动",)),
    Word("name", doing.name, "keeping", ("起名", "改名")),
    Word("delete", doing.delete, "keeping", ("删除", "删信")),
    Word("follow", acts.follow, "keeping", ("关注",)),
    Word("mute", acts.mute, "keeping", ("屏蔽",)),
    Word("following", to("/me/following"), "keeping", ("关注列表",)),
    Word("library", doing.library, "keeping", ("精华区",)),
    Word("news", doing.news, "keeping", ("新闻", "栏目")),
    Word("bulletin", below("/n"), "keeping", ("公告",)),
    Word("acknowledge", news.acknowledge, "keeping", ("已阅",)),
    Word("officers", doing.officers, "people", ("实名发言", "实名")),
    Word("who", to("/who"), "people", ("在线",)),
    Word("person", doing.person, "people", ("名片",)),
    Word("block", people.block, "people", ("拉黑",)),
    Word("unblock", people.unblock, "people", ("取消拉黑",)),
    Word("blocked", to("/me/blocked"), "people", ("黑名单",)),
    Word("inbox", to("/inbox"), "people", ("提醒",)),
    Word("mail", to("/mail"), "people", ("站内信", "信箱")),
    Word("letter", below("/m"), "people", ("信",)),
    Word("talk", mail.whole, "people", ("往来",)),
    Word("write", mail.send, "people", ("写信",)),
    Word("forward", mail.forward, "people", ("转寄",)),
    Word("messages", to("/pages"), "people", ("短消息",)),
    Word("message", messages.message, "people", ("发短消息",)),
    Word("tell", messages.back, "people", ("回短消息",)),
    Word("cases", doing.cases_of, "cases", ("建言", "建言列表")),
    Word("case", doing.case, "cases", ("查建言",)),
    Word("ask", doing.ask, "cases", ("提问", "提建言")),
    Word("code", cases.lookup, "cases", ("查询码",)),
    Word("figures", doing.figures, "cases", ("统计",)),
    Word("add", doing.add, "cases", ("补充",)),
    Word("rate", on_case(Act.RATE), "cases", ("评价",)),
    Word("reopen", on_case(Act.REOPEN), "cases", ("重办",)),
    Word("close", on_case(Act.CLOSE), "cases", ("办结",)),
    Word("desk", to("/desk"), "office", ("办公桌", "待办")),
    Word("take", doing.take, "office", ("接手",)),
    Word("assign", on_case(Act.ASSIGN), "office", ("交办",)),
    Word("answer", doing.answer, "office", ("答复", "回答")),
    Word("extend", on_case(Act.EXTEND), "office", ("延期",)),
    Word("transfer", on_case(Act.TRANSFER), "office", ("转办",)),
    Word("return", on_case(Act.RETURN), "office", ("退回",)),
    Word("merge", doing.merge, "office", ("并案", "合并")),
    Word("decline", on_case(Act.DECLINE), "office", ("不予办理",)),
    Word("live", doing.interviews, "live", ("在线访谈", "访谈"), ("interviews",)),
    Word("say", doing.say, "live", ("发言",)),
    Word("remind", on_live("remind"), "live", ("到时提醒",)),
    Word("announce", hosting.announce, "live", ("预告",)),
    Word("accept", on_live("accept"), "live", ("放行",)),
    Word("leave-out", on_live("leave-out"), "live", ("不采用",)),
    Word("lift", on_live("lift"), "live", ("提前",)),
    Word("begin", on_live("begin"), "live", ("开始",)),
    Word("end", on_live("end"), "live", ("结束",)),
    Word("cancel", on_live("cancel"), "live", ("取消访谈",)),
    Word("change", doing.change, "live", ("更改",)),
    Word("digest", doing.digest, "digest", ("舆情动态", "动态")),
    Word("leader", to("/leader"), "digest", ("领导页",)),
    Word("count", digestacts.draft, "digest", ("起草",)),
    Word("submit", on_digest("submit"), "digest", ("送审",)),
    Word("release", on_digest("release"), "digest", ("复核发布",)),
    Word("send-back", on_digest("send-back"), "digest", ("退回修改",)),
    Word("correct", on_digest("correct"), "digest", ("更正",)),
    Word("pin", doing.marking("pin"), "moderating", ("置顶",)),
    Word("lock", doing.marking("lock"), "moderating", ("锁定",)),
    Word("keep", doing.marking("keep"), "moderating", ("保留",)),
    Word("digested", doing.marking("digested"), "moderating", ("文摘",)),
    Word("hide", moderating.hide, "moderating", ("隐藏",)),
    Word("restore", moderating.restore, "moderating", ("恢复",)),
    Word("relocate", moderating.relocate, "moderating", ("移版",)),
    Word("collect", moderating.collect, "moderating", ("收入精华",)),
    Word("split", moderating.split, "moderating", ("拆分",)),
    Word("join", moderating.join, "moderating", ("并入",)),
    Word("rejoin", moderating.rejoin, "moderating", ("移回",)),
    Word("template", doing.template, "moderating", ("写模板",)),
    Word("settings", to("/me"), "self", ("设置", "偏好"), ("preferences",)),
    Word("set", settings.chosen, "self", ("设",)),
    Word("language", settings.language, "self", ("语言",)),
    Word("page", settings.page, "self", ("每页",)),
    Word("plain", settings.plain, "self", ("文本模式",)),
    Word("card", to("/me/card"), "self", ("我的名片",)),
    Word("keys", to("/me/keys"), "self", ("密钥",)),
    Word("addkey", own.add_key, "self", ("加密钥",)),
    Word("removekey", own.remove_key, "self", ("删密钥",)),
    Word("password", own.password, "self", ("密码",)),
)

_BY_SPELLING: Final = {spelling: word for word in WORDS for spelling in (word.name, *word.also, *word.zh)}


def find(spelling: str) -> Word | None:
    """The word that is meant, however it is spelled."""
    return _BY_SPELLING.get(spelling.casefold())


def close_to(spelling: str) -> str | None:
    """The word that looks most like a slip of the finger."""
    found = get_close_matches(spelling.casefold(), _BY_SPELLING, 1, 0.75)
    return found[0] if found else None


def named(visit: Visit, word: Word) -> str:
    """How a word is spelled in this person's language."""
    return word.zh[0] if visit.tr.lang.startswith("zh") else word.name
