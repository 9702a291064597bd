"""The hub: events of committed units, handed to the screens of this process."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from bbs.store.database import Event

log = logging.getLogger(__name__)

Callback: TypeAlias = Callable[[Event], None]
Unsubscribe: TypeAlias = Callable[[], None]


@dataclass(frozen=True, slots=True, eq=False)
class _Subscription:
    callback: Callback


class Hub:
    """Calls subscribers for each event, in order, after its data can be read; lives on the event loop's thread."""

    def __init__(self) -> None:
        self._by_kind: dict[str | None, dict[_Subscription, None]] = {}  # None: every kind
        self._order: dict[_Subscription, int] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._order)

    def subscribe(self, kinds: Iterable[str] | None, callback: Callback) -> Unsubscribe:
        """Call `callback` for events of these kinds (None: all) until the returned function is called.

        Callbacks are plain quick functions, called in the order of subscription. What one raises is logged and
        spares the others.
        """
        subscription = _Subscription(callback)
        names: tuple[str | None, ...] = (None,) if kinds is None else tuple(dict.fromkeys(kinds))
        for name in names:
            self._by_kind.setdefault(name, {})[subscription] = None
        self._order[subscription] = self._next
        self._next += 1

        def unsubscribe() -> None:
            self._order.pop(subscription, None)
            for name in names:
                held = self._by_kind.get(name)
                if held is None:
                    continue
                held.pop(subscription, None)
                if not held:
                    del self._by_kind[name]

        return unsubscribe

    def publish(self, events: Iterable[Event]) -> None:
        """Tell events, in the order given."""
        for event in events:
            for subscription in self._for(event.kind):
                if subscription not in self._order:
                    continue  # left while this event was being told
                try:
                    subscription.callback(event)
                except Exception:
                    log.exception("a subscriber failed on event %s %s", event.seq, event.kind)

    def _for(self, kind: str) -> list[_Subscription]:
        wide, narrow = self._by_kind.get(None), self._by_kind.get(kind)
        if wide is None or narrow is None:
            return list(wide or narrow or ())
        return sorted([*wide, *narrow], key=self._order.__getitem__)
