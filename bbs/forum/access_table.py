"""The access table itself: permissions are data, one block an action. What is not listed here is refused to everybody.

Groups of one block add up: who is in one of them, and finds what it asks of the place, may.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bbs.forum.access_terms import Verb, Where, Who

_ACCOUNTS: Final = (Who.MEMBER, Who.OFFICER, Who.SYSOP, Who.LOCAL)
_SYSOPS: Final = (Who.SYSOP, Who.LOCAL)


@dataclass(frozen=True, slots=True)
class Allow:
    """These may, where that holds."""

    who: frozenset[Who]
    where: Where = Where.ANYWHERE


@dataclass(frozen=True, slots=True)
class Rule:
    """One action: who may, and why so. `note` is the rule in words."""

    verb: Verb
    allows: tuple[Allow, ...]
    note: str


def _allow(*who: Who, where: Where = Where.ANYWHERE) -> Allow:
    return Allow(frozenset(who), where)


def _table(rules: Iterable[Rule]) -> dict[Verb, Rule]:
    table: dict[Verb, Rule] = {}
    for rule in rules:
        if rule.verb in table:
            raise ValueError(f"{rule.verb} has two blocks")
        table[rule.verb] = rule
    return table


TABLE: Final = _table((
    # ------------------------------------------------------------------------------------------ boards and threads
    Rule(
        Verb.BOARD_READ,
        (
            _allow(Who.GUEST, where=Where.PUBLIC),
            _allow(*_ACCOUNTS),
        ),
        "Guests read what is marked public. Everybody with an account reads every board, archived ones too.",
    ),
    Rule(
        Verb.THREAD_START,
        (
            _allow(Who.MEMBER, Who.SYSOP, where=Where.MEMBERS_START),
            _allow(Who.IN_OFFICE, where=Where.OFFICERS_START),
        ),
        "An officer's column is written by those whose office the board names; a liaison prepares and never publishes. "
        "The person at the machine has no account to write under.",
    ),
    Rule(
        Verb.THREAD_REPLY,
        (
            _allow(Who.MEMBER, Who.SYSOP, where=Where.OPEN),
            _allow(Who.IN_OFFICE, where=Where.OPEN),
        ),
        "Replies are always open to members. Officers reply in office only: their login is used for nothing else.",
    ),
    Rule(
        Verb.POST_OFFICIAL,
        (_allow(Who.IN_OFFICE, where=Where.OPEN),),
        "Only somebody who holds an office now, and not as a liaison, speaks for it. Sysops never do.",
    ),
    Rule(
        Verb.POST_EDIT,
        (
            _allow(Who.MEMBER, Who.SYSOP, where=Where.OPEN),
            _allow(Who.IN_OFFICE, where=Where.OPEN),
        ),
        "One's own posts only, which the rules of posts check: nobody edits what another wrote.",
    ),
    Rule(
        Verb.POST_HIDDEN,
        (_allow(Who.MODERATOR, *_SYSOPS),),
        "Seeing what was hidden or withdrawn.",
    ),
    Rule(
        Verb.POST_PUSH,
        (_allow(Who.MEMBER, Who.SYSOP, where=Where.OPEN),),
        "Agreeing, disagreeing or noting something under a post, once each, under the pen name. Officers answer "
        "in posts.",
    ),
    Rule(
        Verb.POST_HIDE,
        (_allow(Who.MODERATOR, *_SYSOPS),),
        "Hiding a post with a reason, and showing it again, in archived boards too. Recorded.",
    ),
    Rule(
        Verb.THREAD_RETITLE,
        (_allow(Who.MODERATOR, *_SYSOPS, where=Where.OPEN),),
        "Retitling other people's threads; one's own is part of editing. Recorded, for moderators to see.",
    ),
    Rule(
        Verb.THREAD_HELPFUL,
        (
            _allow(Who.MEMBER, Who.SYSOP, where=Where.OPEN),
            _allow(Who.IN_OFFICE, where=Where.OPEN),
        ),
        "Marking the answer that helped: the opener of the thread only, which the rules of threads check.",
    ),
    Rule(
        Verb.POLL_MAKE,
        (
            _allow(Who.MEMBER, Who.SYSOP, where=Where.OPEN),
            _allow(Who.IN_OFFICE, where=Where.OPEN),
        ),
        "Asking in one's own thread, which the rules of polls check.",
    ),
    Rule(
        Verb.POLL_VOTE,
        (_allow(Who.MEMBER, Who.SYSOP, where=Where.OPEN),),
        "One vote a person; what is recorded and shown is said before. Officers ask, they do not vote.",
    ),
    Rule(
        Verb.THREAD_PIN,
        (_allow(Who.MODERATOR, *_SYSOPS, where=Where.OPEN),),
        "Moderators keep their own boards in order, or all boards of their sub-site, and no others.",
    ),
    Rule(
        Verb.THREAD_LOCK,
        (_allow(Who.MODERATOR, *_SYSOPS, where=Where.OPEN),),
        "As pinning.",
    ),
    Rule(
        Verb.THREAD_MOVE,
        (_allow(Who.MODERATOR, *_SYSOPS, where=Where.OPEN),),
        "As pinning: out of one's own board, into one where members start threads or that one moderates too; never to "
        "where more people read it than it was written for. Recorded.",
    ),
    Rule(
        Verb.THREAD_SPLIT,
        (_allow(Who.MODERATOR, *_SYSOPS, where=Where.OPEN),),
        "As pinning: floors begin a thread of their own in the same board, and may come back; what is official stays "
        "where it was signed. Recorded.",
    ),
    Rule(
        Verb.THREAD_MERGE,
        (_allow(Who.MODERATOR, *_SYSOPS, where=Where.OPEN),),
        "As splitting: a thread goes on at the end of another of the same board, and is locked. Recorded.",
    ),
    Rule(Verb.THREAD_KEEP, (_allow(Who.MODERATOR, *_SYSOPS, where=Where.OPEN),), "As pinning. Recorded."),
    Rule(Verb.THREAD_DIGEST, (_allow(Who.MODERATOR, *_SYSOPS, where=Where.OPEN),), "As pinning. Recorded."),
    Rule(
        Verb.TEMPLATE_CHANGE,
        (_allow(Who.MODERATOR, *_SYSOPS, where=Where.OPEN),),
        "As pinning; whoever reads the board may begin with its templates. Recorded.",
    ),
    Rule(
        Verb.LIBRARY_CHANGE,
        (_allow(Who.MODERATOR, *_SYSOPS, where=Where.OPEN),),
        "As pinning; whoever reads the board reads its library. Recorded.",
    ),
    # ------------------------------------------------------------------------------------------ cases
    Rule(
        Verb.CASE_READ,
        (
            _allow(Who.GUEST, where=Where.PUBLIC),
            _allow(*_ACCOUNTS),
        ),
        "As the board. Of a private case others see that it exists, its board, kind, office, state and days; the rest "
        "is for its poster and its office, sysops not included.",
    ),
    Rule(
        Verb.CASE_OPEN,
        (_allow(Who.MEMBER, Who.SYSOP, where=Where.PRIVATE_CASES),),
        "Opening a private case. A public one comes with its thread.",
    ),
    Rule(
        Verb.CASE_FOLLOW,
        (_allow(Who.GUEST, Who.MEMBER, Who.SYSOP),),
        "Following up, rating, reopening and ending one's own case; with its query code also without a name. The rules "
        "of cases check whose it is.",
    ),
    Rule(
        Verb.CASE_WORK,
        (_allow(Who.IN_OFFICE),),
        "Acting on a case for the office that has it, which the rules of cases check. Recorded.",
    ),
    Rule(
        Verb.CASE_DISPATCH,
        (_allow(Who.MODERATOR, *_SYSOPS),),
        "Handing a case that landed wrong to another office, and merging public ones. Recorded.",
    ),
    # ------------------------------------------------------------------------------------------ news
    Rule(
        Verb.COLUMN_READ,
        (
            _allow(Who.GUEST, where=Where.PUBLIC),
            _allow(*_ACCOUNTS),
        ),
        "As boards.",
    ),
    Rule(
        Verb.BULLETIN_READ,
        (
            _allow(Who.GUEST, where=Where.PUBLISHED_PUBLIC),
            _allow(Who.MEMBER, Who.OFFICER, where=Where.PUBLISHED_MEMBERS),
            _allow(Who.MEMBER, Who.OFFICER, where=Where.PUBLISHED_NAMED),
            _allow(Who.EDITOR, *_SYSOPS),
        ),
        "A bulletin is for the public, for members, for a kind or role (officer, leader, …) or for those who hold a "
        "role in a sub-site. Drafts and retracted bulletins are seen by the column's editors and sysops.",
    ),
    Rule(
        Verb.BULLETIN_IMPORT,
        (_allow(Who.IMPORTER, Who.EDITOR, *_SYSOPS),),
        "An importer writes into the columns of its own grant, and may do nothing else there.",
    ),
    Rule(
        Verb.BULLETIN_LIST_ALL,
        (_allow(Who.EDITOR, *_SYSOPS),),
        "Lists with drafts, scheduled, expired and retracted bulletins.",
    ),
    Rule(Verb.BULLETIN_PUBLISH, (_allow(Who.EDITOR, *_SYSOPS),), "Editors answer for their own columns."),
    Rule(Verb.BULLETIN_RETRACT, (_allow(Who.EDITOR, *_SYSOPS),), "As publishing."),
    # ------------------------------------------------------------------------------------------ the opinion digest
    Rule(
        Verb.DIGEST_READ,
        (_allow(*_ACCOUNTS),),
        "Released issues: staff and leaders read the same text. Drafts are seen by those who edit or review.",
    ),
    Rule(
        Verb.DIGEST_DRAFT,
        (_allow(Who.EDITOR, *_SYSOPS),),
        "Counting a week, once. *Here* is the column of the digest. The machine itself may do it, too. Recorded.",
    ),
    Rule(
        Verb.DIGEST_EDIT,
        (_allow(Who.EDITOR, Who.SYSOP),),
        "Writing, merging, leaving out, asking authors, submitting, correcting. The person at the machine has no "
        "account and so cannot be one of the two. Recorded.",
    ),
    Rule(
        Verb.DIGEST_REVIEW,
        (_allow(Who.EDITOR, Who.LEADER, Who.SYSOP),),
        "Releasing and sending back: never by the account that edited it last, which the rules of digests check. "
        "Recorded.",
    ),
    Rule(
        Verb.DIGEST_QUOTED,
        (_allow(Who.MEMBER, Who.SYSOP),),
        "Saying whether one's own words may be quoted, when the forum asks; nobody is told who was asked.",
    ),
    Rule(
        Verb.LEADER_PAGE,
        (_allow(Who.LEADER, *_SYSOPS),),
        "The leader's page gathers what every member may read, and counts.",
    ),
    # ------------------------------------------------------------------------------------------ finding
    Rule(
        Verb.SEARCH,
        (_allow(Who.GUEST, *_ACCOUNTS),),
        "Everybody may search, and finds only what they may read: boards, columns and bulletins are asked one by one.",
    ),
    # ------------------------------------------------------------------------------------------ people
    Rule(
        Verb.WHO_READ,
        (_allow(*_ACCOUNTS),),
        "Guests see how many are here, not who.",
    ),
    Rule(
        Verb.ACCOUNT_SELF,
        (_allow(Who.MEMBER, Who.OFFICER, Who.SYSOP),),
        "One's own keys, password and preferences; guests and the person at the machine have no account.",
    ),
    Rule(
        Verb.ACCOUNT_KEEP,
        (_allow(Who.MEMBER, Who.OFFICER, Who.SYSOP),),
        "One's own favourites, and what one follows and mutes.",
    ),
    Rule(
        Verb.INBOX_READ,
        (_allow(Who.MEMBER, Who.OFFICER, Who.SYSOP),),
        "One's own notices.",
    ),
    Rule(
        Verb.MAIL_READ,
        (_allow(Who.MEMBER, Who.OFFICER, Who.SYSOP),),
        "One's own copies only; nobody, sysops neither, reads another's mail here.",
    ),
    Rule(
        Verb.MAIL_SEND,
        (
            _allow(Who.MEMBER, Who.SYSOP),
            _allow(Who.IN_OFFICE),
        ),
        "An officer writes under real name and office; a liaison prepares and never writes to people. Guests neither "
        "write nor get any.",
    ),
    Rule(
        Verb.PAGE_READ,
        (_allow(Who.MEMBER, Who.OFFICER, Who.SYSOP),),
        "Short messages: one's own copies only.",
    ),
    Rule(
        Verb.PAGE_SEND,
        (
            _allow(Who.MEMBER, Who.SYSOP),
            _allow(Who.IN_OFFICE),
        ),
        "As mail; only to who is here and takes them. Guests neither write nor get any.",
    ),
    Rule(
        Verb.PERSON_READ,
        (_allow(*_ACCOUNTS),),
        "Cards of people: nothing on them leads to a person, except of officers, whose names are public.",
    ),
    Rule(
        Verb.PERSON_BLOCK,
        (_allow(Who.MEMBER, Who.OFFICER, Who.SYSOP),),
        "For oneself only; who is blocked is never told. Officers in office cannot be blocked.",
    ),
    Rule(Verb.ACCOUNT_LIST, (_allow(*_SYSOPS),), "The list of accounts; nothing in it leads to a person."),
    Rule(Verb.ACCOUNT_INVITE, (_allow(*_SYSOPS),), "A code says which batch it is of, never who used it."),
    Rule(Verb.ACCOUNT_ROLE, (_allow(*_SYSOPS),), "Recorded in the register."),
    Rule(Verb.ACCOUNT_CREATE, (_allow(*_SYSOPS),), "How officers' and sysops' logins are made. Recorded."),
    Rule(Verb.ACCOUNT_RESET, (_allow(*_SYSOPS),), "Setting another's password or adding a key for another. Recorded."),
    Rule(Verb.ACCOUNT_STATE, (_allow(*_SYSOPS),), "Approving, suspending and restoring accounts. Recorded."),
    # ------------------------------------------------------------------------------------------ offices
    Rule(
        Verb.OFFICE_LIST,
        (_allow(Who.GUEST, *_ACCOUNTS),),
        "Who holds which office is open to all, so that nobody can claim one; guests are not shown liaisons.",
    ),
    Rule(Verb.OFFICE_APPOINT, (_allow(*_SYSOPS),), "Appointing and dismissing. Recorded."),
    Rule(
        Verb.OFFICE_DESK,
        (_allow(Who.ON_STAFF),),
        "The queue of one's own office; liaisons prepare answers there.",
    ),
    # ------------------------------------------------------------------------------------------ live interviews
    Rule(
        Verb.LIVE_HOLD,
        (
            _allow(Who.MODERATOR, Who.EDITOR, *_SYSOPS, where=Where.INTERVIEWS),
            _allow(Who.IN_OFFICE, where=Where.INTERVIEWS_OFFICE),
        ),
        "Announcing, changing, calling off, beginning and ending an interview. The person at the machine announces "
        "none: it would have no host. Recorded.",
    ),
    Rule(
        Verb.LIVE_SORT,
        (
            _allow(Who.MODERATOR, Who.EDITOR, *_SYSOPS, where=Where.INTERVIEWS),
            _allow(Who.ON_STAFF, where=Where.INTERVIEWS_STAFF),
        ),
        "Letting questions into the queue, leaving them out with a reason, lifting, merging and taking them; liaisons "
        "of the board's and the guests' offices prepare here.",
    ),
    Rule(
        Verb.LIVE_ASK,
        (_allow(Who.MEMBER, Who.SYSOP, where=Where.INTERVIEWS),),
        "Under the pen name, a few open questions each. Officers answer, they do not ask.",
    ),
    Rule(
        Verb.LIVE_VOTE,
        (_allow(Who.MEMBER, Who.SYSOP, where=Where.INTERVIEWS),),
        "One vote a person and question, not for one's own.",
    ),
    Rule(
        Verb.LIVE_ANSWER,
        (_allow(Who.IN_OFFICE, where=Where.INTERVIEWS),),
        "The guests of the interview only, who hold the office they were announced with, which the rules of "
        "interviews check.",
    ),
    # ------------------------------------------------------------------------------------------ the house
    Rule(Verb.BOARD_LIST_ALL, (_allow(*_SYSOPS),), "Boards as declared, archived ones too."),
    Rule(Verb.BOARD_PLAN, (_allow(*_SYSOPS),), "What applying boards.yaml would change."),
    Rule(Verb.BOARD_APPLY, (_allow(*_SYSOPS),), "Recorded in the register."),
    Rule(
        Verb.REGISTER_READ,
        (_allow(*_ACCOUNTS),),
        "The register is open to all with an account; entries about accounts are shown to sysops only.",
    ),
    Rule(Verb.REGISTER_VERIFY, (_allow(*_SYSOPS),), "Walking the whole chain, which takes time."),
    Rule(Verb.DOCTOR, (_allow(*_SYSOPS),), "Checking the installation."),
    Rule(Verb.ADMIN_SHELL, (_allow(*_SYSOPS),), "The admin shell; each command in it asks for its own verb too."),
))  # fmt: skip
"""Everything that may be done, by whom."""

RULES: Final = {verb: rule.allows for verb, rule in TABLE.items()}
