"""Reads topics with aiokafka. The command line is described in ../README.md."""

import asyncio

import contract
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient


async def first_offsets(consumer: AIOKafkaConsumer, options: contract.Options) -> dict:
    """Where each partition's reading begins."""
    partitions = await all_partitions(options)
    if options.start == "beginning":
        return await consumer.beginning_offsets(partitions)
    if options.start == "offset":
        return {partition: options.number for partition in partitions}
    offsets = await consumer.end_offsets(partitions)
    if options.start == "time":
        found = await consumer.offsets_for_times({p: options.number for p in partitions})
        offsets.update({partition: at.offset for partition, at in found.items() if at})
    return offsets


class SeekOnAssignment(ConsumerRebalanceListener):
    def __init__(self, consumer: AIOKafkaConsumer, offsets: dict):
        self.consumer, self.offsets = consumer, offsets

    async def on_partitions_assigned(self, assigned):
        for partition in assigned:
            if partition in self.offsets:  # a later assignment goes on where this one stood
                self.consumer.seek(partition, self.offsets.pop(partition))

    async def on_partitions_revoked(self, revoked):
        pass


async def position(consumer: AIOKafkaConsumer, options: contract.Options) -> None:
    if options.mode == "assign":
        offsets = await first_offsets(consumer, options)
        consumer.assign(list(offsets))
        for partition, offset in offsets.items():
            consumer.seek(partition, offset)
    elif options.start in ("offset", "time"):
        offsets = await first_offsets(consumer, options)
        consumer.subscribe(options.topics, listener=SeekOnAssignment(consumer, offsets))
    else:
        consumer.subscribe(options.topics)


async def all_partitions(options: contract.Options) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=options.bootstrap)
    await admin.start()
    found = await admin.describe_topics(options.topics)
    await admin.close()
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in found
        for partition in topic["partitions"]
    ]


async def main() -> None:
    options = contract.parse()
    output = contract.Output(options)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=options.bootstrap,
        group_id=options.group if options.mode == "group" else None,
        auto_offset_reset=options.reset,
        enable_auto_commit=False,  # stop() would commit what was read beyond the count
    )
    await consumer.start()
    await position(consumer, options)
    while output.left:
        for records in (await consumer.getmany(timeout_ms=100)).values():
            for r in records:
                output.record(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value)
        output.flush()
    if options.mode == "group":
        places = {TopicPartition(*place): offset for place, offset in output.positions.items()}
        await consumer.commit(places)
    await consumer.stop()


if __name__ == "__main__":
    asyncio.run(main())
