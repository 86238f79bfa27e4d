"""The independent auditor: another client, its own hashing, committed records only."""

import time
import typing

import confluent_kafka
from source_data import Record, digest

SECONDS = 120


class Found(typing.NamedTuple):
    missing: int
    duplicate: int
    misplaced: int
    different: int
    records: int
    digests: list[str]

    def __str__(self) -> str:
        return (
            f"{self.records} records: {self.missing} missing, {self.duplicate} duplicate, "
            f"{self.misplaced} out of order, {self.different} different"
        )

    @property
    def clean(self) -> bool:
        return not (self.missing or self.duplicate or self.misplaced or self.different)


def _end(consumer, place) -> int:
    """The high watermark; a topic made a moment ago may have no leader yet."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return consumer.get_watermark_offsets(place, timeout=30)[1]
        except confluent_kafka.KafkaException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def read(
    servers: str, topic: str, partitions: int, isolation: str = "read_committed"
) -> list[list[tuple[int, Record]]]:
    """Every record of every partition: its sequence header (-1: none) and itself."""
    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": "auditor",
            "enable.auto.commit": False,
            "isolation.level": isolation,
            "enable.partition.eof": True,
            "check.crcs": True,
        }
    )
    start = confluent_kafka.OFFSET_BEGINNING
    places = [confluent_kafka.TopicPartition(topic, p, start) for p in range(partitions)]
    consumer.assign(places)
    logs: list[list[tuple[int, Record]]] = [[] for _ in range(partitions)]
    ends = [_end(consumer, place) for place in places]
    open_partitions = set(range(partitions))
    deadline = time.monotonic() + SECONDS
    while open_partitions:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{topic} cannot be read to its end: partitions {open_partitions}")
        for message in consumer.consume(10000, 0.2):
            place = message.partition()
            if message.error():
                eof = message.error().code() == confluent_kafka.KafkaError._PARTITION_EOF
                if eof and message.offset() >= ends[place]:
                    open_partitions.discard(place)
                continue
            headers = dict(message.headers() or [])
            sequence = int(headers.get("hindcast-sequence", b"-1"))
            record = Record(message.timestamp()[1], message.key(), message.value())
            logs[place].append((sequence, record))
    consumer.close()
    return logs


def audit(servers: str, topic: str, source: list[list[Record]]) -> Found:
    """Compares record by record; the sequence header only names what a difference is."""
    logs = read(servers, topic, len(source))
    missing = duplicate = misplaced = different = 0
    digests = []
    for wanted, log in zip(source, logs):
        seen: set[int] = set()
        last = -1
        for sequence, record in log:
            duplicate += sequence in seen
            misplaced += sequence < last
            seen.add(sequence)
            last = sequence
            if not 0 <= sequence < len(wanted) or wanted[sequence] != record:
                different += 1
        missing += len(wanted) - len(seen)
        digests.append(digest(record for _, record in log))
    found = Found(missing, duplicate, misplaced, different, sum(map(len, logs)), digests)
    if found.clean and digests != [digest(wanted) for wanted in source]:
        raise RuntimeError("the counts are right and the hashes are not")
    return found
