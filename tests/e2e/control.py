"""A well-behaved client that reads and asks all the time, while others misbehave."""

import threading
import time

import protocol

PATIENCE_SECONDS = 10


class Control:
    """Counts what it was answered; leaving its context raises what went wrong."""

    def __init__(self, address: str, topic: str):
        self.address, self.topic = address, topic
        self.answers, self.slowest, self.problem = 0, 0.0, None
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Control":
        self.thread.start()
        return self

    def __exit__(self, kind, value, trace) -> None:
        self.stopping.set()
        self.thread.join(PATIENCE_SECONDS + 1)
        if kind is None:
            if self.problem:
                raise AssertionError(f"another client was disturbed: {self.problem}")
            if not self.answers:
                raise AssertionError("another client was not served at all")

    def _run(self) -> None:
        try:
            with protocol.Connection(self.address, PATIENCE_SECONDS) as connection:
                while not self.stopping.is_set():
                    begin = time.monotonic()
                    self._ask(connection)
                    self.slowest = max(self.slowest, time.monotonic() - begin)
        except (OSError, protocol.KafkaError, AssertionError) as problem:
            self.problem = repr(problem)

    def _ask(self, connection) -> None:
        wanted = {"partition": 0, "fetch_offset": self.answers % 1000, "partition_max_bytes": 5000}
        topics = [{"topic": self.topic, "partitions": [wanted]}]
        body = {"max_wait_ms": 5000, "min_bytes": 1, "max_bytes": 1 << 20, "topics": topics}
        body = connection.ask(protocol.FETCH, 11, body)
        (found,) = body["responses"][0]["partitions"]
        assert found["error_code"] == 0 and found["records"], found["error_code"]
        wanted = {"partition_index": 0, "timestamp": -1}
        topics = [{"name": self.topic, "partitions": [wanted]}]
        body = connection.ask(protocol.LIST_OFFSETS, 5, {"topics": topics})
        assert body["topics"][0]["partitions"][0]["error_code"] == 0
        body = connection.ask(protocol.METADATA, 9, {"topics": [{"name": self.topic}]})
        assert body["topics"][0]["error_code"] == 0
        self.answers += 1
