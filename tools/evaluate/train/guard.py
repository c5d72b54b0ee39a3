#!/usr/bin/env python3
"""Trains the trees of the guard of similar questions, a veto over pairs that pass the lexical rules.

    guard.py DATA WORK [--held-out-kinds]

DATA has intents_clinc150, intents_bitext_support and pairs_checklist_qqp (CSV, gzipped); WORK keeps the features, which
"./parley evaluate features" computes. Only the half "tune" of the files is used; Quora's questions are not, because their
terms do not allow to ship what is derived from them. Debian: python3-xgboost python3-sklearn libopenblas0-pthread.
"""
import argparse
import collections
import csv
import gzip
import json
import pathlib
import random
import re
import struct
import subprocess

import numpy as np
import xgboost

ROOT = pathlib.Path(__file__).resolve().parents[3]
LIBRARY = ROOT / "libs/similar-questions/src"
GUARD = LIBRARY / "main/resources/dev/parley/similar/guard.bin"
GOLDEN_PAIRS = LIBRARY / "test/resources/dev/parley/similar/pairs.csv"
GOLDEN = LIBRARY / "test/resources/dev/parley/similar/guard-golden.csv"
META = ["a", "b", "same", "kind", "differences"]
# A candidate of the service has at least this cosine, with some room.
COSINE_MIN = 0.75
# The thresholds of the mode "standard".
COSINE_OF_STANDARD, ESTIMATE_OF_STANDARD = 0.88, 0.8

SIBLINGS = [line.split() for line in """
red blue green yellow black white orange purple brown grey pink
monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december
france germany india canada japan china spain italy mexico brazil england ireland kenya egypt norway turkey
london paris chicago boston dallas tokyo berlin madrid rome miami seattle denver austin dublin oslo
mother father sister brother son daughter wife husband aunt uncle grandmother grandfather cousin friend boss neighbor
dog cat horse bird fish snake rabbit hamster turtle lizard cow pig sheep
arm leg knee ankle shoulder back neck wrist elbow foot hand hip finger toe
doctor nurse teacher lawyer engineer artist actor singer writer chef pilot farmer driver judge editor banker
english french german spanish italian chinese japanese russian arabic dutch korean polish
card account loan mortgage cheque statement deposit transfer payment refund invoice receipt
order parcel package subscription membership reservation booking ticket appointment
email phone address password username name pin code profile number
car bike train bus plane boat truck taxi motorcycle
coffee tea milk juice water beer wine soda
pizza pasta rice bread chicken beef salad soup cake cheese
dollars euros pounds yen rupees francs pesos
tennis football soccer golf hockey baseball basketball chess
new old broken expired lost stolen damaged temporary spare
cancel change update check track open close pay buy sell order return request renew
cook bake boil fry grill freeze
learn teach study practice forget improve
happy sad angry tired bored nervous calm
visa mastercard amex paypal
python java javascript rust
windows linux mac android ios
breakfast lunch dinner dessert
morning evening night noon
house apartment garage office kitchen bathroom garden
rent lease insurance tax salary
rich famous tall smart strong kind honest married single
guitar piano violin drums flute
""".strip().splitlines()]
SIBLINGS_OF = {word: [w for w in group if w != word] for group in SIBLINGS for word in group}
SYNONYMS = [line.split() for line in """
parcel package
shop store
buy purchase
begin start
big large
phone mobile cellphone
movie film
kid child
kids children
photo picture
fast quick
sick ill
car automobile
couch sofa
trash garbage
vacation holiday
bill invoice
delete remove erase
change modify alter
update change
fix repair
obtain get
need require
show display
send mail
doctor physician
lawyer attorney
city town
street road
happy glad
smart clever intelligent
job work
error mistake
locate find
weird strange
rich wealthy
build construct
choose select pick
finish complete
answer reply
gift present
quickly fast
close shut
shipping delivery
refund reimbursement
rebate refund
return reimburse
purchase order
cancel abort
information details
problem issue
client customer
agent representative
speak talk
talk chat
allow permit
mend repair
cheap inexpensive
famous well-known
scared afraid
tv television
bike bicycle
fridge refrigerator
plane airplane
stomach belly
grandma grandmother
grandpa grandfather
soda pop
salary pay wage
taxes tax
recipe instructions
ingredients components
definition meaning
translate say
song track
playlist songs
alarm alert
reminder notification
calories calorie
gas fuel
petrol gas
meeting appointment
schedule plan
book reserve
reservation booking
flight plane
hotel inn
restaurant diner
eat consume
""".strip().splitlines()]
SYNONYMS_OF = {}
for group in SYNONYMS:
    for word in group:
        SYNONYMS_OF.setdefault(word, []).extend(other for other in group if other != word)
