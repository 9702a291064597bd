"""The whole tree, put together."""

from __future__ import annotations

from bbs.commands import (
    admin_boards,
    admin_news,
    admin_people,
    admin_site,
    caseacts,
    cases,
    digests,
    drafts,
    finding,
    help,
    keeping,
    letters,
    live,
    member,
    messages,
    offices,
    oneself,
    posts,
    proofs,
    registers,
    templates,
)
from bbs.commands.tree import Tree


def build_tree(importer: admin_news.Importer, examine: admin_site.Examination) -> Tree:
    """All commands; `importer` and `examine` come from the wiring, which sees the other rooms."""
    tree = Tree()
    tree.add(help.COMMANDS)
    tree.add(member.COMMANDS)
    tree.add(finding.COMMANDS)
    tree.add(letters.COMMANDS)
    tree.add(keeping.COMMANDS)
    tree.add(messages.COMMANDS)
    tree.add(oneself.COMMANDS)
    tree.add(posts.COMMANDS)
    tree.add(proofs.COMMANDS)
    tree.add(live.COMMANDS)
    tree.add(drafts.COMMANDS)
    tree.add(digests.COMMANDS)
    tree.add(cases.COMMANDS)
    tree.add(caseacts.COMMANDS)
    tree.add(templates.COMMANDS)
    tree.add(admin_boards.COMMANDS)
    tree.add(admin_people.COMMANDS)
    tree.add(offices.COMMANDS)
    tree.add(registers.COMMANDS)
    tree.add(admin_news.commands(importer))
    tree.add(admin_site.commands(examine))
    return tree
