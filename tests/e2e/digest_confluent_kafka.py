"""Reads partitions with librdkafka: digest_confluent_kafka.py BOOTSTRAP TOPIC END...

Prints the SHA-256 of each partition's records up to its end, one a line.
"""

import sys

import confluent_kafka

from test_determinism import digest

bootstrap, topic, *ends = sys.argv[1:]
consumer = confluent_kafka.Consumer(
    {"bootstrap.servers": bootstrap, "group.id": "digest", "check.crcs": True}
)
for partition, end in enumerate(map(int, ends)):
    consumer.assign([confluent_kafka.TopicPartition(topic, partition, 0)])
    records = []
    while len(records) < end:
        message = consumer.poll(20)
        if message is None or message.error():
            sys.exit(
                f"partition {partition} at {len(records)} of {end}: {message and message.error()}"
            )
        records.append((message.offset(), message.timestamp()[1], message.key(), message.value()))
    print(digest(records))
consumer.close()
