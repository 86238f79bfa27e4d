#!/usr/bin/env python3
"""Malformed frames close the connection, crowds and slow peers are bounded, nobody else notices.

    python3 tests/e2e/test_hostile.py HINDCAST_BINARY [unittest arguments]

A control client reads all the while and must see no error.
"""

import os
import resource
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import case  # noqa: E402
import protocol  # noqa: E402
from control import Control  # noqa: E402
from hostile import (  # noqa: E402
    API_VERSIONS_V0,
    CLIENT,
    CLOSE_SECONDS,
    KIB,
    MEMORY_KIB,
    MIB,
    SOURCE,
    TOPIC,
    Hostile,
    framed,
    header,
    produce,
    sized,
)
from protocol import request  # noqa: E402

METADATA_12 = struct.pack(">hhi", 3, 12, 1) + CLIENT
TLS_HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(190)

CLOSED = {  # what closes the connection, sent as its first bytes
    "length -1": sized(-1),
    "length -2147483648": sized(-(1 << 31)),
    "length 0": sized(0),
    "length 7": sized(7, bytes(7)),
    "length 1 GiB": sized(1 << 30),
    "first frame above 16 KiB": sized(16 * KIB + 1),
    "HTTP": b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
    "TLS": TLS_HELLO,
    "unknown key": header(999, 0, CLIENT),
    "negative key": header(-1, 0, CLIENT),
    "Fetch v99": header(1, 99, CLIENT),
    "Fetch v3": header(1, 3, CLIENT),
    "Metadata v-1": header(3, -1, CLIENT),
    "client id of length -2": header(3, 1, b"\xff\xfe"),
    "client id beyond the frame": header(3, 1, b"\x7f\xff"),
    "client id not UTF-8": header(3, 1, b"\0\2\xff\xfe"),
    "client id with a control character": header(3, 1, b"\0\3a\nb"),
    "client id of 300 bytes": header(3, 1, struct.pack(">h", 300) + b"a" * 300),
    "65,535 tagged fields": framed(METADATA_12 + protocol.varint(65_535) + bytes(4000)),
    "a tagged field twice": framed(METADATA_12 + b"\2\7\0\7\0" + b"\0\1\0\0"),
    "tagged fields not ascending": framed(METADATA_12 + b"\2\x09\0\7\0" + b"\0\1\0\0"),
    "a tagged field beyond the frame": framed(METADATA_12 + b"\1\7\x7f"),
    "a varint of six bytes": framed(METADATA_12 + b"\x80\x80\x80\x80\x80\1"),
    "2^31-1 topics": request(3, 1, struct.pack(">i", (1 << 31) - 1)),
    "-2 topics": request(3, 1, struct.pack(">i", -2)),
    "compact array of 2^32-2": request(3, 12, protocol.varint((1 << 32) - 1) + bytes(8)),
    "null topics in Fetch": request(1, 4, struct.pack(">iiiibi", -1, 0, 1, 1, 0, -1)),
    "a null topic name": request(3, 1, struct.pack(">ih", 1, -1)),
    "a compact null group id": request(16, 4, b"\2\0\0"),
    "half a body": request(3, 1, struct.pack(">i", 5) + b"\0\1a"),
    "acks 0": None,  # filled below
}
CLOSED["acks 0"] = produce(0, 7)


def bounded(test: case.Case, broker, before: int, limit: int, what: str) -> None:
    """Anonymous memory has grown by less than so many KiB."""
    if not case.sanitized():
        test.assertLess(broker.rss_anon_kib() - before, limit, f"KiB for {what}")


