"""A reader of Kafka topics on a bare socket, standard library only.

Metadata v1, ListOffsets v1, Fetch v4. It forgives nothing: every batch must be of format 2, dense
and whole where a broker must send it whole, and the first batch of each answer has its CRC32C
checked (all of them would take Python minutes).
"""

import socket
import struct
import typing

import unpack

BATCH_HEADER = struct.Struct(">qiibIhiqq")  # base offset ... max timestamp


class WireError(Exception):
    """The broker answered something that a Kafka broker does not answer."""


class Record(typing.NamedTuple):
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


class Reader:
    """One connection to one broker."""

    METADATA, FETCH, LIST_OFFSETS = 3, 1, 2

    def __init__(self, address: str, timeout: float = 60):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout)
        self.correlation = 0

    def close(self) -> None:
        self.socket.close()

    def partitions(self, topic: str) -> int:
        """The number of a topic's partitions."""
        answer = self._ask(self.METADATA, 1, struct.pack(">i", 1) + _string(topic))
        for _ in range(answer.i32()):
            answer.i32(), answer.string(), answer.i32(), answer.string()
        answer.i32()
        if answer.i32() != 1:
            raise WireError("Metadata: not one topic")
        error, name, _, count = answer.i16(), answer.string(), answer.i8(), answer.i32()
        if error or name != topic:
            raise WireError(f"Metadata: topic {name}, error {error}")
        return count

    def offset(self, topic: str, partition: int, timestamp: int) -> int:
        """ListOffsets: -2 earliest, -1 latest, or the first at or after a time (-1: none)."""
        body = (
            struct.pack(">ii", -1, 1)
            + _string(topic)
            + struct.pack(">iiq", 1, partition, timestamp)
        )
        answer = self._ask(self.LIST_OFFSETS, 1, body)
        answer.i32(), answer.string(), answer.i32(), answer.i32()
        error, _, offset = answer.i16(), answer.i64(), answer.i64()
        if error:
            raise WireError(f"ListOffsets: error {error}")
        return offset

    def fetch(
        self, topic: str, partition: int, offset: int, wait_ms: int
    ) -> tuple[int, list[Record]]:
        """The high watermark and the records from an offset on, as many as came."""
        body = struct.pack(">iiiibi", -1, wait_ms, 1, 32 << 20, 0, 1) + _string(topic)
        body += struct.pack(">iiqi", 1, partition, offset, 8 << 20)
        answer = self._ask(self.FETCH, 4, body)
        answer.i32(), answer.i32(), answer.string(), answer.i32(), answer.i32()
        error, high_watermark, _ = answer.i16(), answer.i64(), answer.i64()
        if error:
            raise WireError(f"Fetch of {topic} {partition} at {offset}: error {error}")
        for _ in range(answer.i32()):
            answer.i64(), answer.i64()
        records: list[Record] = []
        batches(answer.data, answer.at + 4, answer.i32(), offset, records)
        return high_watermark, records

    def _ask(self, key: int, version: int, body: bytes) -> "_Cursor":
        self.correlation += 1
        header = struct.pack(">hhi", key, version, self.correlation) + _string("real-data")
        self.socket.sendall(struct.pack(">i", len(header) + len(body)) + header + body)
        (size,) = struct.unpack(">i", self._receive(4))
        answer = _Cursor(self._receive(size))
        if answer.i32() != self.correlation:
            raise WireError("an answer to another request")
        return answer

    def _receive(self, size: int) -> bytes:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            got = self.socket.recv_into(view)
            if got == 0:
                raise WireError("the broker closed the connection")
            view = view[got:]
        return bytes(data)


def batches(data: bytes, at: int, size: int, wanted: int, out: list[Record]) -> None:
    """Parses the batches in data[at : at + size]; appends the records from offset `wanted` on."""
    end = at + max(size, 0)
    first = True
    while end - at >= 61:
        base, length, _, magic, crc, attributes, last_delta, base_time, max_time = (
            BATCH_HEADER.unpack_from(data, at)
        )
        if magic != 2:
            raise WireError(f"batch at {base}: format {magic}")
        next_at = at + 12 + length
        if next_at > end:
            if first:
                raise WireError(f"batch at {base}: first and not whole")
            return
        if first and crc32c(data[at + 21 : next_at]) != crc:
            raise WireError(f"batch at {base}: wrong CRC")
        (count,) = struct.unpack_from(">i", data, at + 57)
        if count != last_delta + 1:
            raise WireError(f"batch at {base}: {count} records, last delta {last_delta}")
        if attributes & 7 == 0:
            latest = _records(data, at + 61, next_at, base, base_time, count, wanted, out)
        else:
            body = unpack.decompress(attributes & 7, data[at + 61 : next_at])
            latest = _records(body, 0, len(body), base, base_time, count, wanted, out)
        if latest != max_time:
            raise WireError(
                f"batch at {base}: max timestamp {max_time}, but the latest is {latest}"
            )
        at, first = next_at, False


def _records(data, at, end, base, base_time, count, wanted, out) -> int:
    """Appends one batch's records; returns their latest timestamp."""

    def varint() -> int:
        nonlocal at
        byte = data[at]
        at += 1
        if byte < 0x80:
            return (byte >> 1) ^ -(byte & 1)
        value, shift = byte & 0x7F, 7
        while byte >= 0x80:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
        return (value >> 1) ^ -(value & 1)

    def blob() -> bytes | None:
        nonlocal at
        size = varint()
        if size < 0:
            return None
        at += size
        return data[at - size : at]

    latest = -1
    for index in range(count):
        size = varint()
        stop = at + size
        at += 1  # attributes
        timestamp = base_time + varint()
        latest = max(latest, timestamp)
        if varint() != index:
            raise WireError(f"batch at {base}: record {index} has another delta")
        key, value = blob(), blob()
        for _ in range(varint()):
            blob(), blob()
        if at != stop:
            raise WireError(f"record at {base + index}: ends {stop - at} bytes off")
        if base + index >= wanted:
            out.append(Record(base + index, timestamp, key, value))
    if at != end:
        raise WireError(f"batch at {base}: {end - at} bytes left")
    return latest


class _Cursor:
    """Reads big-endian fields one after another."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def _take(self, form: str, size: int) -> int:
        (value,) = struct.unpack_from(form, self.data, self.at)
        self.at += size
        return value

    def i8(self) -> int:
        return self._take(">b", 1)

    def i16(self) -> int:
        return self._take(">h", 2)

    def i32(self) -> int:
        return self._take(">i", 4)

    def i64(self) -> int:
        return self._take(">q", 8)

    def string(self) -> str | None:
        size = self.i16()
        if size < 0:
            return None
        self.at += size
        return self.data[self.at - size : self.at].decode()


def _string(text: str) -> bytes:
    return struct.pack(">h", len(text.encode())) + text.encode()


def _crc_table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _crc_table()


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF
