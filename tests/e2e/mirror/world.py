"""What every case stands on: a binary, a Kafka, a source, scratch space."""

import pathlib
import typing

import confluent_kafka
from confluent_kafka import admin as kafka_admin
import mirror_process
import source_data
from kafka_node import Kafka
from mirror_process import Mirror


class Failed(Exception):
    pass


def check(condition: bool, what: str, mirror: Mirror | None = None) -> None:
    if not condition:
        raise Failed(what + ("\n" + mirror.tail() if mirror else ""))


class Source(typing.NamedTuple):
    path: pathlib.Path
    minutes: int
    partitions: int

    @property
    def records(self) -> int:
        return self.minutes * len(source_data.SYMBOLS)

    def expected(self) -> list[list[source_data.Record]]:
        return source_data.expected(self.minutes, self.partitions)


class World:
    def __init__(self, binary: str, classpath: str, scratch: pathlib.Path, kafka: Kafka):
        self.binary, self.classpath, self.scratch, self.kafka = binary, classpath, scratch, kafka
        self.cache = scratch / "cache"
        self._admin: kafka_admin.AdminClient | None = None

    def source(self, minutes: int, partitions: int = 4) -> Source:
        path = self.scratch / f"market-{minutes}.csv"
        if not path.exists():
            source_data.write_csv(path, minutes)
        return Source(path, minutes, partitions)

    def mirror(self, source: Source, name: str, *more: str, servers: str = "", command="mirror"):
        flags = mirror_process.arguments(
            source.path, self.cache, servers or self.kafka.address, "--name", name, *more
        )
        flags += ["--partitions", str(source.partitions), "--prefix", f"{name}-"]
        return Mirror(self.binary, flags, command)

    def verify(self, source: Source, name: str, *more: str) -> Mirror:
        verifier = self.mirror(source, name, *more, command="verify")
        verifier.status = verifier.end()
        return verifier

    def admin(self) -> kafka_admin.AdminClient:
        if not self._admin:
            self._admin = kafka_admin.AdminClient({"bootstrap.servers": self.kafka.address})
        return self._admin

    def create(self, topic: str, partitions: int, **configs: str) -> None:
        named = {key.replace("_", "."): value for key, value in configs.items()}
        new = kafka_admin.NewTopic(topic, partitions, 1, config=named)
        self.admin().create_topics([new])[topic].result(30)

    def delete(self, topic: str) -> None:
        self.admin().delete_topics([topic])[topic].result(30)

    def produce(self, topic: str, partition: int, key: bytes, value: bytes, headers=None) -> None:
        producer = confluent_kafka.Producer({"bootstrap.servers": self.kafka.address})
        producer.produce(topic, value, key, partition, headers=headers)
        check(producer.flush(30) == 0, "the test's own record was not delivered")
