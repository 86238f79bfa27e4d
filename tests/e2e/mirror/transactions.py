"""Whether a transaction is open at this moment, asked of the coordinator itself (DescribeTransactions)."""

import socket
import struct


def state(address: str, transactional_id: str) -> str:
    """Ongoing, Empty, PrepareCommit, CompleteCommit, PrepareAbort, CompleteAbort, Dead or none."""
    host, port = address.rsplit(":", 1)
    name = transactional_id.encode()
    request = struct.pack(">hhih", 65, 0, 7, -1) + b"\0"
    request += b"\2" + bytes([len(name) + 1]) + name + b"\0"
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        answer = _exactly(connection, struct.unpack(">i", _exactly(connection, 4))[0])
    # correlation id, tags, throttle time, count, error code, transactional id, state
    assert answer[9] == 2, answer
    error = struct.unpack_from(">h", answer, 10)[0]
    if error:
        return "none"
    at = 12 + answer[12]
    return answer[at + 1 : at + answer[at]].decode()


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise ConnectionError("the broker closed the connection")
        data += piece
    return data
