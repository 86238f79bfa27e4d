"""Decompression of record batches by Kafka's codec numbers: what the standard library lacks, done here.

gzip is Python's, zstd the system's libzstd, snappy (plain and in xerial blocks) and lz4 frames are
decoded below.
"""

import ctypes
import functools
import gzip
import struct


class Broken(Exception):
    """The compressed bytes are not what their codec says."""


def decompress(codec: int, data: bytes) -> bytes:
    if codec not in CODECS:
        raise Broken(f"codec {codec}")
    return CODECS[codec](data)


def snappy(data: bytes) -> bytes:
    if not data.startswith(b"\x82SNAPPY\x00"):
        return snappy_block(data)
    out, at = bytearray(), 16
    while at < len(data):
        (size,) = struct.unpack_from(">i", data, at)
        out += snappy_block(data[at + 4 : at + 4 + size])
        at += 4 + size
    return bytes(out)


def snappy_block(data: bytes) -> bytes:
    size = shift = at = 0
    while True:
        byte = data[at]
        at += 1
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        if tag & 3 == 0:
            length = (tag >> 2) + 1
            if length > 60:
                wide = length - 60
                length = int.from_bytes(data[at : at + wide], "little") + 1
                at += wide
            out += data[at : at + length]
            at += length
            continue
        if tag & 3 == 1:
            length, distance = ((tag >> 2) & 7) + 4, (tag >> 5) << 8 | data[at]
            at += 1
        else:
            wide = 2 if tag & 3 == 2 else 4
            length, distance = (tag >> 2) + 1, int.from_bytes(data[at : at + wide], "little")
            at += wide
        copy(out, distance, length)
    if len(out) != size:
        raise Broken(f"snappy: {len(out)} bytes instead of {size}")
    return bytes(out)


def copy(out: bytearray, distance: int, length: int) -> None:
    if not 0 < distance <= len(out):
        raise Broken(f"a copy from {distance} back of {len(out)}")
    start = len(out) - distance
    if distance >= length:
        out += out[start : start + length]
    else:
        piece = bytes(out[start:])
        out += (piece * (length // distance + 1))[:length]


def lz4(data: bytes) -> bytes:
    """One frame (the LZ4 frame format), checksums not checked: the batch has its CRC."""
    magic, flags = struct.unpack_from("<IB", data)
    if magic != 0x184D2204:
        raise Broken(f"lz4: magic {magic:08x}")
    at = 7 + (8 if flags & 8 else 0) + (4 if flags & 1 else 0)
    out = bytearray()
    while True:
        (size,) = struct.unpack_from("<I", data, at)
        at += 4
        if size == 0:
            return bytes(out)
        length = size & 0x7FFFFFFF
        if size >> 31:
            out += data[at : at + length]
        else:
            lz4_block(data, at, at + length, out)
        at += length + (4 if flags & 16 else 0)


def lz4_block(data: bytes, at: int, end: int, out: bytearray) -> None:
    def more(length: int) -> int:
        nonlocal at
        if length == 15:
            while True:
                byte = data[at]
                at += 1
                length += byte
                if byte != 255:
                    break
        return length

    while at < end:
        token = data[at]
        at += 1
        literals = more(token >> 4)
        out += data[at : at + literals]
        at += literals
        if at >= end:
            return
        distance = data[at] | data[at + 1] << 8
        at += 2
        copy(out, distance, more(token & 15) + 4)


@functools.cache
def _libzstd():
    library = ctypes.CDLL("libzstd.so.1")
    library.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
    library.ZSTD_decompress.restype = ctypes.c_size_t
    return library


def zstd(data: bytes) -> bytes:
    library = _libzstd()
    size = library.ZSTD_getFrameContentSize(data, ctypes.c_size_t(len(data)))
    if size >= 1 << 60:
        size = 64 << 20  # the frame does not tell
    out = ctypes.create_string_buffer(size)
    got = library.ZSTD_decompress(out, ctypes.c_size_t(size), data, ctypes.c_size_t(len(data)))
    if library.ZSTD_isError(ctypes.c_size_t(got)):
        raise Broken("zstd")
    return out.raw[:got]


CODECS = {0: bytes, 1: gzip.decompress, 2: snappy, 3: lz4, 4: zstd}
