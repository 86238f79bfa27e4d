#!/usr/bin/env python3
"""Compares what kafka-python reads in each batch of a file in the format of batches.jsonl with the text beside it.

    BUILD/tests/vectors/print_batches > ours.jsonl
    python3 check_batches.py ours.jsonl
    java -cp CLASSPATH java/MakeBatches.java --check ours.jsonl
"""
import json
import sys

import kafka
from make_batches import CODECS, describe


def main():
    checked = 0
    with open(sys.argv[1], encoding="ascii") as lines:
        for number, text in enumerate(lines, 1):
            told = json.loads(text)
            head, records = describe(bytes.fromhex(told["hex"]))
            if head != told["batch"] or records != told["records"]:
                sys.exit("line %d\n told  %s %s\n found %s %s" %
                         (number, told["batch"], told["records"], head, records))
            if CODECS[head["attributes"] & 7] != told["codec"]:
                sys.exit("line %d: written as %s" % (number, CODECS[head["attributes"] & 7]))
            checked += 1
    if checked == 0:
        sys.exit("no batches")
    print("%d batches read alike by kafka-python %s" % (checked, kafka.__version__))


if __name__ == "__main__":
    main()
