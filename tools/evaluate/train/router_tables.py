"""The router tables: questions with the scores of a cheaper and a stronger model, and the figures of a router on them."""

import csv
import dataclasses
import gzip
import pathlib

import numpy as np

PAIRS = pathlib.Path(__file__).resolve().parents[1] / "src/main/resources/dev/parley/evaluate/router/router-pairs.txt"
ENOUGH = 0.95

# Models like the cheaper and the stronger one of a pair, by the column of the cheaper one. Their answers to the same questions
# say something about the difficulty too, so their gain is a part of the target of the training. Never of a measurement.
LIKE = {
    "claude-instant-v1": (
        ["claude-instant-v1", "mistralai/mistral-7b-chat", "mistralai/mixtral-8x7b-chat", "gpt-3.5-turbo-1106"],
        ["gpt-4-1106-preview", "claude-v2"],
    ),
    "mistral-7b-instruct-v0.3": (
        ["codegemma-7b", "llama-3.1-8b-instruct", "mistral-7b-instruct-v0.3", "llama3-chatqa-1.5-8b"],
        ["llama-3.1-nemotron-51b-instruct", "llama-3.3-nemotron-super-49b-v1", "llama3-chatqa-1.5-70b"],
    ),
}
LIKE_SHARE = 0.15


@dataclasses.dataclass(frozen=True)
class Table:
    name: str
    questions: list[str]
    weak: np.ndarray
    strong: np.ndarray
    domains: np.ndarray
    like: np.ndarray

    def gain(self):
        """What the stronger model adds, on a scale from 0 to 1."""
        return (self.strong - self.weak) / max(1.0, self.strong.max(), self.weak.max())

    def target(self):
        """What the training estimates: the gain, with a part of that of similar models."""
        return (1 - LIKE_SHARE) * self.gain() + LIKE_SHARE * self.like

    def sufficient(self):
        return (self.weak >= self.strong).astype(float)


def read(path):
    """The tables of a file: one for each benchmark if its rows have domains too, else one."""
    opened = gzip.open(path, "rt", newline="") if path.suffix == ".gz" else open(path, newline="")
    with opened as file:
        rows = list(csv.DictReader(file))
    pairs = [line.split() for line in PAIRS.read_text().splitlines()]
    weak, strong = next(pair for pair in pairs if pair[0] in rows[0] and pair[1] in rows[0])
    question = next(column for column in ("question", "turn1") if column in rows[0])
    domain = next((column for column in ("domain", "dataset", "category", "benchmark") if column in rows[0]), question)
    rows = [row for row in rows if row[weak] and row[strong]]
    name = path.name.split(".")[0].removeprefix("router_")
    parts = {}
    for row in rows:
        part = row["benchmark"] if domain != "benchmark" and "benchmark" in row else name
        parts.setdefault(part, []).append(row)
    return [table(part, own, question, weak, strong, domain) for part, own in parts.items()]


def table(name, rows, question, weak, strong, domain):
    made = Table(
        name,
        [row[question] for row in rows],
        np.array([float(row[weak]) for row in rows]),
        np.array([float(row[strong]) for row in rows]),
        np.array([row[domain] for row in rows]),
        np.zeros(len(rows)),
    )
    if weak not in LIKE:
        return dataclasses.replace(made, like=made.gain())
    weaker, stronger = LIKE[weak]
    return dataclasses.replace(made, like=mean(rows, stronger) - mean(rows, weaker))


def mean(rows, columns):
    return np.array([np.mean([float(row[column]) for column in columns if row[column]]) for row in rows])


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
