"""Reads topics with kafka-python, old and new. The command line is described in ../README.md."""

import contract
from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata


def first_offsets(consumer: KafkaConsumer, options: contract.Options) -> dict:
    """Where each partition's reading begins."""
    partitions = [
        TopicPartition(topic, partition)
        for topic in options.topics
        for partition in consumer.partitions_for_topic(topic)
    ]
    if options.start == "beginning":
        return consumer.beginning_offsets(partitions)
    if options.start == "offset":
        return {partition: options.number for partition in partitions}
    offsets = consumer.end_offsets(partitions)
    if options.start == "time":
        found = consumer.offsets_for_times({partition: options.number for partition in partitions})
        offsets.update({partition: at.offset for partition, at in found.items() if at})
    return offsets


class SeekOnAssignment(ConsumerRebalanceListener):
    def __init__(self, consumer: KafkaConsumer, offsets: dict):
        self.consumer, self.offsets = consumer, offsets

    def on_partitions_assigned(self, assigned):
        for partition in assigned:
            if partition in self.offsets:  # a later assignment goes on where this one stood
                self.consumer.seek(partition, self.offsets.pop(partition))

    def on_partitions_revoked(self, revoked):
        pass


def main() -> None:
    options = contract.parse()
    output = contract.Output(options)
    consumer = KafkaConsumer(
        bootstrap_servers=options.bootstrap,
        group_id=options.group if options.mode == "group" else None,
        auto_offset_reset=options.reset,
        enable_auto_commit=False,  # it would commit what was read beyond the count
    )
    if options.mode == "assign":
        offsets = first_offsets(consumer, options)
        consumer.assign(list(offsets))
        for partition, offset in offsets.items():
            consumer.seek(partition, offset)
    elif options.start in ("offset", "time"):
        offsets = first_offsets(consumer, options)
        consumer.subscribe(options.topics, listener=SeekOnAssignment(consumer, offsets))
    else:
        consumer.subscribe(options.topics)

    while output.left:
        for records in consumer.poll(timeout_ms=1000).values():
            for r in records:
                output.record(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value)
        output.flush()
    if options.mode == "group":
        extra = [-1] * (len(OffsetAndMetadata._fields) - 2)  # newer ones have a leader epoch
        consumer.commit(
            {
                TopicPartition(*place): OffsetAndMetadata(offset, "", *extra)
                for place, offset in output.positions.items()
            }
        )
    consumer.close()


if __name__ == "__main__":
    main()
