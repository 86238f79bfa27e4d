"""A target whose coordinator can hold a commit and apply it late, to whatever transaction of the same epoch is then
open: what a delayed request can do to any cluster that does not tell transactions apart."""

import bisect
import contextlib
import socket
import socketserver
import struct
import threading
import typing

from reference_wire import VERSIONS, In, array, batches, control_batch, pack, text

FENCED, BAD_SEQUENCE, BAD_STATE, UNKNOWN_TOPIC, EXISTS, UNSUPPORTED = 47, 45, 48, 3, 36, 35


class Partition:
    def __init__(self):
        self.offsets: list[int] = []  # of the batches
        self.batches: list[bytes] = []
        self.end = 0
        self.open: dict[int, int] = {}  # producer: first offset of its transaction
        self.aborted: list[tuple[int, int, int]] = []  # producer, first, last
        self.recent: dict[tuple[int, int], list[tuple[int, int, int]]] = {}

    @property
    def stable(self) -> int:
        return min(self.open.values(), default=self.end)

    def append(self, data: bytes, records: int) -> int:
        offset = self.end
        self.offsets.append(offset)
        self.batches.append(data)
        self.end += records
        return offset


class Transaction:
    def __init__(self, producer: int):
        self.producer, self.epoch = producer, 0
        self.partitions: set[tuple[str, int]] = set()


