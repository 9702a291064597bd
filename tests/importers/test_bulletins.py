"""Importing bulletins: files as people write them, streams as scripts send them, and everything that can be wrong."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bbs.errors import Invalid
from bbs.forum.accounts.passwords import CHEAP
from bbs.forum.actor import LOCAL
from bbs.forum.forum import Forum, Policy, open_forum
from bbs.importers import bulletins
from bbs.importers import fields as fields_
from bbs.importers.bulletins import import_bulletins
from bbs.importers.report import Report
from bbs.store.database import Database
from bbs.text.when import ManualClock
from tests.support.corpus import ALL_TEXT, RAW_BYTES

DECLARED = """
site: {zh: 坛, en: Forum, zone: Asia/Shanghai}
sections: [{slug: after, zh: 后, en: After}]
columns:
- {slug: express, zh: 快递, en: Express, read: public}
- {slug: study, zh: 学习, en: Study, read: members, must_read: true}
"""
FULL = """\
---
id: 2026-holiday-duty
column: express
title: 国庆值班安排
title_en: "Duty roster: the holiday"
lang: zh
source: 行政司
author: 周明
published_at: 2025-09-25T09:00:00+08:00
expires_at: 2026-10-09
priority: important
must_read: true
audience: members
supersedes: 2025-holiday-duty
tags: [duty, holiday]
---
10 月 1 日至 7 日放假。

---

