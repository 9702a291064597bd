"""What a week was about: threads put together by the words they share, in a way that can be told in one sentence.

Threads belong together when the same word stands in their titles, or stands in the title of one and was used by a third
of those who wrote in the other; the word that brings the most people together goes first, and a thread goes where it is
brought first. Nothing is random, nothing is learned: the same week gives the same topics.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bbs.text.segment import is_alone, terms

TEXT_MOST: Final = 600
"""Characters of a post that are looked at."""
TERMS_MOST: Final = 24
"""Words kept of a thread."""
SINGLES_MOST: Final = 200
"""Words of a thread above which those that only one person used are not looked at."""
BAGS_MOST: Final = 20_000
"""Threads of a week that are compared, those with the most accounts first; the others are only counted."""
KEY_SHARE: Final = 1 / 3
"""A word is a key of a thread when so many of those who wrote in it used it, and two at least."""
COMMON_SHARE: Final = 0.2
"""A word that is a key of a greater part of all threads says nothing."""
COMMON_LEAST: Final = 20
"""Threads a word may always be a key of."""
WORDS_MOST: Final = 6
"""Words in common that are shown of a topic."""
WORDS_LEAST: Final = 3
"""So many are shown even if some of them are in no title."""

_EMPTY: Final = frozenset(
    "的了是我你他她它们这那就也都很在和与及而但或吗呢吧啊呀嘛哦么不没有把被给对向从到会能可要想说看去来"
    "上下里个些每最更再还又才只已将为因所以其之于等太得着过让使请问谢啦哈嗯"
)
"""Characters that hold sentences together: a pair with one of them in it is no word."""
_WORN: Final = frozenset(
    """
    问题 建议 请教 求助 咨询 反映 希望 关于 大家 同事 领导 单位 机关 时候 时间 今天 明天 昨天 现在 以后 之前 之后
    知道 觉得 感觉 情况 自己 什么 怎么 如何 是否 为何 为什 哪里 一下 一点 一样 一直 一次 支持 同意 同感 反对 楼主
    帖子 回复 收到 感谢 辛苦 麻烦
    公司 学校 老师 方便 东西 地方 开始 应该 必须 需要 需求 一起 其他 其实 比较 非常 特别 直接 最后 最近 目前
    the and for are was were but not you your our out all any can could would should will with from this that these
    those there here what when where which who how why has have had his her its their them they then than just about
    into over after before again also only very more most some such does did done been being please thanks thank hello
    anybody anyone somebody someone everybody everyone nobody question suggestion help know think like need want get
    got one two new still same good well yes
    """.split()  # noqa: SIM905 - a list of words is read more easily than a list of strings
)
"""Words that are in every other thread."""


@dataclass(frozen=True, slots=True)
class Bag:
    """One thread in one week: who wrote (numbers of accounts), how many posts, and who used which word."""

    thread: int
    board: int
    accounts: frozenset[int]
    posts: int
    uses: Mapping[str, frozenset[int]]
    title: frozenset[str]

    def subjects(self) -> set[str]:
        """The words that say what it is about."""
        least = max(2.0, len(self.accounts) * KEY_SHARE)
        return {word for word, users in self.uses.items() if word in self.title or len(users) >= least}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Threads that belong together, by number, and the words that their people have in common."""

    threads: tuple[int, ...]
    words: tuple[str, ...]


def bag(thread: int, board: int, title: str, posts: Sequence[tuple[int, str]]) -> Bag:
    """Look at one thread's posts of the week, given as (account, text) in order."""
    uses: dict[str, set[int]] = {}
    heads = frozenset(word for word in terms(title) if is_word(word))
    for account, text in posts:
        for word in terms(own_words(text)[:TEXT_MOST]):
            if word in uses:
                uses[word].add(account)
            else:
                uses[word] = {account}
    if len(uses) > SINGLES_MOST:  # what one person said once is what most words are
        uses = {word: users for word, users in uses.items() if len(users) > 1 or word in heads}
    for word in heads:
        uses.setdefault(word, set())
    ranked = sorted(uses, key=lambda word: (word not in heads, -len(uses[word]), word))
    kept = list(islice(filter(is_word, ranked), TERMS_MOST))
    accounts = frozenset(account for account, _ in posts)
    shared = {account: frozenset((account,)) for account in accounts}
    sets = {word: shared[next(iter(users))] if len(users := uses[word]) == 1 else frozenset(users) for word in kept}
    return Bag(thread, board, accounts, len(posts), sets, heads.intersection(kept))


