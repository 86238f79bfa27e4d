"""A synthetic market as a CSV file, and what a mirror of it must hold, computed on its own."""

import hashlib
import pathlib
import typing

FIRST_MS = 1704067200000  # 2024-01-01
MINUTE_MS = 60_000
SYMBOLS = ["ADA-USD", "BTC-USD", "DOGE-USD", "ETH-USD", "LINK-USD", "LTC-USD", "SOL-USD", "XRP-USD"]
COLUMNS = ("timestamp", "symbol", "open", "high", "low", "close", "volume")


class Record(typing.NamedTuple):
    timestamp: int
    key: bytes
    value: bytes


def murmur2(data: bytes) -> int:
    """The Java client's hash of a key."""
    mask, m = 0xFFFFFFFF, 0x5BD1E995
    h = (0x9747B28C ^ len(data)) & mask
    whole = len(data) // 4 * 4
    for i in range(0, whole, 4):
        k = int.from_bytes(data[i : i + 4], "little") * m & mask
        k = (k ^ k >> 24) * m & mask
        h = (h * m & mask) ^ k
    rest = data[whole:]
    if rest:
        h = (h ^ int.from_bytes(rest, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return h ^ h >> 15


def partition_of(key: bytes, partitions: int) -> int:
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def rows(minutes: int) -> typing.Iterator[tuple[int, str, list[str]]]:
    """Opening time, symbol and the other cells, in order of time and symbol."""
    state = 12345
    for minute in range(minutes):
        for number, symbol in enumerate(SYMBOLS):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            noise = state >> 40
            base = (number + 1) * 1000 + noise % 997
            cells = [base, base + 7, base - 5, base + noise % 7]
            prices = [f"{cell // 100}.{cell % 100:02d}" for cell in cells]
            yield FIRST_MS + minute * MINUTE_MS, symbol, [*prices, f"{noise % 100000}.5"]


def write_csv(path: pathlib.Path, minutes: int) -> None:
    with open(path, "w") as file:
        file.write(",".join(COLUMNS) + "\n")
        for opened, symbol, cells in rows(minutes):
            file.write(f"{opened},{symbol},{','.join(cells)}\n")


def expected(minutes: int, partitions: int) -> list[list[Record]]:
    """By partition. A bar is visible, and stamped, when it closes."""
    logs: list[list[Record]] = [[] for _ in range(partitions)]
    places = {symbol: partition_of(symbol.encode(), partitions) for symbol in SYMBOLS}
    for opened, symbol, cells in rows(minutes):
        numbers = ",".join(f'"{name}":{cell}' for name, cell in zip(COLUMNS[2:], cells))
        value = f'{{"timestamp":{opened},"symbol":"{symbol}",{numbers}}}'
        record = Record(opened + MINUTE_MS, symbol.encode(), value.encode())
        logs[places[symbol]].append(record)
    return logs


def digest(records: typing.Iterable[Record]) -> str:
    sha = hashlib.sha256()
    for timestamp, key, value in records:
        for part in (str(timestamp).encode(), key, value):
            sha.update(len(part).to_bytes(4, "big") + part)
    return sha.hexdigest()