class Target:
    """`hold_every`: each so many-th commit is held, its connection closed, and applied `hold_seconds()` later."""

    def __init__(self, hold_every: int, hold_seconds: typing.Callable[[], float]):
        self.lock = threading.RLock()
        self.topics: dict[str, list[Partition]] = {}
        self.transactions: dict[str, Transaction] = {}
        self.hold_every, self.hold_seconds = hold_every, hold_seconds
        self.commits = self.held = self.torn = 0
        target = self

        class Connection(socketserver.BaseRequestHandler):
            def handle(self):
                with contextlib.suppress(OSError):
                    target.serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self.server = Server(("127.0.0.1", 0), Connection)
        self.host, self.port = self.server.server_address
        self.address = f"{self.host}:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = connection.makefile("rb")
        while size := stream.read(4):
            request = In(stream.read(struct.unpack(">i", size)[0]))
            key, version, correlation = request.take("h"), request.take("h"), request.take("i")
            request.text()
            answer = self.answer(key, version, request)
            if answer is None:
                connection.shutdown(socket.SHUT_RDWR)
                return
            connection.sendall(pack("ii", len(answer) + 4, correlation) + answer)

    def answer(self, key: int, version: int, request: In) -> bytes | None:
        if key == 18:
            rows = [pack("hhh", api, *span) for api, span in VERSIONS.items()]
            return pack("h", UNSUPPORTED if version else 0) + array(rows)
        handlers = {
            0: self.produce, 1: self.fetch, 2: self.list_offsets, 3: self.metadata,
            10: self.find_coordinator, 19: self.create, 22: self.init, 24: self.add, 26: self.end,
            32: self.configs,
        }  # fmt: skip
        return handlers[key](request)

    # ---- topics ----

    def metadata(self, request: In) -> bytes:
        wanted = request.array(request.text)
        broker = pack("i", 1) + text(self.host) + pack("i", self.port) + text(None)
        rows = []
        with self.lock:
            for name in wanted or self.topics:
                parts = self.topics.get(name, [])
                error = 0 if parts else UNKNOWN_TOPIC
                cells = [pack("hii", 0, p, 1) + pack("iiii", 1, 1, 1, 1) for p in range(len(parts))]
                rows.append(pack("h", error) + text(name) + pack("?", False) + array(cells))
        return pack("i", 0) + array([broker]) + text("reference") + pack("i", 1) + array(rows)

    def create(self, request: In) -> bytes:
        def one():
            name, partitions = request.text(), request.take("i")
            request.take("h")
            request.array(lambda: (request.take("i"), request.array(lambda: request.take("i"))))
            request.array(lambda: (request.text(), request.text()))
            return name, partitions

        rows = []
        with self.lock:
            for name, partitions in request.array(one):
                rows.append(text(name) + pack("h", EXISTS if name in self.topics else 0) + text(None))
                self.topics.setdefault(name, [Partition() for _ in range(partitions)])
        return pack("i", 0) + array(rows)

    def configs(self, request: In) -> bytes:
        def one():
            kind, name = request.take("b"), request.text()
            request.array(request.text)
            return kind, name

        rows = []
        for kind, name in request.array(one):
            policy = "compact" if name.startswith("hindcast-mirror-") else "delete"
            entry = text("cleanup.policy") + text(policy) + pack("?b?", False, 5, False) + array([])
            rows.append(pack("h", 0) + text(None) + pack("b", kind) + text(name) + array([entry]))
        return pack("i", 0) + array(rows)

    def list_offsets(self, request: In) -> bytes:
        request.take("i")
        committed = request.take("b") == 1

        def one(parts: list[Partition]):
            index, timestamp = request.take("i"), request.take("q")
            end = parts[index].stable if committed else parts[index].end
            return pack("ihqq", index, 0, -1, 0 if timestamp == -2 else end)

        def topic():
            name = request.text()
            return text(name) + array(request.array(lambda: one(self.topics[name])))

        with self.lock:
            return pack("i", 0) + array(request.array(topic))

    def fetch(self, request: In) -> bytes:
        request.take("i"), request.take("i"), request.take("i"), request.take("i")
        committed = request.take("b") == 1

        def one(parts: list[Partition]):
            index, offset, size = request.take("i"), request.take("q"), request.take("i")
            part = parts[index]
            limit = part.stable if committed else part.end
            data, at = b"", max(bisect.bisect_right(part.offsets, offset) - 1, 0)
            while at < len(part.batches) and part.offsets[at] < limit and len(data) < size:
                data += part.batches[at]
                at += 1
            gone = [pack("qq", p, first) for p, first, last in part.aborted if last >= offset]
            head = pack("ihqq", index, 0, part.end, part.stable) + array(gone if committed else [])
            return head + pack("i", len(data)) + data

        def topic():
            name = request.text()
            return text(name) + array(request.array(lambda: one(self.topics[name])))

        with self.lock:
            return pack("i", 0) + array(request.array(topic))

    # ---- transactions ----

    def find_coordinator(self, request: In) -> bytes:
        return pack("ih", 0, 0) + text(None) + pack("i", 1) + text(self.host) + pack("i", self.port)

    def init(self, request: In) -> bytes:
        name = request.text()
        with self.lock:
            if name in self.transactions:
                self.finish(self.transactions[name], False)
                self.transactions[name].epoch += 1
            else:
                self.transactions[name] = Transaction(1000 + len(self.transactions))
            known = self.transactions[name]
            return pack("ihqh", 0, 0, known.producer, known.epoch)

    def add(self, request: In) -> bytes:
        name, _, epoch = request.text(), request.take("q"), request.take("h")
        with self.lock:
            known = self.transactions[name]
            error = 0 if epoch == known.epoch else FENCED

            def topic():
                called, indexes = request.text(), request.array(lambda: request.take("i"))
                if not error:
                    known.partitions |= {(called, index) for index in indexes}
                return text(called) + array(pack("ih", index, error) for index in indexes)

            return pack("i", 0) + array(request.array(topic))

    def produce(self, request: In) -> bytes:
        name = request.text()
        request.take("h"), request.take("i")

        def topic():
            called = request.text()

            def one():
                index, data = request.take("i"), request.bytes()
                error, offset = self.append(name, called, index, data)
                return pack("ihqq", index, error, offset, -1)

            return text(called) + array(request.array(one))

        with self.lock:
            return array(request.array(topic)) + pack("i", 0)

    def append(self, name: str, topic: str, index: int, data: bytes) -> tuple[int, int]:
        known, part = self.transactions[name], self.topics[topic][index]
        first = -1
        for batch in batches(data):
            if batch.epoch != known.epoch:
                return FENCED, -1
            if (topic, index) not in known.partitions:
                return BAD_STATE, -1
            recent = part.recent.setdefault((batch.producer, batch.epoch), [])
            again = [offset for sequence, _, offset in recent if sequence == batch.sequence]
            if again:
                first = again[0]
                continue
            if batch.sequence != (recent[-1][0] + recent[-1][1] if recent else 0):
                return BAD_SEQUENCE, -1
            offset = part.append(batch.at(part.end), batch.records)
            part.open.setdefault(batch.producer, offset)
            recent.append((batch.sequence, batch.records, offset))
            del recent[:-5]
            first = offset if first < 0 else first
        return 0, first

    def end(self, request: In) -> bytes | None:
        name, _, epoch, commit = request.text(), request.take("q"), request.take("h"), request.take("?")
        with self.lock:
            known = self.transactions[name]
            if epoch != known.epoch:
                return pack("ih", 0, FENCED)
            self.commits += commit
            if commit and self.hold_every and self.commits % self.hold_every == 0:
                self.held += 1
                late = threading.Timer(self.hold_seconds(), self.apply_late, (known, epoch))
                late.daemon = True
                late.start()
                return None
            self.finish(known, commit)
            return pack("ih", 0, 0)

    def apply_late(self, known: Transaction, epoch: int) -> None:
        with self.lock:
            if epoch == known.epoch and known.partitions:
                self.torn += 1
                self.finish(known, True)

    def finish(self, known: Transaction, commit: bool) -> None:
        for topic, index in known.partitions:
            part = self.topics[topic][index]
            first = part.open.pop(known.producer, None)
            offset = part.append(control_batch(part.end, known.producer, known.epoch, commit), 1)
            if not commit and first is not None:
                part.aborted.append((known.producer, first, offset))
        known.partitions.clear()
