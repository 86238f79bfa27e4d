#!/usr/bin/env python3
"""Writes batches.jsonl: record batches made by kafka-python, one a line, with what they hold.

    pip install kafka-python==3.0.12 lz4 zstandard python-snappy
    python3 make_batches.py batches.jsonl
    java -cp CLASSPATH java/MakeBatches.java batches.jsonl   # appends Apache Kafka's (java/pom.xml has the classpath)

Everything but "src", "codec" and "hex" is the canonical text that tests/unit/protocol/test_records.c prints from its own
reading: keys in this order, no spaces, bytes in hex, bytes longer than LONG as "#size:crc32c".
"""
import json
import struct
import sys
import time

import kafka
import snappy
from kafka.record._crc32c import crc as crc32c
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
LONG = 1024
T0 = 1514764800000


def candle(i):
    fields = {"symbol": "XBTUSD", "open": 14000.5 + i, "close": 14001 + i, "volume": 1000 * i}
    return (T0 + 60000 * i, b"XBTUSD", json.dumps(fields).encode(), [])


def cases():
    """name, codecs, records as (timestamp, key, value, headers)"""
    yield "nulls", CODECS, [(T0, None, None, [])]
    yield "empty", CODECS, [(T0, b"", b"", [])]
    yield "candles", CODECS, [candle(i) for i in range(12)]
    yield "headers", CODECS, [
        (T0, b"k", b"v", [("source", b"bitmex"), ("", b""), ("null", None), ("h\u00e9", b"\x00\xff")]),
        (T0 + 1, None, b"w" * 64, [("x", b"y" * 130)] * 3),
    ]
    yield "times", CODECS, [(T0, b"a", b"1", []), (T0 - 86400000, b"a", b"2", []),
                            (T0 + 2**33, b"a", b"3", []), (0, b"a", b"4", [])]
    yield "many", ["none", "zstd"], [(T0 + i, b"%d" % i, None, []) for i in range(130)]
    yield "long", CODECS[1:], [(T0, b"long", b"candles " * 9000, []), (T0 + 1, None, b"0" * 40000, [])]


def text(data):
    if data is None or len(data) <= LONG:
        return None if data is None else bytes(data).hex()
    return "#%d:%08x" % (len(data), crc32c(bytes(data)))


def describe(data):
    """The canonical text of a batch, read back by kafka-python."""
    batch = DefaultRecordBatch(data)
    assert batch.validate_crc()
    head = {
        "base_offset": batch.base_offset, "leader_epoch": batch.leader_epoch,
        "attributes": batch.attributes, "last_offset_delta": batch.last_offset_delta,
        "base_timestamp": batch.first_timestamp, "max_timestamp": batch.max_timestamp,
        "producer_id": batch.producer_id, "producer_epoch": batch.producer_epoch,
        "base_sequence": batch.base_sequence, "count": batch.records_count,
    }
    records = [{
        "offset": r.offset, "timestamp": r.timestamp, "key": text(r.key), "value": text(r.value),
        "headers": [[k.encode().hex(), text(v)] for k, v in r.headers],
    } for r in batch]
    return head, records


def line(source, data):
    head, records = describe(data)
    codec = CODECS[head["attributes"] & 7]  # none when compression did not pay
    return json.dumps({"src": source, "codec": codec, "hex": data.hex(), "batch": head,
                       "records": records}, separators=(",", ":"))


def build(codec, records):
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=CODECS.index(codec), is_transactional=0, producer_id=-1,
        producer_epoch=-1, base_sequence=-1, batch_size=1 << 20)
    for i, (timestamp, key, value, headers) in enumerate(records):
        assert builder.append(i, timestamp, key, value, headers)
    return bytes(builder.build())


def raw_snappy(records):
    """As some clients write snappy: one block without the framing of the Java library."""
    plain = build("none", records)
    body = plain[21:61] + snappy.compress(plain[61:])
    body = struct.pack(">h", CODECS.index("snappy")) + body[2:]
    return plain[:8] + struct.pack(">ii", 9 + len(body), 0) + b"\x02" + struct.pack(">I", crc32c(body)) + body


def main():
    time.time = lambda: T0 / 1000  # gzip notes the time: equal runs shall give equal files
    with open(sys.argv[1], "w", encoding="ascii") as out:
        for name, codecs, records in cases():
            for codec in codecs:
                source = "kafka-python %s: %s" % (kafka.__version__, name)
                print(line(source, build(codec, records)), file=out)
            if "snappy" in codecs:
                source = "kafka-python %s, python-snappy: raw %s" % (kafka.__version__, name)
                print(line(source, raw_snappy(records)), file=out)


if __name__ == "__main__":
    main()
