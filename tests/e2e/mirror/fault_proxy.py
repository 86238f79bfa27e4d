"""A TCP proxy that cuts, resets and stalls what passes through it."""

import contextlib
import socket
import struct
import threading


class FaultProxy:
    """Listens at once; forwards to `target` (HOST:PORT), which may change."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.target: tuple[str, int] | None = None
        self.open_gate = threading.Event()
        self.open_gate.set()
        self.lock = threading.Lock()
        self.sockets: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def forward_to(self, address: str) -> None:
        host, port = address.rsplit(":", 1)
        self.target = host, int(port)

    def cut(self, reset: bool = False) -> None:
        """Ends every connection: orderly, or with a reset."""
        with self.lock:
            victims, self.sockets = self.sockets, set()
        for one in victims:
            with contextlib.suppress(OSError):
                if reset:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    one.close()
                else:
                    one.shutdown(socket.SHUT_RDWR)

    def stall(self) -> None:
        """Nothing passes, in either direction, until `flow`."""
        self.open_gate.clear()

    def flow(self) -> None:
        self.open_gate.set()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.flow()
        self.cut()

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
            with self.lock:
                self.sockets |= {client, broker}
            for source, sink in (client, broker), (broker, client):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(1 << 16):
                self.open_gate.wait()
                sink.sendall(piece)
        with self.lock:
            self.sockets -= {source, sink}
        for one in source, sink:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        source.close()  # each is closed by the pump that reads it
