"""Reads topics with confluent-kafka. The command line is described in ../README.md."""

import contract
from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaException, TopicPartition


def with_start(consumer: Consumer, options: contract.Options, partitions: list) -> list:
    starts = {"beginning": OFFSET_BEGINNING, "end": OFFSET_END}
    for partition in partitions:
        partition.offset = starts.get(options.start, options.number)
    if options.start == "time":
        return consumer.offsets_for_times(partitions, timeout=10)
    return partitions


def main() -> None:
    options = contract.parse()
    output = contract.Output(options)
    consumer = Consumer(
        {
            "bootstrap.servers": options.bootstrap,
            "group.id": options.group,
            "auto.offset.reset": options.reset,
        }
    )
    if options.mode == "assign":
        topics = consumer.list_topics(timeout=10).topics
        partitions = [
            TopicPartition(topic, partition)
            for topic in options.topics
            for partition in topics[topic].partitions
        ]
        consumer.assign(with_start(consumer, options, partitions))
    elif options.start in ("offset", "time"):
        consumer.subscribe(
            options.topics,
            on_assign=lambda _, partitions: consumer.assign(
                with_start(consumer, options, partitions)
            ),
        )
    else:
        consumer.subscribe(options.topics)

    while output.left:
        for message in consumer.consume(min(output.left, 1000), timeout=0.1):
            if message.error():
                raise KafkaException(message.error())
            output.record(
                message.topic(),
                message.partition(),
                message.offset(),
                message.timestamp()[1],
                message.key(),
                message.value(),
            )
        output.flush()
    if options.mode == "group":
        places = [TopicPartition(*place, offset) for place, offset in output.positions.items()]
        consumer.commit(offsets=places, asynchronous=False)
    consumer.close()


if __name__ == "__main__":
    main()
