"""Times in words: days, parts of days and hours in Chinese and English text, as people write them.

Months and weeks are no times in this sense, nor are spans (`two days`, `半小时`) and parts of any day (`evening`).
Better one too many than one missed: who wrote it is asked to say it otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bbs.text.disguise import without_invisible

_N: Final = "[0-9〇零一二三四五六七八九十廿卅两]"
_MONTHS: Final = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_DAYS: Final = "mon|tues?|wednes|thurs?|fri|satur|sun"
_HOURS: Final = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_POINTS: Final = "建议意见要求原因理由希望想法看法问题共识说明疑问诉求内容体会感受好处坏处"

_CHINESE: Final = (
    rf"{_N}{{1,3}}月(?:份)?{_N}{{1,3}}[日号]?",
    rf"(?<![0-9第]){_N}{{1,3}}[日](?!常|子|用|间)",
    rf"{_N}{{1,3}}号(?![楼线院门厅馆桌车口窗机库仓房厂])",
    r"(?:星期|礼拜|周)(?:[一二三四五六日天1-7]|末)",
    r"(?:昨|前|今|明|后|当|次|同|隔|头)(?:天|日|晚|夜|早|晨|午)",
    r"大前天|大后天|刚才|刚刚",
    rf"{_N}{{1,3}}(?:点(?:钟|整|半|多)|时(?:整|许|{_N}{{1,3}}分))",
    rf"{_N}{{1,3}}点{_N}",
    rf"(?:[2-9二三四五六七八九两]|[12][0-9]|1[0-2]|{_N}{{2,3}})点(?![{_POINTS}])",
)
_ENGLISH: Final = (
    r"[0-9]{4}\s?[-/.]\s?[0-9]{1,2}\s?[-/.]\s?[0-9]{1,2}",
    r"(?<![0-9/.-])(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12][0-9]|3[01])(?![0-9/])",
    r"(?<![0-9/.-])(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])(?![0-9-])",
    r"(?<![0-9:])(?:[01]?[0-9]|2[0-4])\s?[:h]\s?[0-5][0-9](?![0-9])",
    rf"\b(?:{_MONTHS})\.?\s+(?:the\s+)?[0-9]{{1,2}}(?:st|nd|rd|th)?\b(?!\s*(?:%|per))",
    rf"\b(?:[12]?[0-9]|3[01])(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})\b",
    r"\b(?:the\s+)?[0-9]{1,2}(?:st|nd|rd|th)\b(?!\s+(?:floor|storey|year|week|month|time|issue|century))",
    rf"\b(?:{_DAYS})days?\b|\bweekends?\b",
    r"\b(?:to|yester)day\b|\btomorrow\b|\btonight\b|\bovernight\b",
    r"\b(?:this|that|last|next)\s+(?:morning|afternoon|evening|night|noon|midnight)\b",
    r"\bat\s+(?:noon|midnight|dawn|dusk)\b",
    r"\b[0-9]{1,2}\s?[ap]\.?m\b",
    rf"\b(?:[0-9]{{1,2}}|{_HOURS})\s+(?:o'?clock|in the (?:morning|afternoon|evening))",
    rf"\b(?:half|quarter)\s+(?:past|to)\s+(?:[0-9]{{1,2}}|{_HOURS})\b",
)
_TIMES: Final = re.compile("|".join((*_CHINESE, *_ENGLISH)), re.IGNORECASE)
_SAME: Final = str.maketrans("點時號週後當兩\u2019", "点时号周后当两'")
"""Traditional characters of the words above, and the curled apostrophe."""
_GAPS: Final = re.compile(r"(?<=[^\x00-\x7f])[\s·._-]+(?=[^\x00-\x7f])")


def first_time(text: str) -> str | None:
    """The first time finer than a week in a text, as it stands there without disguise; None when there is none."""
    plain = unicodedata.normalize("NFKC", without_invisible(text)).translate(_SAME)
    for form in (plain, _GAPS.sub("", plain)):  # `昨 晚` is read as one word
        found = _TIMES.search(form)
        if found is not None:
            return found[0].strip()
    return None
