#!/usr/bin/env python3
"""Requests that are well-formed and wrong get the documented error, and the connection goes on.

python3 tests/e2e/test_requests.py HINDCAST_BINARY [unittest arguments]
"""

import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import case  # noqa: E402
import protocol  # noqa: E402
from hostile import MIB, TOPIC, Hostile, produce, request_raw  # noqa: E402


class Requests(Hostile):
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


if __name__ == "__main__":
    case.main()
