"""Looks up times with kafka-python: time_kafka_python.py BOOTSTRAP TOPIC FILE-OF-TIMES

Prints one offset a line; -1 where there is no record at or after the time.
"""

import sys

import kafka

bootstrap, topic, times = sys.argv[1:]
consumer = kafka.KafkaConsumer(bootstrap_servers=bootstrap)
partition = kafka.TopicPartition(topic, 0)
for line in open(times):
    found = consumer.offsets_for_times({partition: int(line)})[partition]
    print(-1 if found is None else found.offset)
consumer.close()
