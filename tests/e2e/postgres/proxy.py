"""A loopback proxy in front of the server, which does to connections what networks do."""

import select
import socket
import struct
import threading


class Proxy:
    """Forwards to 127.0.0.1:`port`. Faults are asked for from any thread."""

    def __init__(self, port: int):
        self.port = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        self.silent: set[int] = set()
        self.refusing = False
        self.forwarded = 0
        self.ended = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while not self.ended:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.refusing:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.port), 5)
            except OSError:
                client.close()
                continue
            pair = (client, server)
            with self.lock:
                self.pairs.append(pair)
            threading.Thread(target=self._forward, args=(pair,), daemon=True).start()

    def _forward(self, pair) -> None:
        client, server = pair
        try:
            while True:
                ready, _, _ = select.select(pair, [], [], 0.2)
                if self.ended:
                    break
                for one in ready:
                    data = one.recv(1 << 16)
                    if not data:
                        return
                    if id(client) in self.silent:
                        continue  # swallowed
                    (server if one is client else client).sendall(data)
                    self.forwarded += len(data) if one is server else 0
        except (OSError, ValueError):
            pass
        finally:
            with self.lock:
                if pair in self.pairs:
                    self.pairs.remove(pair)
            for one in pair:
                one.close()

    def _all(self):
        with self.lock:
            return list(self.pairs)

    def reset(self) -> None:
        """RST to both sides, in the middle of whatever is under way."""
        for pair in self._all():
            for one in pair:
                try:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    one.shutdown(socket.SHUT_RD)
                except OSError:
                    pass

    def close_all(self) -> None:
        for client, server in self._all():
            for one in (client, server):
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def drop(self) -> None:
        """Connections stay open, and nothing passes any more."""
        for client, _ in self._all():
            self.silent.add(id(client))

    def close(self) -> None:
        self.ended = True
        self.listener.close()
        self.close_all()
