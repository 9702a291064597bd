"""Text that looks like a mark of the house."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final

import pytest

from bbs.errors import BbsError, Invalid
from bbs.forum.forum import Forum
from bbs.forum.posts.posts import Stance
from bbs.forum.writing.imitation import check_imitation, defuse, imitates
from bbs.forum.writing.writing import checked_body, checked_title
from bbs.text.clean import clean_text
from bbs.text.when import ManualClock
from tests.forum.conftest import People


@pytest.mark.parametrize(
    "line",
    [
        "[OFFICIAL] 周明",
        "  [official]",
        "［ＯＦＦＩＣＩＡＬ］ 周明",
        "[ОFFICIАL] with Cyrillic letters",
        "[O F F I C I A L]",
        "[Offi\u200bcial]",
        "[0FFICIAL]",
        "[\u3164Official]",
        "【官方】关于食堂",
        "〔实名〕周明",
        "（官方）",
        "**[OFFICIAL]** 周明",
        "- [OFFICIAL]",
        "1. [OFFICIAL]",
        "# [系统]",
        "*** System: the server restarts",
        "|OFFICIAL|",
        "「官方答复」",
        "*official* at the head of a line",
        "#7 [OFFICIAL] 周明  Director",
        "7 楼 【实名】周明",
        "[OFFICIAL 周明]",
        "[OFFICIAL - 周明] Director",
        "【官方·周明】",
        "匚OFFICIALコ 周明",
        "ǀOFFICIALǀ",
        "▌OFFICIAL▐",
        "🔰官方🔰",
        "[🇴🇫🇫🇮🇨🇮🇦🇱]",
        "【🅾🅵🅵🅸🅲🅸🅰🅻】",
        "【實名】周明",
        "［宦方］",
        "OFFICIAL: the canteen",
        "官方：食堂",
        "系统消息: 您的账号",
        "_OFFICIAL_ 周明",
    ],
)
def test_marks(line: str) -> None:
    assert imitates(line)
    assert imitates(f"first line\n{line}\nlast line")
    with pytest.raises(Invalid, match=r"title\.imitates"):
        check_imitation(line)
    assert defuse(f"a\n{line}\nb") == f"a\n> {line}\nb"
    assert not imitates(defuse(line))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "官方数据显示，食堂每天用米四百斤。",
        "Official opening hours: 8 to 17",
        "The [OFFICIAL] mark is drawn by the house",
        "[link](https://example.org)",
        "[x] done",
        "【建议】食堂早餐",
        "（实名制购票）",
        "> [OFFICIAL] 周明",
        "[OFFICIALLY]",
        "。。。",
        "[",
        "[OFFICIAL",
        "System: Windows 11",
        "Signed: plum",
        "- official opening hours are on the door",
        "3 楼的电梯又停了",
        "#7 说得对",
        "官方说明天下雨，带伞。",
        "“官员”这个词",
    ],
)
def test_sentences(line: str) -> None:
    assert not imitates(line)
    check_imitation(line)
    assert defuse(line) == line


# Everything at once: the words of the mark, every way to disguise one, every way to set it off, every field

WORDS: Final = ("OFFICIAL", "Official reply", "官方", "官方答复", "实名", "已签名", "系统消息")
DISGUISES: Final[dict[str, Callable[[str], str]]] = {
    "plain": lambda word: word,
    "lower": str.lower,
    "full width": lambda word: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in word),
    "mathematical": lambda word: "".join(
        chr(0x1D400 + ord(char) - 65) if "A" <= char <= "Z" else char for char in word
    ),
    "circled": lambda word: "".join(chr(0x24B6 + ord(char) - 65) if "A" <= char <= "Z" else char for char in word),
    "black squares": lambda word: "".join(
        chr(0x1F170 + ord(char) - 65) if "A" <= char <= "Z" else char for char in word
    ),
    "flags": lambda word: "".join(chr(0x1F1E6 + ord(char) - 65) if "A" <= char <= "Z" else char for char in word),
    "spaced": " ".join,
    "wide spaces": "\u3000".join,
    "no-break spaces": "\u00a0".join,
    "dots": "·".join,
    "zero width": "\u200b".join,
    "joiners": "\u200d".join,
    "soft hyphens": "\u00ad".join,
    "fillers": "\u3164".join,
    "accents": lambda word: "".join(char + "\u0301" for char in word),
    "struck out": lambda word: "".join(char + "\u0336" for char in word),
    "boxed": lambda word: "".join(char + "\u20de" for char in word),
    "Cyrillic": lambda word: word.translate(str.maketrans("OCIAoca", "ОСІАоса")),
    "Greek": lambda word: word.translate(str.maketrans("OIA", "ΟΙΑ")),
    "digits": lambda word: word.replace("O", "0").replace("I", "1"),
    "bars for letters": lambda word: word.replace("I", "l"),
    "traditional": lambda word: word.translate(str.maketrans("实签统复", "實簽統覆")),
    "look-alike Han": lambda word: word.translate(str.maketrans("官", "宫")),
    "coloured": lambda word: f"\x1b[1;41m{word}\x1b[0m",
}
SETTINGS: Final = (
    *(
        "[{}]",
        "[ {} ]",
        "［{}］",
        "【{}】",
        "〔{}〕",
        "〖{}〗",
        "〘{}〙",
        "「{}」",
        "『{}』",
        "《{}》",
        "〈{}〉",
        "({})",
        "（{}）",
    ),
    *("⟦{}⟧", "⦗{}⦘", "❲{}❳", "⁅{}⁆", "｢{}｣", "{{{}}}", "«{}»", "‹{}›", "|{}|", "｜{}｜", "‖{}‖", "*{}*", "**{}**"),
    *("=={}==", "~{}~", "/{}/", "#{}#", "`{}`", "▌{}▐", "★{}★", "✓{}✓", "🔰{}🔰", "匚{}コ", "ǀ{}ǀ", "丨{}丨", "***{}:"),
    *("#7 [{}]", "7. [{}]", "  [{}]", "- [{}]", "[{} 周明]", "[{}·周明]", "\u3000【{}】"),
)
TAIL: Final = " 周明  Director, Administration Department"


def disguised() -> Iterator[tuple[str, str]]:
    """A line for each word, disguise and setting, and what it is."""
    for word, (name, disguise), setting in itertools.product(WORDS, DISGUISES.items(), SETTINGS):
        yield f"{name} {word} in {setting}", setting.format(disguise(word)) + TAIL


def refused(title: str) -> bool:
    try:
        checked_title(title)
    except Invalid as error:
        return error.code == "title.imitates"
    return False


def test_no_disguise_of_the_mark_becomes_a_title_or_begins_a_line() -> None:
    """Over 8,000 lines: each is refused as a title, and as a line of a body made a quotation."""
    lines = dict(disguised())
    assert len(lines) > 8_000
    assert [what for what, line in lines.items() if not refused(line)] == []
    whole = checked_body("\n".join(f"x\n{clean_text(line)}" for line in itertools.islice(lines.values(), 0, None, 97)))
    assert not imitates(whole)
    kept = [what for what, line in lines.items() if not defuse(clean_text(line)).startswith("> ")]
    assert kept == []


# Through every door a member has

REFUSALS: Final = frozenset(
    [
        "title.imitates",
        "title.long",
        "push.imitates",
        "poll.imitates",
        "poll.option",
        "poll.question",
        "favourite.name",
        "person.imitates",
        "person.avatar",
    ]
)

DOORS: Final = tuple(
    SETTINGS[number % len(SETTINGS)].format(disguise(WORDS[number % len(WORDS)])) + " 周明"
    for number, disguise in enumerate(DISGUISES.values())
)
"""One line a disguise, with words and settings in turn."""


async def test_no_door_lets_an_imitation_through(forum: Forum, people: People, clock: ManualClock) -> None:
    life = await forum.boards.get(people.reed, "life")
    made = await forum.threads.start(people.reed, life, "Tea", "Green or red?")
    own = await forum.threads.start(people.plum, life, "Soup", "Hot.")

    def attempts(line: str) -> list[Coroutine[Any, Any, object]]:
        return [
            forum.threads.start(people.plum, life, line, "正文"),
            forum.own.retitle(people.plum, own.thread, line),
            forum.pushes.push(people.plum, made.id, Stance.NOTE, line),
            forum.polls.make(people.plum, own.thread, line, ["是", "否"]),
            forum.polls.make(people.plum, own.thread, "要不要", ["是", line]),
            forum.mail.send(people.plum, "reed", line, "正文"),
            forum.favourites.add_folder(people.plum, line),
            forum.persons.edit(people.plum, avatar=line),
        ]

    for line in DOORS:
        outcomes = await asyncio.gather(*attempts(line), return_exceptions=True)
        codes = [one.code if isinstance(one, BbsError) else repr(one) for one in outcomes]
        assert all(code in REFUSALS for code in codes), (line, codes)
    clock.advance(hours=1)
    body = "\n".join(f"{number}\n{line}" for number, line in enumerate(DOORS))
    written = [
        (await forum.threads.reply(people.reed, made.thread, body)).body,
        (await forum.threads.edit(people.plum, own.id, body)).body,
    ]
    clock.advance(hours=1)
    letter = await forum.mail.send(people.plum, "reed", "Tea", body)
    written.append(letter.body)
    await forum.persons.edit(people.plum, plan="\n".join(DOORS)[:900], signature="\n".join(DOORS[:2]))
    own_card = await forum.persons.own(people.plum)
    written += [own_card.plan, own_card.signature]
    assert [text for text in written if imitates(text)] == []


# Names: registration, and whatever else gives an account a name

TAKEN: Final = ("林若溪", "周明", "行政司", "行政司司长", "机关党委常务副书记", "Union Chair", "administration")
"""Real names, offices and titles of officers."""
ADDED: Final = ("{}", "{}1", "{}_2026", "{}的", "真{}", "小{}", "{}本人", "{}-官", "我是{}", "{}办公室")
"""What somebody would put around a Chinese one."""


async def test_no_pen_name_reads_like_an_officer_an_office_or_a_title(forum: Forum, people: People) -> None:
    names = {form.format(word) for word in TAKEN if not word.isascii() for form in ADDED}
    names |= {"\u200b".join(word) for word in TAKEN} | {"．".join(word) for word in TAKEN if not word.isascii()}
    names |= {"周_明", "周-明", "周.明", "ａdministration", "adm1nistration", "Adminístration", *TAKEN}
    passed = []
    for name in sorted(names):
        try:
            await forum.accounts.name_free(name)
            passed.append(name)
        except BbsError as error:
            assert error.code.startswith("name."), error  # noqa: PT017 - which ones pass is the question
    assert passed == []


async def test_ordinary_names_stay_free(forum: Forum, people: People) -> None:
    for name in ("周末", "明月", "若溪边", "司长路", "小周", "林溪", "zhouzhou", "reunion", "chairman42", "行者"):
        await forum.accounts.name_free(name)
