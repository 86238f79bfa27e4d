"""A Kafka codec and connection for tests: any message of schemas.py, at any version.

Bodies are dicts of Kafka's field names in snake case. What a request leaves out takes the type's
zero, or -1 for offsets and epochs (DEFAULTS). Shares no code with the broker.
"""

import dataclasses
import functools
import re
import socket
import struct

from schemas import FLEXIBLE, REQUESTS, RESPONSES

PRODUCE, FETCH, LIST_OFFSETS, METADATA, OFFSET_COMMIT, OFFSET_FETCH = 0, 1, 2, 3, 8, 9
FIND_COORDINATOR, JOIN_GROUP, HEARTBEAT, LEAVE_GROUP, SYNC_GROUP = 10, 11, 12, 13, 14
DESCRIBE_GROUPS, LIST_GROUPS, API_VERSIONS, INIT_PRODUCER_ID = 15, 16, 18, 22
OFFSET_FOR_LEADER_EPOCH, DESCRIBE_CONFIGS, DESCRIBE_LOG_DIRS = 23, 32, 35
LIST_REASSIGNMENTS, DESCRIBE_CLUSTER, DESCRIBE_PRODUCERS, LIST_TRANSACTIONS = 46, 60, 61, 66

NO_UUID = "0" * 32
MINUS_ONE = {
    "replica_id",
    "current_leader_epoch",
    "last_fetched_epoch",
    "log_start_offset",
    "generation_id_or_member_epoch",
    "committed_leader_epoch",
    "retention_time_ms",
    "member_epoch",
    "session_epoch",
    "producer_id",
    "producer_epoch",
    "duration_filter",
}
SCALARS = {"i8": ">b", "i16": ">h", "u16": ">H", "i32": ">i", "i64": ">q"}


class KafkaError(Exception):
    """The broker's bytes are not what the protocol says."""


class Closed(KafkaError):
    """The broker closed the connection."""


@dataclasses.dataclass
class Field:
    name: str
    kind: str
    low: int = 0
    high: int = 1 << 30
    null: int = 1 << 30
    tag: int | None = None
    fields: list["Field"] = dataclasses.field(default_factory=list)

    def at(self, version: int) -> bool:
        return self.low <= version <= self.high


def _field(line: str) -> Field:
    words = line.split()
    field = Field(words[0], words[1])
    for word, value in zip(words[2::2], words[3::2]):
        if word == "in":
            low, high = re.fullmatch(r"(\d+)(?:\+|-(\d+))", value).groups()
            field.low, field.high = int(low), int(high) if high else field.high
        elif word == "null":
            field.null = int(value)
        else:
            field.tag = int(value)
    return field


def parse_schema(text: str) -> list[Field]:
    root: list[Field] = []
    levels = [root]
    for line in text.strip("\n").splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        field = _field(line)
        del levels[depth + 1 :]
        levels[depth].append(field)
        levels.append(field.fields)
    return root


@functools.cache
def schema(api: int, kind: str) -> list[Field]:
    return parse_schema((REQUESTS if kind == "request" else RESPONSES)[api])


def flexible(api: int, version: int) -> bool:
    return version >= FLEXIBLE[api]


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


class Encoder:
    def __init__(self, version: int, compact: bool):
        self.version, self.compact, self.out = version, compact, bytearray()

    def length(self, size: int | None, form: str) -> None:
        if self.compact:
            self.out += varint(0 if size is None else size + 1)
        else:
            self.out += struct.pack(form, -1 if size is None else size)

    def struct(self, fields: list[Field], body: dict) -> None:
        tagged = []
        for field in fields:
            if not field.at(self.version):
                continue
            if field.tag is None:
                self.value(field, field.kind, body.get(field.name, ...))
            elif field.name in body:
                tagged.append(field)
        if self.compact:
            self.out += varint(len(tagged))
            for field in tagged:
                inner = Encoder(self.version, True)
                inner.value(field, field.kind, body[field.name])
                self.out += varint(field.tag) + varint(len(inner.out)) + inner.out

    def value(self, field: Field, kind: str, value) -> None:
        nullable = self.version >= field.null
        if value is ...:
            value = None if nullable else self.default(field, kind)
        if kind in SCALARS:
            self.out += struct.pack(SCALARS[kind], value)
        elif kind == "bool":
            self.out.append(bool(value))
        elif kind == "uuid":
            self.out += bytes.fromhex(value)
        elif kind == "{}":
            self.struct(field.fields, value)
        elif kind.startswith("[]"):
            self.length(None if value is None else len(value), ">i")
            for item in value or ():
                if kind == "[]":
                    self.struct(field.fields, item)
                else:
                    self.value(Field("", kind[2:]), kind[2:], item)
        else:
            data = value.encode() if isinstance(value, str) else value
            self.length(None if data is None else len(data), ">h" if kind == "str" else ">i")
            self.out += data or b""

    @staticmethod
    def default(field: Field, kind: str):
        if kind in SCALARS:
            return -1 if field.name in MINUS_ONE else 0
        return {"bool": False, "uuid": NO_UUID, "str": "", "bytes": b"", "{}": {}}.get(kind, [])


