"""Importing bulletin files through the importers: items a second, and the most memory it took."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

from bbs.app.first import prepare
from bbs.forum.actor import LOCAL
from bbs.importers.bulletins import import_bulletins
from bench.corpus import Corpus
from bench.jobs.job import opened, peak_kib, run

COLUMNS: Final = ("express", "missions", "culture", "organisation")
SENTENCES: Final = 14
"""Of a bulletin: about 1.4 KiB."""


async def imports(data: Path, *, count: int) -> dict[str, Any]:
    """Generate files, import them, and import them again."""
    files = data.parent / f"bulletins-{count}"
    _generate(files, count)
    async with opened(data) as house:
        await prepare(house)
        before = peak_kib()
        spent = process_time()
        began = perf_counter()
        first = await import_bulletins(house.forum, LOCAL, [files])
        created = perf_counter() - began
        spent = process_time() - spent
        peak = peak_kib() - before
        began = perf_counter()
        second = await import_bulletins(house.forum, LOCAL, [files])
        again = perf_counter() - began
    if len(first.created) != count or len(second.unchanged) != count or first.failed or second.failed:
        raise RuntimeError(f"{len(first.created)} created, {len(second.unchanged)} unchanged of {count}")
    return {
        "created_per_second": count / created,
        "unchanged_per_second": count / again,
        "peak_kib": peak,
        "cpu_ms_each": spent * 1000 / count,
    }


def _generate(folder: Path, count: int) -> None:
    folder.mkdir()
    corpus = Corpus(3)
    for number in range(count):
        head = (
            f"---\nid: bench-{number:06}\ncolumn: {COLUMNS[number % len(COLUMNS)]}\ntitle: {corpus.title()}\nlang: zh\n"
            f"source: 行政司\npublished_at: 2026-0{1 + number % 9}-{1 + number % 28:02}T09:00:00+08:00\n"
            "priority: normal\ntags: [bench, notice]\n---\n\n"
        )
        (folder / f"bench-{number:06}.md").write_text(head + corpus.body(SENTENCES) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(imports)
