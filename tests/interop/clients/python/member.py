"""A consumer that commits what it read, again and again, for groups.py.

Prints `R PARTITION OFFSET NS` for every record (NS: the system's monotonic clock) and, once the broker has acknowledged
a commit, `C PARTITION OFFSET`. Ends by leaving its group on SIGTERM. Mode `assign` commits to a group without joining it.
"""

import argparse
import signal
import sys
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

stopping = False


def stop(*_) -> None:
    global stopping
    stopping = True


def commit(consumer: Consumer, places: dict[int, int], topic: str) -> None:
    """Commits and says so; while the broker is gone, or the group rebalances, there is no answer."""
    wanted = [TopicPartition(topic, partition, offset) for partition, offset in places.items()]
    try:
        done = consumer.commit(offsets=wanted, asynchronous=False)
    except KafkaException as refused:
        print(f"no commit: {refused}", file=sys.stderr)
        return
    for place in done:
        if place.error is None:
            print(f"C {place.partition} {place.offset}")


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("bootstrap", "topic", "group", "mode"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--session-ms", type=int, required=True)
    parser.add_argument("--heartbeat-ms", type=int, required=True)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    consumer = Consumer(
        {
            "bootstrap.servers": options.bootstrap,
            "group.id": options.group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "session.timeout.ms": options.session_ms,
            "heartbeat.interval.ms": options.heartbeat_ms,
            "reconnect.backoff.ms": 20,  # brokers are killed all the time
            "reconnect.backoff.max.ms": 100,
            "log_level": 2,
        }
    )
    if options.mode == "assign":
        partitions = (
            consumer.list_topics(options.topic, timeout=10).topics[options.topic].partitions
        )
        consumer.assign([TopicPartition(options.topic, partition, 0) for partition in partitions])
    else:
        consumer.subscribe([options.topic])
    while not stopping:
        places: dict[int, int] = {}
        for message in consumer.consume(100, timeout=0.05):
            error = message.error()
            if error is None:
                print(f"R {message.partition()} {message.offset()} {time.monotonic_ns()}")
                places[message.partition()] = message.offset() + 1
            elif error.code() in (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE):
                sys.exit(f"partition {message.partition()}: {error}")
        sys.stdout.flush()
        if places:
            commit(consumer, places, options.topic)
            sys.stdout.flush()
    consumer.close()


if __name__ == "__main__":
    main()