class Frames(Hostile):
    def test_what_closes_the_connection(self):
        for name, data in CLOSED.items():
            with self.subTest(name):
                connection = self.connect()
                connection.send_raw(data)
                self.assertTrue(connection.closed_by_peer(CLOSE_SECONDS), "it stays open")

    def test_and_after_a_good_request(self):
        for name, data in {**CLOSED, "a frame above 1 MiB": sized(MIB + 1)}.items():
            if name == "first frame above 16 KiB":
                continue
            with self.subTest(name):
                connection = self.connect()
                connection.send_raw(API_VERSIONS_V0)
                connection.frame()
                connection.send_raw(data)
                self.assertTrue(connection.closed_by_peer(CLOSE_SECONDS), "it stays open")

    def test_api_versions_of_the_future(self):
        connection = self.connect()
        connection.send_raw(header(18, 99, CLIENT + b"\0" + b"what comes with version 99"))
        answer = protocol.decode(protocol.API_VERSIONS, "response", 0, connection.frame()[4:])
        self.assertEqual(answer["error_code"], 35)
        ranges = {key["api_key"]: key["max_version"] for key in answer["api_keys"]}
        self.assertEqual((ranges[1], ranges[3]), (18, 13))
        connection.correlation = 0
        connection.ask(protocol.METADATA, 1, {"topics": []})

    def test_what_is_tolerated(self):
        connection = self.connect()
        body = struct.pack(">i", -1) + b"\1\2\3"  # librdkafka sends three bytes too many
        for _ in range(3):  # and a correlation id may come again
            connection.send_raw(request(3, 1, body, correlation=7))
            self.assertEqual(connection.frame()[:4], b"\0\0\0\7")
        whole = METADATA_12 + b"\2\x07\1x\x7f\0" + b"\0\1\0\0"  # unknown tags, ascending
        connection.send_raw(framed(whole))
        self.assertGreater(len(connection.frame()), 10)
        connection.send_raw(header(18, 0, b"\xff\xff"))  # a null client id
        self.assertGreater(len(connection.frame()), 10)

    def test_a_frame_byte_by_byte(self):
        connection = self.connect()
        for byte in request(3, 1, struct.pack(">i", 0)):
            connection.send_raw(bytes([byte]))
        self.assertGreater(len(connection.frame()), 10)

    def test_slow_loris(self):
        """Half frames, silence, and a byte now and then: all are cut at the deadline."""
        quiet, half, slow = (self.connect() for _ in range(3))
        half.send_raw(API_VERSIONS_V0[:9])
        data = sized(10_000, API_VERSIONS_V0[4:] + bytes(9000))
        deadline, at = time.monotonic() + 25, 0
        slow.socket.settimeout(0.5)
        while time.monotonic() < deadline:
            try:
                slow.send_raw(data[at : at + 1])
                at += 1
                if slow.socket.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except (protocol.Closed, ConnectionError):
                break
        self.assertLess(time.monotonic(), deadline, "a byte at a time keeps it open")
        for connection in (quiet, half):
            self.assertTrue(connection.closed_by_peer(CLOSE_SECONDS))

    def test_ten_thousand_requests_whose_answers_nobody_reads(self):
        before = self.broker.rss_anon_kib()
        connection = self.connect()
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.socket.settimeout(0.5)
        sent, frames = 0, request(3, 1, struct.pack(">i", -1)) * 100
        try:
            for _ in range(100):
                connection.send_raw(frames)
                sent += 100
        except TimeoutError:
            pass  # reading has stopped, as it should
        bounded(self, self.broker, before, 8 * KIB, "requests whose answers nobody reads")
        connection.socket.settimeout(20)
        for _ in range(sent):
            self.assertGreater(len(connection.frame()), 10)


class Crowds(case.Case):
    """Many peers at once. Memory is bounded, and a client that was there before is served."""

    def test_more_connections_than_descriptors(self):
        def few_descriptors():
            resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

        with self.serve(*SOURCE, preexec_fn=few_descriptors) as broker:
            broker.until("ended")
            with Control(broker.kafka, TOPIC) as control:
                case.wait_for(lambda: control.answers, 10, "the control")
                host, port = broker.kafka.rsplit(":", 1)
                flood = []
                for _ in range(600):
                    peer = socket.create_connection((host, int(port)), 5)
                    flood.append(peer)
                case.wait_for(lambda: broker.metrics()["hindcast_connections"] < 256, 10, "a bound")
                seen = control.answers
                case.wait_for(lambda: control.answers > seen + 10, 10, "service in the flood")
                for peer in flood:
                    peer.close()
            case.wait_for(lambda: broker.metrics()["hindcast_connections"] <= 1, 20, "the ebb")
            with protocol.Connection(broker.kafka) as connection:
                connection.ask(protocol.METADATA, 1, {"topics": []})

    def test_five_hundred_slow_readers(self):
        source = ("--source", case.demo(days=60, symbols=5), "--speed", "max")
        wanted = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 50 * MIB}
        topics = [{"topic": TOPIC, "partitions": [wanted]}]
        body = {"max_bytes": 50 * MIB, "topics": topics}
        with self.serve(*source, "--compression", "zstd") as broker:
            broker.until("ended")
            before = broker.rss_anon_kib()
            with Control(broker.kafka, TOPIC) as control:
                readers = []
                for _ in range(500):
                    reader = self.enterContext(protocol.Connection(broker.kafka))
                    reader.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                    reader.send(protocol.FETCH, 11, body)
                    readers.append(reader)
                for reader in readers:  # each has begun to answer
                    self.assertEqual(len(reader._exactly(8)), 8)
                seen = control.answers
                case.wait_for(lambda: control.answers > seen + 20, 20, "service among them")
                bounded(self, broker, before, MEMORY_KIB, "500 readers of 50 MiB")
            for reader in readers:
                reader.close()
            case.wait_for(lambda: broker.metrics()["hindcast_connections"] == 0, 20, "the ebb")

    def test_connections_come_and_go(self):
        with self.serve(*SOURCE) as broker:
            broker.until("ended")
            before = 0
            for round_ in range(3):
                for _ in range(2000):
                    with protocol.Connection(broker.kafka) as connection:
                        connection.send_raw(API_VERSIONS_V0[: 4 + round_ * 5])
                case.wait_for(lambda: broker.metrics()["hindcast_connections"] == 0, 20, "the ebb")
                before = before or broker.rss_anon_kib()
            bounded(self, broker, before, 2 * KIB, "4,000 peers that are gone")


if __name__ == "__main__":
    case.main()
