"""Searching: the first page of lines that are easy and of lines that are meant to be hard."""

from __future__ import annotations

from bench.bench import Bench
from bench.figures import Figure, at_most
from bench.processes import run_job

NAME = "search"
ABOUT = "the first page of a search, whole, for lines of every kind and readers with different rights"


def measure(bench: Bench) -> list[Figure]:
    """Fill a store and search it."""
    posts = 1_000_000 if bench.full else int(bench.some(20_000, 200_000))
    rounds = int(bench.some(5, 30))
    bench.say(f"searching {posts} posts")
    found = run_job("search", bench.scratch / "search", {"posts": posts, "rounds": rounds}, patience=3600)
    figures: list[Figure] = []
    for reader, lines in found["readers"].items():
        for name, times in lines.items():
            method = f"p95 through forum calls, {posts:,} posts; {reader}, {times['line']}"
            rest = {key: times[key] for key in ("p50", "max", "first", "cpu", "hits", "more", "early")}
            figures.append(Figure(f"search.{reader}.{name}", times["p95"], "ms p95", rounds, method, at_most(50), rest))
    return figures
