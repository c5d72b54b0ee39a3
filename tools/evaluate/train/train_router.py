"""Trains the router on tables like those of ./parley evaluate router, and reports honest figures.

    python3 train_router.py report TABLE...   # random halves, and held-out domains: Markdown
    python3 train_router.py train TABLE...    # writes the weights, the calibration and the golden file

A lexicon of integer weights (a ridge regression on the words) is one input of small gradient-boosted trees on the features,
which estimate what the stronger model adds. Within the training rows, the lexicon's values are those of folds that did not
see the row. Debian: python3-sklearn python3-xgboost.
"""

import json
import pathlib
import sys

import numpy as np
import scipy.sparse as sparse
import xgboost
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import Ridge

import router_features as features
import router_tables as tables

WORDS_MAX = 500
WORD_ROWS_MIN = 12
WORD_SCALE = 500
RIDGE = 1500.0
TREES = dict(
    n_estimators=200, max_depth=3, learning_rate=0.035, subsample=0.5, colsample_bytree=0.4, min_child_weight=20,
    reg_lambda=5, n_jobs=1, tree_method="hist", random_state=7,
)  # fmt: skip
# A longer question is harder, other things equal: added to the trees, because their training sees each table as a whole.
LENGTH_WEIGHT = 0.2
LENGTH_HALF = 300.0
FOLDS = 4
SPLITS = 10
POINTS = 25
GOLDEN = pathlib.Path(__file__).resolve().parents[3] / "libs/model-router/src/test/resources/dev/parley/router/golden.tsv"


class Rows:
    """The rows of several tables with their features."""

    def __init__(self, read):
        self.tables = read
        self.table = np.concatenate([np.full(len(t.questions), i) for i, t in enumerate(read)])
        self.gain = np.concatenate([t.gain() for t in read])
        self.target = np.concatenate([t.target() for t in read])
        self.sufficient = np.concatenate([t.sufficient() for t in read])
        self.weak = np.concatenate([t.weak for t in read])
        self.strong = np.concatenate([t.strong for t in read])
        self.domain = np.concatenate([np.char.add(f"{i}/", t.domains.astype(str)) for i, t in enumerate(read)])
        self.terms = [features.terms(q) for t in read for q in t.questions]
        self.text = np.array(
            [features.text_features(q, words) for q, words in zip((q for t in read for q in t.questions), self.terms)]
        )
        sizes = np.bincount(self.table)
        self.weight = (1 / np.sqrt(sizes))[self.table]
        self.weight *= len(self.weight) / self.weight.sum()


def lexicon(rows, index):
    """Integer weights of the most useful words: positive where the stronger model adds more than elsewhere."""
    counts = {}
    for i in index:
        for term in set(rows.terms[i]):
            counts[term] = counts.get(term, 0) + 1
    words = sorted(term for term, count in counts.items() if count >= WORD_ROWS_MIN and len(term) < 20)
    place = {word: j for j, word in enumerate(words)}
    pairs = [(r, place[term]) for r, i in enumerate(index) for term in set(rows.terms[i]) if term in place]
    matrix = sparse.csr_matrix(
        (np.ones(len(pairs)), tuple(np.array(pairs).T)), shape=(len(index), len(words))
    )
    weight = rows.weight[index]
    fitted = Ridge(alpha=RIDGE).fit(matrix, rows.target[index], sample_weight=weight)
    spread = np.sqrt(np.array([counts[word] for word in words]))
    best = np.sort(np.argsort(-np.abs(fitted.coef_) * spread, kind="stable")[:WORDS_MAX])
    fitted = Ridge(alpha=RIDGE).fit(matrix[:, best], rows.target[index], sample_weight=weight)
    whole = {words[j]: round(WORD_SCALE * c) for j, c in zip(best, fitted.coef_)}
    return {word: value for word, value in whole.items() if value}


def matrix(rows, index, words):
    return np.hstack([rows.text[index], [features.word_features(rows.terms[i], words) for i in index]])