def own_words(body: str) -> str:
    """A text without the lines that it quotes: those are somebody else's."""
    return "\n".join(line for line in body.split("\n") if not line.lstrip().startswith(">"))


def is_word(word: str) -> bool:
    """Whether a term can say what something is about."""
    if is_alone(word[0]):
        return word not in _WORN and _EMPTY.isdisjoint(word)
    return len(word) >= 3 and word not in _WORN and not word.isdecimal()


def clusters(bags: Iterable[Bag], *, least: int) -> list[Cluster]:
    """Put the threads of a week together; every thread is in one cluster, the ones with the most accounts first.

    `least` is how many accounts must have used a word that is shown.
    """
    known = {one.thread: one for one in bags}
    compared = heapq.nsmallest(BAGS_MOST, known.values(), key=lambda one: (-len(one.accounts), one.thread))
    groups = _gathered(compared)
    placed = {number for group in groups for number in group}
    groups += [[number] for number in known if number not in placed]
    found = [Cluster(tuple(sorted(group)), words_of([known[number] for number in group], least)) for group in groups]
    return sorted(found, key=lambda one: (-len(accounts_of(known[n] for n in one.threads)), one.threads))


def _gathered(bags: Sequence[Bag]) -> list[list[int]]:
    """The groups that words bring together, the strongest word first."""
    threads: dict[str, list[Bag]] = {}
    for one in bags:
        for word in one.subjects():
            threads.setdefault(word, []).append(one)
    common = max(COMMON_LEAST, COMMON_SHARE * len(bags))
    taken: set[int] = set()

    def weight(word: str) -> float:
        free = [one for one in threads[word] if one.thread not in taken]
        if len(free) < 2:
            return 0.0
        return len(accounts_of(free)) * math.log(1 + len(bags) / len(threads[word]))

    headed = {word for one in bags for word in one.title}
    heap = [(-weight(word), word) for word in sorted(headed) if 2 <= len(threads[word]) <= common]
    heapq.heapify(heap)
    groups: list[list[int]] = []
    while heap:
        stale, word = heapq.heappop(heap)
        now = weight(word)
        if now < -stale - 1e-9:  # some of its threads have gone elsewhere since
            if now > 0:
                heapq.heappush(heap, (-now, word))
            continue
        if now > 0:
            group = [one.thread for one in threads[word] if one.thread not in taken]
            taken.update(group)
            groups.append(group)
    return groups


def accounts_of(bags: Iterable[Bag]) -> frozenset[int]:
    """Everybody who wrote in one of these threads."""
    return frozenset().union(*(one.accounts for one in bags))


def words_of(bags: Iterable[Bag], least: int) -> tuple[str, ...]:
    """The words that `least` accounts or more have in common, words of titles first; of parts of one word the first."""
    users: dict[str, set[int]] = {}
    titles: Counter[str] = Counter()
    for one in bags:
        titles.update(one.title)
        for word, accounts in one.uses.items():
            users.setdefault(word, set()).update(accounts)
    counts = {word: len(accounts) for word, accounts in users.items() if len(accounts) >= least}
    chosen: list[str] = []
    for word in sorted(counts, key=lambda word: (not titles[word], -counts[word], word)):
        if len(chosen) >= (WORDS_MOST if titles[word] else WORDS_LEAST):
            break
        if not any(_overlap(word, other) for other in chosen):
            chosen.append(word)
    return tuple(chosen)


def _overlap(one: str, other: str) -> bool:
    """Whether two pairs of characters may be two parts of one word."""
    return is_alone(one[0]) and is_alone(other[0]) and (one[-1] == other[0] or one[0] == other[-1])
