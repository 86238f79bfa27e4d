"""Looks up times with librdkafka: time_confluent_kafka.py BOOTSTRAP TOPIC FILE-OF-TIMES

Prints one offset a line; -1 where there is no record at or after the time.
"""

import sys

import confluent_kafka

bootstrap, topic, times = sys.argv[1:]
consumer = confluent_kafka.Consumer({"bootstrap.servers": bootstrap, "group.id": "times"})
for line in open(times):
    (found,) = consumer.offsets_for_times(
        [confluent_kafka.TopicPartition(topic, 0, int(line))], timeout=30
    )
    if found.error:
        sys.exit(str(found.error))
    # librdkafka gives OFFSET_END, which is -1 as well, where the broker has no such record
    print(found.offset)
consumer.close()
