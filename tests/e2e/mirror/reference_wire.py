"""The few requests a transactional producer and a reader make, in their last inflexible versions."""

import struct

# key: (version, smallest and largest)
VERSIONS = {
    0: (3, 3), 1: (4, 4), 2: (2, 2), 3: (4, 4), 10: (1, 2), 18: (0, 0), 19: (4, 4), 22: (0, 1), 24: (0, 1),
    26: (0, 1), 32: (1, 1),
}  # fmt: skip


class In:
    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, form: str):
        value = struct.unpack_from(">" + form, self.data, self.at)[0]
        self.at += struct.calcsize(">" + form)
        return value

    def raw(self, size: int) -> bytes | None:
        if size < 0:
            return None
        self.at += size
        return self.data[self.at - size : self.at]

    def text(self) -> str | None:
        raw = self.raw(self.take("h"))
        return None if raw is None else raw.decode()

    def bytes(self) -> bytes | None:
        return self.raw(self.take("i"))

    def array(self, one) -> list:
        return [one() for _ in range(max(self.take("i"), 0))]


def text(value: str | None) -> bytes:
    if value is None:
        return struct.pack(">h", -1)
    return struct.pack(">h", len(value.encode())) + value.encode()


def array(items) -> bytes:
    items = list(items)
    return struct.pack(">i", len(items)) + b"".join(items)


def pack(form: str, *values) -> bytes:
    return struct.pack(">" + form, *values)


CRC_TABLE = []
for _n in range(256):
    _c = _n
    for _ in range(8):
        _c = _c >> 1 ^ (0x82F63B78 if _c & 1 else 0)
    CRC_TABLE.append(_c)


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def control_batch(offset: int, producer: int, epoch: int, commit: bool) -> bytes:
    """The marker that ends a transaction in a partition."""
    key = pack("hh", 0, 1 if commit else 0)
    value = pack("hi", 0, 0)
    body = b"\0\0\0" + bytes([len(key) * 2]) + key + bytes([len(value) * 2]) + value + b"\0"
    record = bytes([len(body) * 2]) + body
    tail = pack("hiqqqhii", 0x30, 0, 0, 0, producer, epoch, -1, 1) + record
    head = pack("iBI", 0, 2, crc32c(tail))
    return pack("qi", offset, len(head) + len(tail)) + head + tail


class Batch:
    """The head of a record batch."""

    def __init__(self, data: bytes):
        self.data = data
        attributes, last_delta = struct.unpack_from(">hi", data, 21)
        self.producer, self.epoch, self.sequence, self.count = struct.unpack_from(">qhii", data, 43)
        self.transactional, self.records = bool(attributes & 0x10), last_delta + 1

    def at(self, offset: int) -> bytes:
        return pack("q", offset) + self.data[8:]


def batches(data: bytes) -> list[Batch]:
    found = []
    while data:
        size = 12 + struct.unpack_from(">i", data, 8)[0]
        found.append(Batch(data[:size]))
        data = data[size:]
    return found
