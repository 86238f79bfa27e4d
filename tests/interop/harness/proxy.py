"""A TCP proxy that notes which requests pass, by API key and version, in order of first use."""

import contextlib
import socket
import struct
import threading

APIS = {
    0: "Produce", 1: "Fetch", 2: "ListOffsets", 3: "Metadata", 8: "OffsetCommit", 9: "OffsetFetch",
    10: "FindCoordinator", 11: "JoinGroup", 12: "Heartbeat", 13: "LeaveGroup", 14: "SyncGroup",
    18: "ApiVersions", 22: "InitProducerId", 23: "OffsetForLeaderEpoch",
}  # fmt: skip


class Proxy:
    """Listens at once; forwards to `target`, which must be set before anybody connects."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.target: tuple[str, int] | None = None
        self.seen: dict[tuple[int, int], None] = {}  # a dict keeps the order
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def forward_to(self, address: str) -> None:
        host, port = address.rsplit(":", 1)
        self.target = host, int(port)

    def take(self) -> list[str]:
        """What passed since the last call, as `key:version`."""
        seen, self.seen = self.seen, {}
        return [f"{key}:{version}" for key, version in seen]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._accepting.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                broker = socket.create_connection(self.target)
            except OSError:
                client.close()
                continue
            for one in client, broker:
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._requests, args=(client, broker), daemon=True).start()
            threading.Thread(target=_pump, args=(broker, client), daemon=True).start()

    def _requests(self, client: socket.socket, broker: socket.socket) -> None:
        _pump(client, broker, _Requests(self).feed)


class _Requests:
    """Finds the requests in one connection's bytes, however they are cut."""

    def __init__(self, proxy: Proxy):
        self.proxy, self.data = proxy, b""

    def feed(self, piece: bytes) -> None:
        self.data += piece
        while len(self.data) >= 8:
            size, key, version = struct.unpack_from(">ihh", self.data)
            if len(self.data) < 4 + size:
                return
            self.proxy.seen.setdefault((key, version))
            self.data = self.data[4 + size :]


def _pump(source: socket.socket, target: socket.socket, look=None) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(1 << 17):
            if look:
                look(piece)
            target.sendall(piece)
    for one in source, target:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
    if look:
        source.close()
        target.close()