class Decoder:
    def __init__(self, data: bytes, version: int, compact: bool, at: int = 0):
        self.data, self.version, self.compact, self.at = data, version, compact, at

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise KafkaError(f"{size} bytes wanted at {self.at} of {len(self.data)}")
        self.at += size
        return self.data[self.at - size : self.at]

    def varint(self) -> int:
        value = shift = 0
        while True:
            (byte,) = self.take(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def length(self, form: str) -> int | None:
        if self.compact:
            size = self.varint() - 1
        else:
            (size,) = struct.unpack(form, self.take(struct.calcsize(form)))
        return None if size < 0 else size

    def struct(self, fields: list[Field]) -> dict:
        body = {}
        for field in fields:
            if field.at(self.version) and field.tag is None:
                body[field.name] = self.value(field, field.kind)
        if self.compact:
            for _ in range(self.varint()):
                tag, size = self.varint(), self.varint()
                data = self.take(size)
                for field in fields:
                    if field.tag == tag and field.at(self.version):
                        inner = Decoder(data, self.version, True)
                        body[field.name] = inner.value(field, field.kind)
        return body

    def value(self, field: Field, kind: str):
        if kind in SCALARS:
            form = SCALARS[kind]
            return struct.unpack(form, self.take(struct.calcsize(form)))[0]
        if kind == "bool":
            return self.take(1) != b"\0"
        if kind == "uuid":
            return self.take(16).hex()
        if kind == "{}":
            return self.struct(field.fields)
        size = self.length(">i" if kind.startswith("[]") or kind == "bytes" else ">h")
        if size is None:
            return None
        if kind == "[]":
            return [self.struct(field.fields) for _ in range(size)]
        if kind.startswith("[]"):
            return [self.value(Field("", kind[2:]), kind[2:]) for _ in range(size)]
        data = self.take(size)
        return data if kind == "bytes" else data.decode()


def encode(api: int, kind: str, version: int, body: dict) -> bytes:
    encoder = Encoder(version, flexible(api, version))
    encoder.struct(schema(api, kind), body)
    return bytes(encoder.out)


def decode(api: int, kind: str, version: int, data: bytes) -> dict:
    decoder = Decoder(data, version, flexible(api, version))
    body = decoder.struct(schema(api, kind))
    if decoder.at != len(data):
        raise KafkaError(f"API {api} version {version}: {len(data) - decoder.at} bytes too many")
    return body


def request(
    api: int, version: int, body: bytes | dict, correlation: int = 1, client="e2e"
) -> bytes:
    """A whole frame."""
    data = body if isinstance(body, bytes) else encode(api, "request", version, body)
    header = struct.pack(">hhih", api, version, correlation, len(client)) + client.encode()
    if flexible(api, version):
        header += b"\0"
    return struct.pack(">i", len(header) + len(data)) + header + data


class Connection:
    """One connection; requests one after another, or pipelined by send and receive."""

    def __init__(self, address: str, timeout: float = 30):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.correlation = 0
        self.last = b""  # the raw answer, without its length

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def ask(self, api: int, version: int, body: dict | None = None) -> dict:
        self.send(api, version, body)
        return self.receive(api, version)

    def send(self, api: int, version: int, body: dict | None = None) -> None:
        self.correlation += 1
        self.send_raw(request(api, version, body or {}, self.correlation))

    def send_raw(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except (ConnectionError, BrokenPipeError) as problem:
            raise Closed(str(problem)) from None

    def receive(self, api: int, version: int) -> dict:
        self.last = self.frame()
        (correlation,) = struct.unpack_from(">i", self.last)
        if correlation != self.correlation:
            raise KafkaError(f"answer to {correlation} instead of {self.correlation}")
        at = 5 if flexible(api, version) and api != API_VERSIONS else 4
        return decode(api, "response", version, self.last[at:])

    def frame(self) -> bytes:
        (size,) = struct.unpack(">i", self._exactly(4))
        return self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            try:
                got = self.socket.recv_into(view)
            except ConnectionError as problem:
                raise Closed(str(problem)) from None
            if got == 0:
                raise Closed("closed by the broker")
            view = view[got:]
        return bytes(data)

    def closed_by_peer(self, seconds: float) -> bool:
        """Whether the broker closes within so many seconds; what it sends before is dropped."""
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(65536):
                pass
            return True
        except TimeoutError:
            return False
        except ConnectionError:
            return True
