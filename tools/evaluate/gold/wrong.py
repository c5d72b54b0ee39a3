"""The share of wrong hits as read, with its Wilson interval: python3 wrong.py HITS, of ./parley evaluate similar --hits HITS.

The verdicts are in similar.csv, by the first 16 hexadecimal digits of the SHA-256 of the new question, a line feed and the
question whose answer was used. A hit without a verdict counts as not read.
"""
import csv
import hashlib
import math
import pathlib
import sys
from collections import Counter

Z = 1.96


def verdicts():
    with open(pathlib.Path(__file__).with_name("similar.csv"), encoding="utf-8", newline="") as file:
        return {row["pair"]: row for row in csv.DictReader(file)}


def pair(hit):
    return hashlib.sha256(f"{hit['asked']}\n{hit['source']}".encode()).hexdigest()[:16]


def wilson(wrong, read):
    share = wrong / read
    middle = share + Z * Z / (2 * read)
    spread = Z * math.sqrt(share * (1 - share) / read + Z * Z / (4 * read * read))
    return (middle - spread) / (1 + Z * Z / read), (middle + spread) / (1 + Z * Z / read)


def main(hits):
    known = verdicts()
    read, wrong, unread = Counter(), Counter(), 0
    with open(hits, encoding="utf-8", newline="") as file:
        for hit in csv.DictReader(file):
            verdict = known.get(pair(hit))
            if verdict is None:
                unread += 1
                continue
            read[verdict["stream"]] += 1
            wrong[verdict["stream"]] += verdict["verdict"] == "wrong"
    for stream in sorted(read):
        low, high = wilson(wrong[stream], read[stream])
        print(f"{stream}: {wrong[stream]} of {read[stream]} read hits are wrong,"
              f" {100 * wrong[stream] / read[stream]:.1f} % ({100 * low:.1f}-{100 * high:.1f})")
    print(f"not read: {unread}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 wrong.py HITS")
    try:
        main(sys.argv[1])
    except (OSError, UnicodeDecodeError, csv.Error) as e:
        sys.exit(f"{sys.argv[1]} cannot be read: {e}")
    except KeyError as e:
        sys.exit(f"{sys.argv[1]}: a row has no column {e}")
