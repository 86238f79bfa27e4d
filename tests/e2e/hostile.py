"""What the tests of misbehaving peers share: a broker with a control client, and raw frames."""

import struct

import case
import protocol
from control import Control

TOPIC = "candles"
SOURCE = ("--source", case.demo(days=3, symbols=2), "--speed", "max", "--partitions", "2")
CLOSE_SECONDS = 8
MEMORY_KIB = 96 * 1024
API_VERSIONS_V0 = protocol.request(protocol.API_VERSIONS, 0, b"")
KIB, MIB = 1 << 10, 1 << 20


def sized(size: int, body: bytes = b"") -> bytes:
    return struct.pack(">i", size) + body


def header(key: int, version: int, client: bytes) -> bytes:
    body = struct.pack(">hhi", key, version, 1) + client
    return sized(len(body), body)


def framed(body: bytes) -> bytes:
    return sized(len(body), body)


CLIENT = b"\0\3e2e"


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