FRAMES = ["how do i", "how can i", "how to", "how should i", "what is the best way to", "what do i have to do to",
          "i want to know how to", "tell me how to", "show me how to", "explain how to", "what are the steps to",
          "how do you", "how can you", "how does one", "how might i", "i need help to", "i would like to know how to", "what is the procedure to", "is there a way to"]
CLAUSES = ["while i am abroad", "on my phone", "without a card", "for my business", "for a child", "at the airport",
           "with a friend", "by mail", "over the phone", "in person", "online", "for free", "in a hurry", "as a student",
           "with cash", "from another country", "in the shop at the corner", "within 14 days", "on a rainy day in oslo"]
COURTESY = ["please {}", "hi, {}", "hello, {}", "{} please", "{}, thanks", "can you tell me {}", "ok {}", "so {}", "{} thank you"]
EMPTY = ["really", "actually", "just", "even", "still"]
FUNCTION_SWAPS = [("my", "your"), ("my", "his"), ("how", "why"), ("when", "where"), ("what", "who"),
                  ("can", "should"), ("to", "from"), ("for", "against"), ("how", "when"), ("why", "when"), ("in", "near"),
                  ("can", "must"), ("which", "how many")]


def rows(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words_with(text, wanted):
    return [i for i, word in enumerate(text.split()) if wanted(re.sub(r"\W", "", word))]


def replaced(text, at, word):
    words = text.split()
    tail = re.search(r"\W*$", words[at])[0]
    words[at] = word + tail
    return " ".join(words)


def different(text, vocabulary, rng):
    """A question that is close to this one and has another answer."""
    way = rng.choice(["sibling", "sibling", "sibling", "word", "word", "function", "two", "insert", "clause"])
    places = words_with(text, lambda w: w in SIBLINGS_OF)
    content = words_with(text, lambda w: len(w) > 3 and w in vocabulary)
    if way == "sibling" and places:
        at = rng.choice(places)
        return replaced(text, at, rng.choice(SIBLINGS_OF[re.sub(r"\W", "", text.split()[at])]))
    if way == "word" and content:
        return replaced(text, rng.choice(content), rng.choice(list(vocabulary)))
    if way == "two" and len(content) > 1:
        first, second = rng.sample(content, 2)
        return replaced(replaced(text, first, rng.choice(list(vocabulary))), second, rng.choice(list(vocabulary)))
    if way == "function":
        fits = [(a, b) for a, b in FUNCTION_SWAPS if re.search(rf"\b{a}\b", text)]
        if fits:
            a, b = rng.choice(fits)
            return re.sub(rf"\b{a}\b", b, text, count=1)
    if way == "insert" and content:
        group = rng.choice(SIBLINGS)
        one, other = rng.sample(group, 2)
        at = rng.choice(content)
        left, right = text.split(), text.split()
        left.insert(at, one)
        right.insert(at, other)
        return " ".join(left), " ".join(right)
    if way == "clause":
        one, other = rng.sample(CLAUSES, 2)
        return f"{text} {one}", f"{text} {other}"
    return None


def same(text, rng):
    """The same question in other words."""
    way = rng.choice(["typo", "typo", "frame", "frame", "frame", "frame", "frame", "courtesy", "article", "empty", "clauses", "typos", "reorder",
                      "synonym", "synonym", "synonym"])
    if way == "synonym":
        places = words_with(text, lambda w: w in SYNONYMS_OF)
        if places:
            at = rng.choice(places)
            text = replaced(text, at, rng.choice(SYNONYMS_OF[re.sub(r"\W", "", text.split()[at])]))
            return rng.choice([text, rng.choice(COURTESY).format(text)])
    if way in ("typo", "typos"):
        for _ in range(1 if way == "typo" else 2):
            places = words_with(text, lambda w: len(w) > 4 and w.isalpha())
            if not places:
                return None
            at = rng.choice(places)
            word = text.split()[at]
            i = rng.randrange(1, len(word) - 1)
            text = replaced(text, at, rng.choice([word[:i] + word[i + 1] + word[i] + word[i + 2:],
                                                  word[:i] + word[i + 1:], word[:i] + word[i] + word[i:]]).strip("?.,!"))
        return text
    if way == "frame":
        for frame in FRAMES + ["can i", "i want to", "i need to", "help me", "i would like to"]:
            if text.startswith(frame + " "):
                return rng.choice(FRAMES) + text[len(frame):]
    if way == "courtesy":
        return rng.choice(COURTESY).format(text)
    if way == "article":
        found = re.sub(r"\b(the|a|an|my) ", rng.choice(["", "the ", "my "]), text, count=1)
        return found if found != text else None
    if way == "empty" and " " in text:
        words = text.split()
        words.insert(rng.randrange(1, len(words)), rng.choice(EMPTY))
        return " ".join(words)
    if way in ("clauses", "reorder"):
        found = re.match(r"(.*) (when|if|because|in|for|on) (.+)$", text)
        if found and len(found[1].split()) > 2:
            return f"{found[2]} {found[3]}, {found[1]}"
    return None


def synthetic(data, work):
    rng = random.Random(15)
    texts = [row["query"].lower().strip(" ?.!") for row in rows(data / "intents_clinc150.csv.gz")]
    texts += [row["query"].lower().strip(" ?.!") for row in rows(data / "intents_bitext_support.csv.gz")]
    texts = sorted({text for text in texts if 3 <= len(text.split()) <= 16})
    counts = collections.Counter(word for text in texts for word in text.split() if word.isalpha() and len(word) > 3)
    vocabulary = sorted(word for word, count in counts.items() if count > 5)
    known = dict.fromkeys(vocabulary)
    rng.shuffle(texts)
    path = work / "synthetic.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "question_a", "question_b", "label", "kind"])
        for i, text in enumerate(texts[:6000]):
            for label in (0, 0, 1, 1):
                made = same(text, rng) if label else different(text, known, rng)
                a, b = made if isinstance(made, tuple) else (text, made)
                if b and a != b:
                    clause = rng.choice(CLAUSES)
                    if rng.random() < 0.3:
                        a, b = f"{a} {clause}", f"{b} {clause}"
                    out.writerow([i, a, b, label, "synthetic"])
    return path


def features(work, name, option, path, half):
    out = work / f"{name}.features.csv"
    if not out.exists():
        command = [str(ROOT / "parley"), "evaluate", "features", option, str(path), "--half", half, "--out", str(out)]
        subprocess.run(command, check=True)
    with open(out, encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    head, body = table[0], table[1:]
    assert head[:len(META)] == META
    meta = [row[:len(META)] for row in body]
    return meta, np.array([row[len(META):] for row in body], np.float32).reshape(len(body), -1), head[len(META):]


def usable(meta, values):
    """The pairs on which the guard decides: near ones that no lexical rule rejects."""
    return np.array([not m[4].strip() for m in meta], bool) & (values[:, 0] >= COSINE_MIN)


def labels(meta):
    return np.array([int(m[2]) for m in meta])


def fit(values, same_answer, weights):
    model = xgboost.XGBClassifier(n_estimators=160, max_depth=5, learning_rate=0.08, subsample=0.8, colsample_bytree=0.6,
                                  min_child_weight=5, reg_lambda=3, n_jobs=1, tree_method="hist", random_state=15)
    return model.fit(values, same_answer, sample_weight=weights)


def write_guard(model, count, path):
    """The trees in pre-order, as GuardTrees.java reads them."""
    booster = model.get_booster()
    trees = [json.loads(tree) for tree in booster.get_dump(dump_format="json")]
    zeros = xgboost.DMatrix(np.zeros((1, count), np.float32))
    base = float(booster.predict(zeros, output_margin=True)[0]) - sum(leaf_of_zeros(tree) for tree in trees)
    out = bytearray(struct.pack(">BfH", count, base, len(trees)))

    def write(node):
        if "leaf" in node:
            out.extend(struct.pack(">bf", -1, node["leaf"]))
        else:
            out.extend(struct.pack(">bf", int(node["split"][1:]), node["split_condition"]))
            children = {child["nodeid"]: child for child in node["children"]}
            write(children[node["yes"]])
            write(children[node["no"]])

    for tree in trees:
        write(tree)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out)
    print(f"{path.name}: {len(out)} bytes, {len(trees)} trees")


def leaf_of_zeros(node):
    while "leaf" not in node:
        below = node["yes"] if 0 < node["split_condition"] else node["no"]
        node = next(child for child in node["children"] if child["nodeid"] == below)
    return node["leaf"]


def write_golden(model, work):
    meta, values, _ = features(work, "golden", "--pairs", GOLDEN_PAIRS, "all")
    with open(GOLDEN, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["pair", "score"])
        for m, score in zip(meta, model.predict_proba(values)[:, 1]):
            out.writerow([m[0], f"{score:.6f}"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--held-out-kinds", action="store_true", help="also train without each kind of CheckList, and without all, and test on it")
    arguments = parser.parse_args()
    data, work = arguments.data, arguments.work
    work.mkdir(parents=True, exist_ok=True)
    sources = [
        ("synthetic", "--pairs", synthetic(data, work), "all", 1.0),
        ("clinc150", "--stream", data / "intents_clinc150.csv.gz", "tune", 0.5),
        ("bitext", "--stream", data / "intents_bitext_support.csv.gz", "tune", 0.5),
        ("checklist", "--pairs", data / "pairs_checklist_qqp.csv.gz", "tune", 1.0),
    ]
    all_values, all_labels, all_weights, all_kinds = [], [], [], []
    for name, option, path, half, weight in sources:
        meta, values, names = features(work, name, option, path, half)
        keep = usable(meta, values)
        print(f"{name}: {keep.sum()} of {len(keep)} pairs, {labels(meta)[keep].mean():.3f} the same")
        all_values.append(values[keep])
        all_labels.append(labels(meta)[keep])
        all_weights.append(np.full(keep.sum(), weight))
        all_kinds += [m[3] for m, k in zip(meta, keep) if k]
    values, same_answer = np.vstack(all_values), np.concatenate(all_labels)
    weights, kinds = np.concatenate(all_weights), np.array(all_kinds)
    model = fit(values, same_answer, weights)
    meta, test, _ = features(work, "checklist-test", "--pairs", data / "pairs_checklist_qqp.csv.gz", "test")
    passed = usable(meta, test) & (test[:, 0] >= COSINE_OF_STANDARD)
    test_kinds = np.array([m[3] for m in meta])
    named = np.isin(kinds, test_kinds)

    def fitted(rows):
        return fit(values[rows], same_answer[rows], weights[rows])

    def accepted(trained):
        return passed & (trained.predict_proba(test)[:, 1] >= ESTIMATE_OF_STANDARD)

    columns = {"accepted": accepted(model)}
    if arguments.held_out_kinds:
        columns["without it"] = np.zeros(len(test), bool)
        for kind in sorted(set(test_kinds)):
            columns["without it"] |= (test_kinds == kind) & accepted(fitted(kinds != kind))
        columns["without all kinds"] = accepted(fitted(~named))
    for label in (0, 1):
        here = labels(meta) == label
        for kind in [*sorted(set(test_kinds[here])), "all"]:
            rows = here & ((test_kinds == kind) | (kind == "all"))
            print(f"  {kind:26} same={label} {rows.sum()} pairs:", ", ".join(f"{name} {(rows & pairs).sum()}" for name, pairs in columns.items()))
    importance = sorted(zip(model.feature_importances_, names), reverse=True)
    print("most important:", ", ".join(f"{name} {value:.3f}" for value, name in importance[:15]))
    write_guard(model, values.shape[1], GUARD)
    write_golden(model, work)


if __name__ == "__main__":
    main()
