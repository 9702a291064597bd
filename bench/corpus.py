"""Words for threads and posts: invented, plain, Chinese and English mixed as staff write, the same in each run."""

from __future__ import annotations

import random
from typing import Final

_PLACES: Final = (
    "食堂",
    "三号楼",
    "阅览室",
    "班车六号线",
    "值班室",
    "健身房",
    "停车场",
    "the canteen",
    "line 6",
    "the gym",
)
_THINGS: Final = (
    "早餐",
    "电梯",
    "开放时间",
    "热水",
    "座位",
    "通知",
    "座谈会",
    "the schedule",
    "lights",
    "opening hours",
)
_ACTS: Final = (
    "能否早半小时",
    "又停了",
    "建议调整一下",
    "谢谢大家的意见",
    "什么时候恢复",
    "please look into it",
    "works again",
)
_SENTENCES: Final = (
    "夜班同事七点前到不了食堂，希望早餐能提前半小时开始。",
    "同意，三号楼也是这样，冬天尤其明显。",
    "上周问过行政司，说本月内会有答复，大家再等等。",
    "我在驻外时也遇到过同样的问题，当时的办法是分两批。",
    "The notice on the board says Monday, but nobody has told the night desk.",
    "如果人手不够，我们可以排一个志愿者的班。",
    "It would already help if the hours were printed at the door.",
    "附近的小店八点才开门，所以只能靠食堂。",
)
_DEPTH: Final = (2, 3, 3, 4, 6)
"""Sentences of a post, by turns."""


class Corpus:
    """Titles and bodies in a fixed order."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._count = 0

    def title(self) -> str:
        """A title, different from the others by its number."""
        self._count += 1
        pick = self._random.choice
        return f"{pick(_PLACES)}{pick(_THINGS)}{pick(_ACTS)} {self._count}"

    def body(self, sentences: int = 0) -> str:
        """A body of a few sentences in one or two paragraphs, different from the others by its number."""
        self._count += 1
        count = sentences or self._random.choice(_DEPTH)
        chosen = [self._random.choice(_SENTENCES) for _ in range(count)]
        middle = (count + 1) // 2
        return f"（{self._count}）" + "".join(chosen[:middle]) + "\n\n" + "".join(chosen[middle:])
