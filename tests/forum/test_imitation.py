"""Text that looks like a mark of the house."""

from __future__ import annotations

import pytest

from bbs.errors import Invalid
from bbs.forum.imitation import check_imitation, defuse, imitates


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
    ],
)
def test_sentences(line: str) -> None:
    assert not imitates(line)
    check_imitation(line)
    assert defuse(line) == line
