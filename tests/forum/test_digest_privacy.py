"""What a digest may tell: numbers that cannot be subtracted, and words that lead to nobody however they are dressed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bbs.forum.digest.privacy import Cell, Fault, Why, fault_in, gives_away, settle, verbatim
from bbs.forum.digest.topics import bag, clusters, own_words
from bbs.text.disguise import NameFinder, seen
from bbs.text.moments import first_time
from bbs.text.names import fold

NAMES = ("reed", "墨竹", "paper-lantern", "小满", "wind99", "山外2")


def week(**groups: Mapping[str, range]) -> dict[tuple[int, int], Cell]:
    """Cells from `b1={"t0": range(…), "t1": range(…)}`: board 1, topics 0 and 1, accounts; a post each."""
    return {
        (int(board[1:]), int(topic[1:])): Cell(frozenset(who), len(who))
        for board, topics in groups.items()
        for topic, who in topics.items()
    }


def test_four_are_not_told_and_five_are() -> None:
    shown = settle(week(b1={"t0": range(50, 60), "t1": range(4), "t2": range(10, 15)}))
    assert shown.topics == {2}
    assert shown.why == {1: Why.FEW}


def test_what_subtraction_would_give_takes_a_second_topic_with_it() -> None:
    shown = settle(week(b1={"t1": range(30), "t2": range(40, 49), "t3": range(60, 63)}, b2={"t0": range(70, 99)}))
    assert shown.topics == {1}
    assert shown.why == {2: Why.SECOND, 3: Why.FEW}
    assert shown.boards == {1, 2}


def test_with_enough_others_beside_it_nothing_more_is_hidden() -> None:
    shown = settle(week(b1={"t0": range(80, 90), "t1": range(30), "t3": range(60, 63)}))
    assert shown.topics == {1}
    assert shown.boards == {1}
    assert shown.why == {3: Why.FEW}


def test_a_board_is_not_told_when_it_is_a_topic_and_three_more() -> None:
    shown = settle(week(b1={"t0": range(7, 13), "t1": range(10, 16)}, b2={"t0": range(20, 40)}))
    assert 1 not in shown.boards
    assert 1 in shown.topics


def test_a_small_board_is_not_had_from_the_sum_of_all() -> None:
    shown = settle(week(b1={"t0": range(40)}, b2={"t0": range(50, 53)}))
    told = [len(range(40))] if 1 in shown.boards else []
    assert not (told and shown.whole)


def test_a_part_of_a_topic_on_another_board_is_not_had_either() -> None:
    """Everything of board 2 is one topic that began on board 1: its two accounts there are its total, or its rest."""
    shown = settle(week(b1={"t0": range(80, 90), "t1": range(20)}, b2={"t1": range(2), "t2": range(30, 50)}))
    assert not (2 in shown.boards and 2 in shown.topics)


def test_what_an_editor_leaves_out_counts_as_hidden() -> None:
    cells = week(b1={"t1": range(30), "t2": range(40, 49), "t3": range(60, 63)}, b2={"t0": range(70, 99)})
    shown = settle(cells, left_out={2})
    assert shown.why == {2: Why.LEFT_OUT, 3: Why.FEW}
    assert shown.topics == {1}


def test_a_week_of_four_people_tells_nothing() -> None:
    shown = settle(week(b1={"t1": range(4)}))
    assert (shown.topics, shown.boards, shown.whole) == (set(), set(), False)


@pytest.mark.parametrize(
    "text",
    [
        "reed 说",
        "ｒｅｅｄ",
        "r\u200beed",
        "r e e d",
        "r-e-e-d",
        "rееd",  # Cyrillic е
        "REED",
        "找reed问",
        "墨竹",
        "据墨竹讲",
        "墨\u200b竹",
        "墨 竹",
        "墨·竹",
        "墨\u2060竹",
        "听小满讲过",
        "Paper Lantern",
        "paper_lantern",
        "ｗｉｎｄ９９",
        "山外２楼上",
    ],
)
def test_names_are_found_in_any_dress(text: str) -> None:
    assert NameFinder({fold(name): name for name in NAMES}).find(text)


@pytest.mark.parametrize("text", ["they agreed", "reeds grow there", "满小", "paper and lanterns", "wind", "竹墨"])
def test_other_words_are_not_names(text: str) -> None:
    assert not NameFinder({fold(name): name for name in NAMES}).find(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("问 @reed", Fault.MENTION),
        ("问＠墨竹", Fault.MENTION),
        ("见 /t/1203", Fault.ROUTE),
        ("见 ／t／1203", Fault.ROUTE),
        ("see t/12#3", Fault.ROUTE),
        ("/u/reed", Fault.ROUTE),
        ("ssh://host", Fault.ROUTE),
        ("见 #1203", Fault.NUMBER),
        ("见＃12", Fault.NUMBER),
        ("thread 1203", Fault.NUMBER),
        ("帖子1203", Fault.NUMBER),
        ("第12楼说得对", Fault.NUMBER),
        ("1203 号帖", Fault.NUMBER),
        ("办件 99", Fault.NUMBER),
        ("case #99", Fault.NUMBER),
        ("/c/99", Fault.NUMBER),
        ("又是4711", Fault.NUMBER),
        ("有三位同事反映", Fault.FEW),
        ("３人", Fault.FEW),
        ("only two colleagues", Fault.FEW),
        ("one of them", Fault.FEW),
        ("昨晚九点", Fault.TIME),
        ("昨 晚", Fault.TIME),
        ("昨\u200b晚", Fault.TIME),
        ("星期五", Fault.TIME),
        ("週五", Fault.TIME),
        ("上周日", Fault.TIME),
        ("十一月二十二日", Fault.TIME),
        ("二十二号", Fault.TIME),
        ("２１：１５", Fault.TIME),
        ("九点半", Fault.TIME),
        ("晚上九點", Fault.TIME),
        ("11/22", Fault.TIME),
        ("2026-11-22", Fault.TIME),
        ("last night", Fault.TIME),
        ("yesterday", Fault.TIME),
        ("on Sunday", Fault.TIME),
        ("22 November", Fault.TIME),
        ("Nov. 22nd", Fault.TIME),
        ("half past nine", Fault.TIME),
        ("9 p.m.", Fault.TIME),
    ],
)
def test_what_leads_to_a_person_or_a_post_is_refused(text: str, fault: Fault) -> None:
    found = fault_in(text, cases=(12,), threads=(4711, 7))
    assert found is not None
    assert found[0] is fault


@pytest.mark.parametrize(
    "text",
    [
        "食堂早餐开门早不早，夜班同事很在意",
        "3号楼和6号线旁边的班车，晚间间隔太长",
        "快一点，多一点，再等一周",
        "两点建议，三个版面",
        "办件 12 已由行政司答复，见 /c/12",
        "本月上半月，第 47 周，十一月",
        "七成赞成，二十多人反对，半小时一班",
        "Shuttle: gaps in the evening; half an hour is too long",
        "The Administration Department answered case 12 in two days",
        "the 3rd floor, room 12, 40 % more, issue no. 3",
        "week 47 of November 2026",
    ],
)
def test_plain_words_are_not_refused(text: str) -> None:
    assert fault_in(text, cases=(12,), threads=(7,)) is None


@pytest.mark.parametrize("text", ["周围", "日常", "节日", "十分", "按时", "周转", "in two days", "next week", "每周"])
def test_no_times(text: str) -> None:
    assert first_time(text) is None


POSTED = "夜班同事七点前到不了食堂，能不能早半小时开门？ Please let us start the shuttle earlier every week."


@pytest.mark.parametrize(
    "text",
    [
        "有人问能不能早半小时开门",
        "有人问“能不能，早半小时，开门”",
        "能\u200b不\u200b能\u200b早\u200b半\u200b小\u200b时\u200b开门",
        "能 不 能 早 半 小 时 开 门",
        "夜班同事７点？夜班同事七点前到不了",
        "let us START the shuttle earlier",
        "l e t us start the shutt1e earlier",
        "let us stаrt the shuttlе earlier",  # Cyrillic а, е
        "ｌｅｔ ｕｓ ｓｔａｒｔ ｔｈｅ ｓｈｕｔｔｌｅ ｅａｒｌｉｅｒ",
    ],
)
def test_what_somebody_wrote_is_recognised(text: str) -> None:
    assert verbatim([text]).find(POSTED)


@pytest.mark.parametrize(
    "text", ["食堂早些开门的呼声很高", "能不能早开门", "An earlier shuttle is asked for", "shuttle"]
)
def test_own_words_are_not(text: str) -> None:
    assert verbatim([text]).find(POSTED) is None


def test_what_anybody_may_say_is_forgiven() -> None:
    runs = verbatim(["行政司说能不能早半小时开门"])
    runs.forgive("能不能早半小时开门")
    assert runs.find("能不能早半小时开门") is None


def test_three_threads_or_three_authors_give_a_phrase_away() -> None:
    assert gives_away(3, 9)
    assert gives_away(9, 3)
    assert not gives_away(4, 4)


def test_seen_has_letters_only() -> None:
    assert seen("Ａ\u200b b，第12楼") == seen("ab第12楼")


def test_threads_are_put_together_by_words_of_titles() -> None:
    bags = [
        bag(1, 1, "食堂早餐太晚", [(n, "早餐能早些就好") for n in range(6)]),
        bag(2, 1, "早餐窗口", [(n, "早餐排队，慢慢来") for n in range(4, 9)]),
        bag(3, 2, "电梯停了", [(n, "电梯又停，慢慢来") for n in range(20, 27)]),
        bag(4, 2, "又停了", [(n, "三号楼电梯") for n in range(30, 33)]),
    ]
    found = clusters(bags, least=5)
    assert [one.threads for one in found] == [(3, 4), (1, 2)]
    assert [one.words[0] for one in found] == ["电梯", "早餐"]
    assert found == clusters(reversed(bags), least=5)


def test_a_word_is_shown_when_five_used_it_in_words_of_their_own() -> None:
    quoting = [(1, "蓝围巾丢了"), *((n, "> 蓝围巾丢了\n\n早餐") for n in range(2, 8))]
    (one,) = clusters([bag(1, 1, "早餐", quoting)], least=5)
    assert one.words == ("早餐",)
    assert own_words("> a\nb\n  > c\nd") == "b\nd"
