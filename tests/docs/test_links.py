"""Links inside the project lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_ANCHOR = re.compile(r'<a id="([^"]+)"></a>')


def links(path: Path) -> list[tuple[Path, str]]:
    """File and anchor of each link of a document that does not leave the project."""
    prose = _CODE.sub("", _FENCED.sub("", path.read_text(encoding="utf-8")))
    found = []
    for link in _LINK.findall(prose):
        if "://" not in link:
            file, _, anchor = link.partition("#")
            found.append(((path.parent / file).resolve() if file else path, anchor))
    return found


def test_links_resolve() -> None:
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    every = [(path, *link) for path in documents for link in links(path)]
    assert len(every) > 40
    broken = [
        f"{path.name}: {target.name}#{anchor}"
        for path, target, anchor in every
        if not target.exists() or (anchor and anchor not in _ANCHOR.findall(target.read_text(encoding="utf-8")))
    ]
    assert broken == []


def test_every_page_of_docs_is_reached_from_a_readme() -> None:
    start = [ROOT / "README.md", ROOT / "README.zh.md"]
    seen: set[Path] = set()
    while start:
        path = start.pop()
        if path in seen or path.suffix != ".md" or not path.exists():
            continue
        seen.add(path)
        start += [target for target, _ in links(path)]
    assert set((ROOT / "docs").glob("*.md")) - seen == set()
