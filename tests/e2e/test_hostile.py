#!/usr/bin/env python3
"""Malformed, greedy and slow peers get the documented answer, and nobody else notices.

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
from protocol import request  # noqa: E402

TOPIC = "candles"
SOURCE = ("--source", case.demo(days=3, symbols=2), "--speed", "max", "--partitions", "2")
CLOSE_SECONDS = 8
MEMORY_KIB = 96 * 1024
API_VERSIONS_V0 = request(protocol.API_VERSIONS, 0, b"")
KIB, MIB = 1 << 10, 1 << 20


def sized(size: int, body: bytes = b"") -> bytes:
    return struct.pack(">i", size) + body


def header(key: int, version: int, client: bytes) -> bytes:
    body = struct.pack(">hhi", key, version, 1) + client
    return sized(len(body), body)


def framed(body: bytes) -> bytes:
    return sized(len(body), body)


CLIENT = b"\0\3e2e"
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


def produce(acks: int, version: int) -> bytes:
    """One partition with a few bytes that are no batch."""
    data = b"\0" * 70
    body = struct.pack(">h", -1) if version < 9 else b"\0"
    body += struct.pack(">hi", acks, 1000)
    if version < 9:
        body += struct.pack(">ih", 1, len(TOPIC)) + TOPIC.encode()
        return request_raw(0, version, body + struct.pack(">iii", 1, 0, len(data)) + data)
    body += b"\2" + protocol.varint(len(TOPIC) + 1) + TOPIC.encode() + b"\2" + struct.pack(">i", 0)
    return request_raw(0, version, body + protocol.varint(len(data) + 1) + data + b"\0\0\0")


def request_raw(key: int, version: int, body: bytes) -> bytes:
    flexible = {0: 9, 19: 5, 20: 4, 21: 2, 37: 2}
    tags = b"\0" if version >= flexible[key] else b""
    return framed(struct.pack(">hhi", key, version, 1) + CLIENT + tags + body)


CLOSED["acks 0"] = produce(0, 7)


class Hostile(case.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.broker = case.Broker(case.BINARY, [*SOURCE, "--cache-dir", cls.cache.name])
        cls.addClassCleanup(cls.broker.kill)
        cls.broker.until("ended")

    @classmethod
    def tearDownClass(cls):
        assert cls.broker.process.poll() is None, cls.broker.tail()
        assert cls.broker.stop() == 0

    def setUp(self):
        super().setUp()
        self.control = self.enterContext(Control(self.broker.kafka, TOPIC))
        case.wait_for(lambda: self.control.answers or self.control.problem, 10, "the control")

    def connect(self) -> protocol.Connection:
        return self.enterContext(protocol.Connection(self.broker.kafka))

    def ask(self, api: int, version: int, body: dict) -> dict:
        return self.connect().ask(api, version, body)


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
        self.assertLess(self.broker.rss_anon_kib() - before, 8 * KIB)
        connection.socket.settimeout(20)
        for _ in range(sent):
            self.assertGreater(len(connection.frame()), 10)


class Requests(Hostile):
    """Requests that are well-formed and wrong: the error code, and the connection goes on."""

    def fetch(self, connection, version: int = 11, **more) -> dict:
        partition = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": MIB}
        partition |= more.pop("partition", {})
        topics = [{"topic": TOPIC, "partitions": [partition]}]
        return connection.ask(protocol.FETCH, version, {"max_bytes": MIB, "topics": topics, **more})

    def fetch_error(self, connection, **more) -> int:
        body = self.fetch(connection, **more)
        if body.get("error_code"):
            return body["error_code"]
        return body["responses"][0]["partitions"][0]["error_code"]

    def test_fetch(self):
        connection = self.connect()
        for partition, error in (
            ({"fetch_offset": 1 << 40}, 1),
            ({"fetch_offset": (1 << 63) - 1}, 1),
            ({"fetch_offset": -1}, 1),
            ({"fetch_offset": -(1 << 63)}, 1),
            ({"current_leader_epoch": 5}, 75),
            ({"current_leader_epoch": (1 << 31) - 1}, 75),
            ({"partition": 7}, 3),
            ({"partition": -1}, 3),
        ):
            with self.subTest(partition):
                self.assertEqual(self.fetch_error(connection, partition=partition), error)
        for more in (
            {"max_wait_ms": -5},
            {"max_wait_ms": (1 << 31) - 1},
            {"min_bytes": (1 << 31) - 1, "max_wait_ms": 0},
            {"min_bytes": -1},
            {"max_bytes": 0},
            {"partition": {"partition_max_bytes": 0}},
        ):
            with self.subTest(more):
                (found,) = self.fetch(connection, **more)["responses"][0]["partitions"]
                self.assertEqual(found["error_code"], 0)
                self.assertTrue(found["records"], "at least one batch")

    def test_fetch_of_too_many_partitions(self):
        many = [{"partition": p, "partition_max_bytes": 1} for p in range(20_000)]
        connection = self.connect()
        connection.ask(protocol.API_VERSIONS, 0)  # a first frame is held to 16 KiB
        body = {"max_bytes": MIB, "topics": [{"topic": TOPIC, "partitions": many}]}
        self.assertEqual(connection.ask(protocol.FETCH, 11, body)["error_code"], 42)
        twice = {"topic": TOPIC, "partitions": [many[0], many[0]]}
        answer = connection.ask(protocol.FETCH, 11, {"max_bytes": MIB, "topics": [twice]})
        found = [partition for topic in answer["responses"] for partition in topic["partitions"]]
        self.assertEqual([partition["error_code"] for partition in found], [0, 0])
        self.assertLessEqual(sum(len(partition["records"]) for partition in found), 2 * MIB)

    def test_fetch_sessions(self):
        connection, other = self.connect(), self.connect()
        made = self.fetch(connection, session_id=0, session_epoch=0)
        session = made["session_id"]
        self.assertGreater(session, 0)
        for where, more, error in (
            (other, {"session_id": session, "session_epoch": 1}, 70),
            (connection, {"session_id": session + 1, "session_epoch": 1}, 70),
            (connection, {"session_id": session, "session_epoch": 5}, 71),
        ):
            with self.subTest(more):
                self.assertEqual(self.fetch(where, **more)["error_code"], error)

    def test_topic_ids(self):
        connection = self.connect()
        for topic_id in (protocol.NO_UUID, "5" * 32):
            partition = {"partition": 0, "partition_max_bytes": 1000}
            topics = [{"topic_id": topic_id, "partitions": [partition]}]
            body = connection.ask(protocol.FETCH, 13, {"max_bytes": MIB, "topics": topics})
            (found,) = body["responses"][0]["partitions"]
            self.assertEqual(found["error_code"], 100)

    def test_metadata_of_odd_names(self):
        names = {"no-such-topic": 3, "a" * 250: 17, ".": 17, "..": 17, "a b": 17, "ä": 17, "": 17}
        names |= {"nul\0": 17}
        connection = self.connect()
        for name, error in names.items():
            body = {"topics": [{"name": name}], "allow_auto_topic_creation": True}
            with self.subTest(name):
                (topic,) = connection.ask(protocol.METADATA, 9, body)["topics"]
                self.assertEqual(topic["error_code"], error)

    def test_writes(self):
        for version in range(3, 10):
            with self.subTest(version=version):
                connection = self.connect()
                connection.send_raw(produce(1, version))
                self.assertIn(struct.pack(">h", 44), connection.frame())
        connection = self.connect()
        name = struct.pack(">h", len(TOPIC)) + TOPIC.encode()
        for key, version, body in (
            (
                19,
                1,
                struct.pack(">i", 1)
                + b"\0\3new"
                + struct.pack(">ihii", 1, 1, 0, 0)
                + struct.pack(">ib", 1000, 0),
            ),
            (20, 1, struct.pack(">i", 1) + name + struct.pack(">i", 1000)),
            (21, 0, struct.pack(">i", 1) + name + struct.pack(">iiqi", 1, 0, 5, 1000)),
            (
                37,
                0,
                struct.pack(">i", 1)
                + name
                + struct.pack(">ii", 5, -1)
                + struct.pack(">ib", 1000, 0),
            ),
        ):
            with self.subTest(key=key):
                connection.send_raw(request_raw(key, version, body))
                self.assertIn(struct.pack(">h", 44), connection.frame())
        self.assertEqual(self.fetch_error(connection), 0)

    def join(self, connection, **more) -> dict:
        protocols = [{"name": "range", "metadata": b"\0\0"}]
        body = {
            "group_id": "hostile",
            "session_timeout_ms": 10_000,
            "rebalance_timeout_ms": 10_000,
            "protocol_type": "consumer",
            "protocols": protocols,
        }
        return connection.ask(protocol.JOIN_GROUP, 9, body | more)

    def test_groups(self):
        connection = self.connect()
        first = self.join(connection)
        self.assertEqual(first["error_code"], 79)
        self.assertTrue(first["member_id"])
        many = [{"name": f"p{i}", "metadata": b""} for i in range(200)]
        for more, error in (
            ({"group_id": ""}, 24),
            ({"group_id": "g" * 10_000}, 24),
            ({"group_id": "a/b", "member_id": "foreign"}, 25),
            ({"session_timeout_ms": 0}, 26),
            ({"session_timeout_ms": (1 << 31) - 1}, 26),
            ({"protocols": []}, 23),
            ({"protocols": many}, 23),
            ({"protocol_type": ""}, 23),
            ({"member_id": "foreign"}, 25),
        ):
            with self.subTest(more if "protocols" not in more else "protocols"):
                self.assertEqual(self.join(connection, **more)["error_code"], error)
        nobody = {"group_id": "hostile", "member_id": "foreign", "generation_id": 3}
        for api, version in (
            (protocol.HEARTBEAT, 4),
            (protocol.SYNC_GROUP, 5),
        ):
            with self.subTest(api=api):
                self.assertEqual(connection.ask(api, version, nobody)["error_code"], 25)

    def test_members_of_a_real_generation(self):
        connection = self.connect()
        joined = self.join(connection, member_id=self.join(connection)["member_id"])
        self.assertEqual(joined["error_code"], 0)
        me = {"group_id": "hostile", "member_id": joined["member_id"]}
        old = {**me, "generation_id": joined["generation_id"] - 1}
        self.assertEqual(connection.ask(protocol.HEARTBEAT, 4, old)["error_code"], 22)
        self.assertEqual(connection.ask(protocol.SYNC_GROUP, 5, old)["error_code"], 22)
        members = [{"member_id": joined["member_id"]}]
        left = connection.ask(protocol.LEAVE_GROUP, 5, {"group_id": "hostile", "members": members})
        self.assertEqual(left["members"][0]["error_code"], 0)

    def test_commits(self):
        connection = self.connect()
        for partition, error in (
            ({"committed_offset": 5, "committed_metadata": "m" * 5000}, 12),
            ({"committed_offset": -5}, 42),
            ({"committed_offset": 5, "partition_index": 99}, 3),
            ({"committed_offset": 5, "committed_metadata": "m" * 4000}, 0),
        ):
            partition = {"partition_index": 0, "committed_metadata": "", **partition}
            body = {"group_id": "commits", "topics": [{"name": TOPIC, "partitions": [partition]}]}
            with self.subTest(str(partition)[:60]):
                answer = connection.ask(protocol.OFFSET_COMMIT, 9, body)
                self.assertEqual(answer["topics"][0]["partitions"][0]["error_code"], error)
        body["topics"][0]["name"] = "no-such-topic"
        answer = connection.ask(protocol.OFFSET_COMMIT, 9, body)
        self.assertEqual(answer["topics"][0]["partitions"][0]["error_code"], 3)


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
                grown = broker.rss_anon_kib() - before
                self.assertLess(grown, MEMORY_KIB, "KiB for 500 readers of 50 MiB")
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
            self.assertLess(broker.rss_anon_kib() - before, 2 * KIB, "KiB kept of 4,000 peers")


if __name__ == "__main__":
    case.main()
