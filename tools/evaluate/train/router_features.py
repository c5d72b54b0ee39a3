"""The features of a question, equal to dev.parley.router.TextFeatures to the last bit: counts, and quotients of counts."""

import functools
import pathlib

RESOURCES = pathlib.Path(__file__).resolve().parents[3] / "libs/model-router/src/main/resources/dev/parley/router"
CHARACTERS_MAX = 8_192
SPACES = set(" \t\n\r\f\v")
SYMBOLS = set("$\\^=+*/<>{}|~")
FIRST_WORD_GROUPS = 4
NAMES = (
    "chars words chars_per_word digits numbers longest_number capitals punctuation symbols non_ascii newlines "
    "longest_line question_marks sentences words_per_sentence long_words distinct quotes parentheses blanks options "
    "before_options mean_option last_option"
).split()


@functools.cache
def groups():
    lines = (RESOURCES / "word-groups.txt").read_text().splitlines()
    pairs = [line.split(":") for line in lines if line and not line.startswith("#")]
    return [(name, frozenset(words.split())) for name, words in pairs]


def names():
    return NAMES + [name for name, _ in groups()] + ["word_sum", "word_mean"]


def is_letter(c):
    return "a" <= c <= "z" or "A" <= c <= "Z"


def terms(text):
    """The runs of ASCII letters, in lower case."""
    found, run = [], []
    for c in text[:CHARACTERS_MAX]:
        if is_letter(c):
            run.append(c)
        elif run:
            found.append("".join(run).lower())
            run = []
    if run:
        found.append("".join(run).lower())
    return found


def share(part, whole):
    return part / whole if whole else 0.0


def text_features(text, its_terms):
    """All features but the two of the lexicon."""
    text = text[:CHARACTERS_MAX]
    n = len(text)
    words = long_words = word = 0
    digits = numbers = number = longest_number = capitals = punctuation = symbols = non_ascii = 0
    newlines = line = longest_line = question_marks = sentences = quotes = parentheses = underscores = blanks = 0
    options, first_option, last_option = 0, n, n
    for i, c in enumerate(text):
        following = text[i + 1] if i + 1 < n else " "
        if c in SPACES:
            word = 0
        else:
            word += 1
            words += word == 1
            long_words += word == 9
        if "0" <= c <= "9":
            digits += 1
            number += 1
            numbers += number == 1
            longest_number = max(longest_number, number)
        else:
            number = 0
            if "A" <= c <= "Z":
                capitals += 1
                if following in ".)" and (i + 2 >= n or text[i + 2] in SPACES) and c <= "J":
                    if i == 0 or text[i - 1] in SPACES or text[i - 1] == "(":
                        options += 1
                        first_option = min(first_option, i)
                        last_option = i
            elif c > "~":
                non_ascii += 1
            elif c > " " and not is_letter(c):
                punctuation += 1
                symbols += c in SYMBOLS
        line = 0 if c == "\n" else line + 1
        longest_line = max(longest_line, line)
        newlines += c == "\n"
        question_marks += c == "?"
        sentences += c in ".!?" and following in SPACES
        quotes += c == '"'
        parentheses += c == "("
        underscores = underscores + 1 if c == "_" else 0
        blanks += underscores == 2
    values = [
        n, words, share(n, words), share(digits, n), numbers, longest_number, share(capitals, n), share(punctuation, n),
        share(symbols, n), share(non_ascii, n), newlines, longest_line, question_marks, sentences,
        share(words, sentences + 1), share(long_words, words), share(len(set(its_terms)), len(its_terms)), quotes,
        parentheses, blanks, options, first_option, share(n - first_option, options), n - last_option,
    ]  # fmt: skip
    for index, (_, members) in enumerate(groups()):
        counted = its_terms[:1] if index < FIRST_WORD_GROUPS else its_terms
        values.append(sum(term in members for term in counted))
    return [float(value) for value in values]


def word_features(its_terms, lexicon):
    distinct = set(its_terms)
    total = sum(lexicon.get(term, 0) for term in distinct)
    return [float(total), share(total, len(distinct))]
