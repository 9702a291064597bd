"""All that one reader is shown of one case, put together in a unit."""

from __future__ import annotations

from typing import Any

from bbs.forum.cases import acts as case_acts
from bbs.forum.cases import reading as case_reading
from bbs.forum.cases.reading import CaseReader
from bbs.forum.cases.table import Act
from bbs.forum.cases.values import CaseView
from bbs.store.database import Tx


def view_of(tx: Tx, reader: CaseReader, row: Any) -> CaseView:
    """The case of a row with its steps and messages, and what the reader may do with it now."""
    found = case_reading.case_of(row, reader)
    acts = case_reading.acts_now(reader, row)
    officers = case_acts.officers_of(tx, found.office, reader) if Act.ASSIGN in acts else []
    return CaseView(
        case=found,
        steps=case_reading.steps(tx, reader, row),
        messages=case_reading.messages(tx, reader, row),
        acts=acts,
        prepared=case_reading.prepared(reader, row),
        officers=tuple(officers),
    )