A rule above is no head.
"""
SHORT = "---\ncolumn: express\ntitle: T\n---\nbody\n"


MISTAKES = [
    ("no head", 1, "import.no_head"),
    ("", 1, "import.no_head"),
    ("---\ntitle: T\n", 1, "import.head_open"),
    ("---\n- a\n---\nbody", 1, "import.no_head"),
    ("---\ncolumn: express\ntitel: T\n---\nbody", 3, "import.unknown_key"),
    ("---\ncolumn: express\n---\nbody", 1, "import.missing_key"),
    ("---\ntitle: T\n---\nbody", 1, "import.missing_key"),
    ("---\ncolumn: express\ntitle: T\n---\n \n", 5, "bulletin.missing"),
    ("---\ncolumn: nowhere\ntitle: T\n---\nbody", 2, "column.unknown"),
    ("---\ncolumn: express\ntitle: T\npublished_at: tomorrow\n---\nbody", 4, "import.not_a_date"),
    ("---\ncolumn: express\ntitle: T\nexpires_at: 2026-13-01\n---\nbody", 4, "import.not_a_date"),
    ("---\ncolumn: express\ntitle: T\nmust_read: maybe\n---\nbody", 4, "import.not_yes_no"),
    ("---\ncolumn: express\ntitle: T\ntags: duty\n---\nbody", 4, "import.not_a_list"),
    ("---\ncolumn: express\ntitle: [T]\n---\nbody", 3, "import.not_text"),
    ("---\ncolumn: express\ntitle: T\npriority: high\n---\nbody", 4, "bulletin.priority"),
    ("---\ncolumn: express\ntitle: T\ntitle: U\n---\nbody", 4, "yaml.twice"),
    ("---\ncolumn: express\ntitle: 'T\n---\nbody", 4, "yaml.syntax"),
    ("---\ncolumn: &c express\ntitle: T\n---\nbody", 2, "yaml.alias"),
    ("---\ncolumn: express\ntitle: " + "x" * 201 + "\n---\nbody", 3, "bulletin.long"),
]


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


@pytest.fixture
async def forum(db: Database, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Forum]:
    opened = await open_forum(db, clock, Policy(password_cost=CHEAP))
    file = tmp_path / "boards.yaml"
    file.write_text(DECLARED, encoding="utf-8")
    await opened.community.apply(LOCAL, file)
    yield opened
    await opened.close()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    path = tmp_path / "inbox"
    path.mkdir()
    return path


async def run(forum: Forum, *sources: Path | bytes, **options: object) -> Report:
    return await import_bulletins(forum, LOCAL, sources, **options)  # type: ignore[arg-type]


def failures(report: Report) -> list[tuple[str, int | None, str]]:
    return [(Path(one.file).name, one.line, one.reason.code) for one in report.failed]


async def test_a_file_with_every_key(forum: Forum, inbox: Path) -> None:
    (inbox / "duty.md").write_text(FULL, encoding="utf-8")
    report = await run(forum, inbox)
    assert failures(report) == []
    found = await forum.news.get(LOCAL, report.created[0])
    assert (found.source_id, found.title) == ("2026-holiday-duty", "国庆值班安排")
    assert (found.column, found.lang) == ("express", "zh")
    assert (found.title_en, found.source, found.author) == ("Duty roster: the holiday", "行政司", "周明")
    assert found.published_at == datetime(2025, 9, 25, 1, tzinfo=UTC)
    assert found.expires_at == datetime(2026, 10, 8, 16, tzinfo=UTC)  # a date alone begins in the site's zone
    assert (found.priority, found.must_read, found.audience) == ("important", True, "members")
    assert (found.supersedes, found.tags) == ("2025-holiday-duty", ("duty", "holiday"))
    assert found.body == "10 月 1 日至 7 日放假。\n\n---\n\nA rule above is no head."


async def test_running_it_twice_changes_nothing(forum: Forum, inbox: Path) -> None:
    for number in range(5):
        (inbox / f"n{number}.md").write_text(SHORT.replace("T", f"T{number}"), encoding="utf-8")
    first = await run(forum, inbox)
    second = await run(forum, inbox)
    assert len(first.created) == 5
    assert second == Report(unchanged=first.created)
    (inbox / "n3.md").write_text(SHORT.replace("body", "other"), encoding="utf-8")
    assert (await run(forum, inbox)).updated == [first.created[3]]


async def test_the_file_name_is_the_identity_and_may_say_the_language(forum: Forum, inbox: Path) -> None:
    (inbox / "canteen.zh.md").write_text(SHORT, encoding="utf-8")
    (inbox / "canteen.en.md").write_text(SHORT, encoding="utf-8")
    report = await run(forum, inbox)
    found = [await forum.news.get(LOCAL, id) for id in report.created]
    assert sorted((one.source_id, one.lang) for one in found) == [("canteen", "en"), ("canteen", "zh")]
    assert found[0].pair == found[1].id


async def test_each_mistake_is_told_with_its_line(forum: Forum, inbox: Path) -> None:
    for number, (text, _, _) in enumerate(MISTAKES):
        write(inbox / f"{number:02}.md", text)
    write(inbox / "good.md", SHORT)
    report = await run(forum, inbox)
    told = {name: (line, code) for name, line, code in failures(report)}
    assert told == {f"{number:02}.md": (line, code) for number, (_, line, code) in enumerate(MISTAKES)}
    assert len(report.created) == 1


async def test_the_unknown_key_is_named_with_the_one_meant(forum: Forum, inbox: Path) -> None:
    (inbox / "bad.md").write_text("---\ncolumn: express\ntitel: T\n---\nbody", encoding="utf-8")
    (failure,) = (await run(forum, inbox)).failed
    assert (failure.reason.params["key"], failure.reason.params["right"]) == ("titel", "title")


async def test_files_that_are_no_texts(forum: Forum, inbox: Path) -> None:
    (inbox / "a.md").write_bytes(b"---\n\x00\x01\xff\xfe")
    (inbox / "b.md").write_bytes(SHORT.replace("T", "Té").encode("latin-1"))
    (inbox / "c.md").write_bytes(SHORT.encode() + b"x" * 1024 * 1024)
    (inbox / "d.md").write_bytes(SHORT.encode("utf-16"))
    (inbox / "e.md").write_bytes(b"\xef\xbb\xbf" + SHORT.replace("\n", "\r\n").encode())
    report = await run(forum, inbox)
    assert failures(report) == [
        ("a.md", 2, "import.binary"),
        ("b.md", 3, "import.not_utf8"),
        ("c.md", None, "import.too_large"),
        ("d.md", 1, "import.binary"),
    ]
    assert len(report.created) == 1


async def test_what_is_not_a_file(forum: Forum, inbox: Path) -> None:
    (inbox / "loop").symlink_to(inbox)
    (inbox / "elsewhere.md").symlink_to(inbox.parent / "boards.yaml")
    (inbox / "empty").mkdir()
    os.mkfifo(inbox / "pipe.md")
    (inbox / "sub").mkdir()
    (inbox / "sub" / "deep.md").write_text(SHORT, encoding="utf-8")
    (inbox / ".hidden.md").write_text(SHORT, encoding="utf-8")
    (inbox / "picture.png").write_bytes(b"\x89PNG")
    report = await run(forum, inbox, inbox / "empty", inbox / "nowhere.md", inbox / "pipe.md")
    assert failures(report) == [
        ("elsewhere.md", None, "import.symlink"),
        ("empty", None, "import.empty_directory"),
        ("nowhere.md", None, "import.no_file"),
        ("pipe.md", None, "import.not_a_file"),
    ]
    assert len(report.created) == 1


async def test_json_lines(forum: Forum) -> None:
    lines = [
        json.dumps({"id": "a", "column": "express", "title": "A", "body": "text", "must_read": True, "tags": ["x"]}),
        "",
        "{not json",
        json.dumps(["a", "list"]),
        json.dumps({"id": "b", "column": "express", "title": "B"}),
        json.dumps({"column": "express", "title": "C", "body": "x"}),
        json.dumps({"id": "d", "column": "express", "title": "D", "body": 5}),
        json.dumps({"id": "e", "column": "express", "title": "E", "body": "x", "colour": "red"}),
        json.dumps({"id": "f", "column": "express", "title": "F", "body": "x" * 1_100_000}),
        "[" * 200_000,
        json.dumps({"id": "z", "column": "express", "title": "Z", "body": "last"}),
    ]
    report = await run(forum, "\n".join(lines).encode())
    assert len(report.created) == 2
    assert sorted(failures(report), key=lambda one: one[1] or 0) == [
        ("-", 3, "import.not_json"),
        ("-", 4, "import.not_an_object"),
        ("-", 5, "bulletin.missing"),
        ("-", 6, "import.id_needed"),
        ("-", 7, "import.not_text"),
        ("-", 8, "import.unknown_key"),
        ("-", 9, "import.too_large"),
        ("-", 10, "import.not_json"),
    ]


async def test_standard_input_may_be_one_markdown_text(forum: Forum) -> None:
    assert failures(await run(forum, SHORT.encode())) == [("-", 1, "import.id_needed")]
    assert len((await run(forum, SHORT.replace("title", "id: s\ntitle").encode())).created) == 1
    assert failures(await run(forum, b"<rss></rss>")) == [("-", None, "import.feed")]
    assert failures(await run(forum, b"")) == [("-", 1, "import.no_head")]
    with pytest.raises(Invalid) as caught:
        await run(forum, b"", format="docx")
    assert caught.value.code == "import.format"


async def test_options(forum: Forum, inbox: Path) -> None:
    (inbox / "a.md").write_text(SHORT, encoding="utf-8")
    dry = await run(forum, inbox, dry_run=True)
    assert dry.created == [0]
    drafts = await run(forum, inbox, column="study", publish=False)
    found = await forum.news.get(LOCAL, drafts.created[0])
    assert (found.column, found.status, found.must_read) == ("study", "draft", True)
    assert (await run(forum, inbox, column="study")).unchanged == drafts.created
    assert (await run(forum, inbox, column="study", publish=True)).updated == drafts.created
    assert (await forum.news.get(LOCAL, drafts.created[0])).status == "published"


async def test_atomic_takes_all_or_nothing(forum: Forum, inbox: Path) -> None:
    (inbox / "a.md").write_text(SHORT, encoding="utf-8")
    (inbox / "b.md").write_text(SHORT.replace("express", "nowhere"), encoding="utf-8")
    (inbox / "c.md").write_text("no head", encoding="utf-8")
    report = await run(forum, inbox, atomic=True)
    assert sorted(failures(report)) == [("b.md", 2, "column.unknown"), ("c.md", 1, "import.no_head")]
    assert (report.created, (await forum.news.list(LOCAL, None)).items) == ([], ())
    (inbox / "b.md").unlink()
    (inbox / "c.md").unlink()
    assert len((await run(forum, inbox, atomic=True)).created) == 1


async def test_one_identity_twice_in_one_import(forum: Forum, inbox: Path) -> None:
    for name in ("a.md", "b.md"):
        (inbox / name).write_text(SHORT.replace("title", "id: same\ntitle"), encoding="utf-8")
    for _ in range(2):
        assert failures(await run(forum, inbox)) == [("b.md", 3, "bulletin.twice")]


async def test_progress_reaches_the_end(forum: Forum, inbox: Path) -> None:
    for number in range(3):
        (inbox / f"n{number}.md").write_text(SHORT, encoding="utf-8")
    seen: list[tuple[int, int | None]] = []
    await run(forum, inbox, progress=lambda done, total: seen.append((done, total)))
    size = 3 * len(SHORT)
    assert seen[-1] == (size, size)


async def test_an_import_cut_off_is_finished_by_the_next(forum: Forum, inbox: Path) -> None:
    """Batches that were stored stay; the next run creates the rest and doubles nothing."""
    lines = [json.dumps({"id": f"n{n}", "column": "express", "title": f"T{n}", "body": "x"}) for n in range(700)]

    class CutOff(Exception):
        pass

    def cut(done: int, total: int | None) -> None:
        raise CutOff

    data = "\n".join(lines).encode()
    with pytest.raises(CutOff):
        await run(forum, data, progress=cut)
    report = await run(forum, data)
    assert report.unchanged
    assert len(report.created) + len(report.unchanged) == 700
    assert (await run(forum, data)).created == []


async def test_hostile_texts_in_every_place(forum: Forum, inbox: Path) -> None:
    for number, text in enumerate(ALL_TEXT):
        data = f"---\nid: h{number}\ncolumn: express\ntitle: {text}\nsource: {text}\n---\n{number} {text}"
        (inbox / f"{number:03}.md").write_bytes(data.encode("utf-8", "surrogatepass"))
    for number, raw in enumerate(RAW_BYTES):
        (inbox / f"b{number:03}.md").write_bytes(b"---\ncolumn: express\ntitle: T\n---\n" + raw)
    report = await run(forum, inbox)
    assert len(report.created) + len(report.failed) == len(ALL_TEXT) + len(RAW_BYTES)
    assert len(report.created) > 50
    for failure in report.failed:
        shown = failure.file + " ".join(map(str, failure.reason.params.values()))
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in shown)
    for id in report.created:
        found = await forum.news.get(LOCAL, id)
        for value in (found.title, found.source, found.body):
            assert not any(char != "\n" and (ord(char) < 32 or 127 <= ord(char) < 160) for char in value)


async def test_a_fault_of_ours_spares_the_other_items(
    forum: Forum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def item_of(fields: dict[str, object], *rest: Any) -> Any:
        if str(fields["id"]).startswith("bad"):
            raise RuntimeError("a fault")
        return fields_.item_of(fields, *rest)

    monkeypatch.setattr(bulletins, "item_of", item_of)
    lines = [json.dumps({"id": id, "column": "express", "title": "T", "body": "B"}) for id in ("a", "bad1", "b")]
    (tmp_path / "1.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "2.md").write_text("---\nid: bad2\ncolumn: express\ntitle: T\n---\nB\n", encoding="utf-8")
    (tmp_path / "3.md").write_text("---\nid: c\ncolumn: express\ntitle: T\n---\nB\n", encoding="utf-8")
    report = await import_bulletins(forum, LOCAL, [tmp_path])
    assert len(report.created) == 3
    assert [(one.line, one.reason.code) for one in report.failed] == [
        (2, "error.unexpected"),
        (None, "error.unexpected"),
    ]
    told = [record.getMessage() for record in caplog.records if record.exc_info]
    assert len(told) == 2
    assert all(str(one.reason.params["id"]) in line for one, line in zip(report.failed, told, strict=True))
