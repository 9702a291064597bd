"""Figures: a value with its unit, how it was taken, of how many, and what it should be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be; `source` says where that was set down."""

    way: Literal["<=", ">="]
    value: float
    source: str = "design"

    def met_by(self, value: float) -> bool:
        """Whether a value is on the right side."""
        return value <= self.value if self.way == "<=" else value >= self.value


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; `count` is how many keys, connects or items it was taken over."""

    id: str
    value: float
    unit: str
    count: int
    method: str
    target: Target | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The figure as it stands in the report."""
        found: dict[str, Any] = {"id": self.id, "value": rounded(self.value), "unit": self.unit, "count": self.count}
        if self.target is not None:
            found["target"] = f"{self.target.way} {self.target.value:g}"
            found["met"] = self.target.met_by(self.value)
            found["target_source"] = self.target.source
        found["method"] = self.method
        if self.detail:
            found["detail"] = {
                name: rounded(value) if isinstance(value, float) else value for name, value in self.detail.items()
            }
        return found


def at_most(value: float, source: str = "design") -> Target:
    """A target that is met by this much or less."""
    return Target("<=", value, source)


def at_least(value: float, source: str = "design") -> Target:
    """A target that is met by this much or more."""
    return Target(">=", value, source)


def rounded(value: float) -> float:
    """Four significant digits: more would claim what no run can repeat."""
    return float(f"{value:.4g}")


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile; 0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[min(len(ordered), int(rank)) - 1]


def spread(values: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 and the worst."""
    return {
        "p50": rounded(percentile(values, 50)),
        "p95": rounded(percentile(values, 95)),
        "p99": rounded(percentile(values, 99)),
        "max": rounded(max(values, default=0.0)),
    }