def fit(rows, index, seed=0):
    """The lexicon and the trees."""
    fold = np.random.default_rng(seed).integers(FOLDS, size=len(index))
    x = np.zeros((len(index), len(features.names())))
    for f in range(FOLDS):
        x[fold == f] = matrix(rows, index[fold == f], lexicon(rows, index[fold != f]))
    trees = xgboost.XGBRegressor(**TREES).fit(x, rows.target[index], sample_weight=rows.weight[index])
    return lexicon(rows, index), trees


def scores(rows, index, model):
    words, trees = model
    return trees.predict(matrix(rows, index, words)).astype(float) + by_length(rows.text[index, 0])


def by_length(characters):
    return LENGTH_WEIGHT * (characters / (characters + LENGTH_HALF))


def calibrated(score, sufficient):
    """The monotone map to the probability that the cheaper model suffices."""
    return IsotonicRegression(increasing=False, out_of_bounds="clip").fit(score, sufficient)


def out_of_fold(rows, index, seed):
    """Scores of rows by models that did not see them."""
    fold = np.random.default_rng(seed).integers(FOLDS, size=len(index))
    score = np.zeros(len(index))
    for f in range(FOLDS):
        score[fold == f] = scores(rows, index[fold == f], fit(rows, index[fold != f], seed))
    return score


def figures(rows, index, score, probability):
    """One line per table: length, router, oracle, calibration error."""
    lines = {}
    for t, table in enumerate(rows.tables):
        mine = rows.table[index] == t
        if mine.sum() < 30:
            continue
        own = index[mine]
        weak, strong = rows.weak[own], rows.strong[own]
        if weak.mean() >= tables.ENOUGH * strong.mean():
            continue
        lines[table.name] = [
            tables.q95(rows.text[own, 0], weak, strong),
            tables.q95(score[mine], weak, strong),
            tables.q95(strong - weak, weak, strong),
            tables.calibration_error(probability[mine], rows.sufficient[own]),
        ]
    return lines


def report(rows):
    everything = np.arange(len(rows.table))
    for title, split in (("random halves", halves), ("held-out domains", domains)):
        results = {}
        for seed in range(SPLITS):
            train, test = split(rows, everything, np.random.default_rng(seed))
            model = fit(rows, train, seed)
            score = scores(rows, test, model)
            mapped = calibrated(out_of_fold(rows, train, seed), rows.sufficient[train])
            for name, line in figures(rows, test, score, mapped.predict(score)).items():
                results.setdefault(name, []).append(line)
        print(f"\n{title}, mean ± deviation of {SPLITS} splits\n")
        print("| table | splits | length | router | saved | oracle | calibration error |\n|---|---|---|---|---|---|---|")
        saved = []
        for name, lines in results.items():
            values = np.array(lines)
            less = values[:, 0] - values[:, 1]
            saved.append(less.mean())
            length, router, oracle, error = values.mean(axis=0)
            print(
                f"| {name} | {len(lines)} | {length:.1f} | {router:.1f} | {less.mean():.1f} ± {less.std():.1f} "
                f"| {oracle:.1f} | {error:.3f} |"
            )
        print(f"\nmean saved: {np.mean(saved):.1f}", flush=True)


def halves(rows, everything, random):
    chosen = random.random(len(everything)) < 0.5
    return everything[chosen], everything[~chosen]


