"""The router tables: questions with the scores of a cheaper and a stronger model, and the figures of a router on them."""

import csv
import dataclasses
import gzip
import pathlib

import numpy as np

PAIRS = pathlib.Path(__file__).resolve().parents[1] / "src/main/resources/dev/parley/evaluate/router/router-pairs.txt"
ENOUGH = 0.95


@dataclasses.dataclass(frozen=True)
class Table:
    name: str
    questions: list[str]
    weak: np.ndarray
    strong: np.ndarray
    domains: np.ndarray

    def gain(self):
        """What the stronger model adds, on a scale from 0 to 1."""
        return (self.strong - self.weak) / max(1.0, self.strong.max(), self.weak.max())

    def sufficient(self):
        return (self.weak >= self.strong).astype(float)


def read(path):
    opened = gzip.open(path, "rt", newline="") if path.suffix == ".gz" else open(path, newline="")
    with opened as file:
        rows = list(csv.DictReader(file))
    pairs = [line.split() for line in PAIRS.read_text().splitlines()]
    weak, strong = next(pair for pair in pairs if pair[0] in rows[0] and pair[1] in rows[0])
    question = next(column for column in ("question", "turn1") if column in rows[0])
    domain = next((column for column in ("domain", "dataset", "category", "benchmark") if column in rows[0]), question)
    rows = [row for row in rows if row[weak] and row[strong]]
    return Table(
        path.name.split(".")[0].removeprefix("router_"),
        [row[question] for row in rows],
        np.array([float(row[weak]) for row in rows]),
        np.array([float(row[strong]) for row in rows]),
        np.array([row[domain] for row in rows]),
    )


def q95(score, weak, strong):
    """The share of strong calls, highest scores first, that reaches 95 % of the quality of the strong model."""
    order = np.argsort(-score, kind="stable")
    quality = (weak.sum() + np.concatenate([[0.0], np.cumsum((strong - weak)[order])])) / len(weak)
    reached = np.flatnonzero(quality >= ENOUGH * strong.mean() - 1e-12)
    return 100.0 * reached[0] / len(weak)


def calibration_error(probability, sufficient, bins=10):
    order = np.argsort(probability, kind="stable")
    return sum(
        len(part) / len(order) * abs(probability[part].mean() - sufficient[part].mean())
        for part in np.array_split(order, bins)
        if len(part)
    )