def domains(rows, everything, random):
    """A third of the domains of each table is held out; a table with fewer than three is trained on whole."""
    held = set()
    for t in range(len(rows.tables)):
        names = np.unique(rows.domain[rows.table == t])
        if len(names) >= 3 and len(names) < 0.5 * (rows.table == t).sum():
            held |= set(random.choice(names, size=len(names) // 3, replace=False))
    out = np.isin(rows.domain, sorted(held))
    return everything[~out], everything[out]


def exported(model):
    """The lines of router-weights.txt."""
    words, trees = model
    booster = trees.get_booster()
    config = json.loads(booster.save_config())
    base = json.loads(config["learner"]["learner_model_param"]["base_score"])
    lines = ["# The weights of the score, made by tools/evaluate/train/train_router.py. Not to be edited."]
    lines.append(f"base {float(base[0] if isinstance(base, list) else base):.6f}")
    lines.append(f"length {LENGTH_WEIGHT} {LENGTH_HALF}")
    lines += [f"word {word} {value}" for word, value in sorted(words.items())]
    for dump in booster.get_dump(dump_format="json"):
        lines.append("tree " + " ".join(complete(json.loads(dump))))
    return lines


def complete(root, depth=3):
    """A tree as its splits, level by level, and its leaves. A leaf above the lowest level becomes two equal ones."""
    level, splits = [root], []
    for _ in range(depth):
        below = []
        for node in level:
            if "leaf" in node:
                splits.append("0:0")
                below += [node, node]
            else:
                number = features.names().index(node["split"]) if node["split"] in features.names() else int(node["split"][1:])
                splits.append(f"{number}:{node['split_condition']:.5g}")
                children = {child["nodeid"]: child for child in node["children"]}
                below += [children[node["yes"]], children[node["no"]]]
        level = below
    return splits + [f"{node['leaf']:.4f}" for node in level]


class ExportedScorer:
    """The score by the exported weights, in plain Python: what Java must equal."""

    def __init__(self, lines):
        parts = [line.split() for line in lines if not line.startswith("#")]
        self.base = next(float(part[1]) for part in parts if part[0] == "base")
        self.length = next((float(part[1]), float(part[2])) for part in parts if part[0] == "length")
        self.words = {part[1]: int(part[2]) for part in parts if part[0] == "word"}
        self.trees = [part[1:] for part in parts if part[0] == "tree"]

    def features(self, question):
        its_terms = features.terms(question)
        return features.text_features(question, its_terms) + features.word_features(its_terms, self.words)

    def score(self, question):
        x = np.array(self.features(question), dtype=np.float32)
        total = 0.0
        for tree in self.trees:
            node = 0
            while node < 7:
                number, threshold = tree[node].split(":")
                node = 2 * node + (1 if x[int(number)] < np.float32(threshold) else 2)
            total += float(tree[node])
        weight, half = self.length
        return self.base + weight * (float(x[0]) / (float(x[0]) + half)) + total


def calibration(rows, score):
    """The points of the shipped calibration, from scores of rows that the models did not see."""
    mapped = calibrated(score, rows.sufficient)
    top = np.array([max(1.0, t.strong.max(), t.weak.max()) for t in rows.tables])[rows.table]
    points = []
    for point in sorted({round(q, 4) for q in np.quantile(score, np.linspace(0, 1, POINTS))}):
        below = score <= point
        share = 1 - below.mean()
        loss = rows.gain[below].sum() / (rows.strong / top).sum()
        points.append((point, float(mapped.predict([point])[0]), share, loss))
    return points


def train(rows):
    everything = np.arange(len(rows.table))
    lines = exported(fit(rows, everything))
    (features.RESOURCES / "router-weights.txt").write_text("\n".join(lines) + "\n")
    points = calibration(rows, out_of_fold(rows, everything, 0))
    table = [
        "# What the score means on the public tables of docs/router.md: a start, and no calibration for any pair of today.",
        f"# questions: {len(everything)}",
        "score,suffices,strong_share,quality_loss",
    ] + [f"{point:.4f},{suffices:.4f},{share:.4f},{loss:.4f}" for point, suffices, share, loss in points]
    (features.RESOURCES / "router-calibration.csv").write_text("\n".join(table) + "\n")
    golden(lines, points)


def golden(lines, points):
    scorer = ExportedScorer(lines)
    at, probability = [p[0] for p in map(rounded, points)], [p[1] for p in map(rounded, points)]
    written = []
    for question in (pathlib.Path(__file__).parent / "golden-questions.txt").read_text().splitlines():
        text = json.loads(question)
        score = scorer.score(text)
        values = " ".join(repr(value) for value in scorer.features(text))
        escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
        written.append(f"{escaped}\t{score!r}\t{float(np.interp(score, at, probability))!r}\t{values}")
    GOLDEN.write_text("\n".join(written) + "\n")


def rounded(point):
    return round(point[0], 4), round(point[1], 4)


if __name__ == "__main__":
    rows = Rows([table for path in sys.argv[2:] for table in tables.read(pathlib.Path(path))])
    {"report": report, "train": train}[sys.argv[1]](rows)
