"""Small imitations of the real data sets, layout by layout, for machines that do not have them.

Every number comes from a seed; what matters is how the files are written: columns, units, zones,
order, compression, holes, repeats.
"""

import dataclasses
import datetime
import gzip
import io
import os
import random
import subprocess
import zipfile
import zoneinfo

from datasets import DATASETS, Dataset
from reader import DURATION

ROWS = 1_440
UTC = datetime.timezone.utc


def bars(dice: random.Random, count: int) -> list[tuple[str, str, str, str, str]]:
    """Open, high, low, close, volume, as text."""
    price, rows = dice.randint(5_000, 5_000_000), []
    for _ in range(count):
        open_ = price
        price = max(100, price + dice.randint(-500, 500))
        high, low = max(open_, price) + dice.randint(0, 200), min(open_, price) - dice.randint(
            0, 50
        )
        cents = [f"{value / 100:.2f}" for value in (open_, high, low, price)]
        volume = dice.choice((f"{dice.random() * 100:.8f}", str(dice.randint(1, 10**6)), "4e-7"))
        rows.append((*cents, volume))
    return rows


def compressed(path: str, text: str) -> bytes:
    data = text.encode()
    if path.endswith(".gz"):
        return gzip.compress(data)
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-q"], input=data, stdout=subprocess.PIPE, check=True).stdout
    if path.endswith(".zip"):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("trade.csv", data)
        return buffer.getvalue()
    return data


def kline(stamp: int, step: int, bar: tuple, dice: random.Random) -> str:
    quote = f"{dice.random() * 1e6:.8f}"
    return ",".join((str(stamp), *bar, str(stamp + step - 1), quote, "7", "0.5", "0.25", "0"))


def stamp_text(dataset: Dataset, moment: datetime.datetime, row: int) -> str:
    """The time cell as this data set writes it."""
    if "{date}" in dataset.source:
        midnight = moment.replace(hour=0, minute=0)
        return str(int((moment - midnight).total_seconds()) * 1000)
    if dataset.unit == "%Y-%m-%d %I-%p":
        return moment.strftime(dataset.unit)
    if dataset.name == "binance-minutes":
        close = (moment + datetime.timedelta(seconds=59)).astimezone(
            datetime.timezone(datetime.timedelta(hours=1))
        )
        return close.strftime("%Y-%m-%d %H:%M:%S.999000+01:00")
    if dataset.unit == "iso":
        forms = {"moex-qiwi": "%Y-%m-%d %H:%M", "moex-sber": "%Y-%m-%d %H:%M:%S"}
        plain = forms.get(dataset.name, "%Y-%m-%d %H:%M:%S" + (".000" if row < 9 else ""))
        return moment.strftime(plain)
    scale = {"s": 1, "ms": 1_000, "auto": 1_000}[dataset.unit]
    return str(int(moment.timestamp()) * scale)


HEADERS = {
    "bitmex-year": "timestamp,open,high,low,close,volume",
    "binance-outages": "Date_1h,Open_1h,High_1h,Low_1h,Close_1h,Vol_1h,Date,Hour",
    "binance-minutes": "open,high,low,close,volume,quote_volume,trades,close_datetime",
    "binance-um-month": "open_time,open,high,low,close,volume,close_time,quote_volume,count,"
    "taker_buy_volume,taker_buy_quote_volume,ignore",
    "coinbase-newest-first": "Timestamps are UTC,https://example.org\r\n"
    "date,symbol,open,high,low,close,volume_btc,volume",
    "bitstamp-trades": "Time,Price,Volume",
    "moex-sber": "datetime,open,high,low,close,volume",
    "moex-qiwi": "datetime,open,high,low,close,volume,value",
}


def step_of(dataset: Dataset) -> int:
    """Seconds of a bar; 0 for events."""
    return int(dataset.interval[:-1] or 0) * DURATION.get(dataset.interval[-1], 0)


def first_of(dataset: Dataset) -> tuple[datetime.datetime, int]:
    """When a file begins, and how many rows it has at most."""
    zone = zoneinfo.ZoneInfo(dataset.zone or "UTC")
    if dataset.name.startswith("spot-"):
        year, month = dataset.name.split("-")[-2:]
        return datetime.datetime(int(year), int(month), 1, tzinfo=zone), 600
    if "{date}" in dataset.source:
        return datetime.datetime(2013, 10, 8, tzinfo=zone), ROWS // 2
    return datetime.datetime(2013, 10, 8, 4, tzinfo=zone), ROWS


def line(dataset: Dataset, moment: datetime.datetime, row: int, bar: tuple, dice) -> str:
    stamp = stamp_text(dataset, moment, row)
    open_, high, low, close, volume = bar
    if dataset.columns and dataset.columns.startswith("open_time,open,close"):
        return ",".join((stamp, open_, close, high, low, volume))
    if dataset.name.startswith("spot-") or dataset.name == "binance-um-month":
        scale = 1000 if dataset.name.endswith("2025-01") else 1
        return kline(int(stamp) * scale, step_of(dataset) * 1000 * scale, bar, dice)
    cells = {
        "binance-outages": (stamp, *bar, moment.strftime("%Y-%m-%d"), str(moment.hour)),
        "binance-minutes": (*bar, "1.5", "3", stamp),
        "coinbase-newest-first": (stamp, "BTCUSD", *bar, "61.25"),
        "bitstamp-trades": (stamp, open_, volume),
        "moex-qiwi": (stamp, *bar, "1.0"),
    }
    return ",".join(cells.get(dataset.name, (stamp, *bar)))


def lines(dataset: Dataset, dice: random.Random) -> list[str]:
    """The rows of one file, in time order, with holes."""
    moment, count = first_of(dataset)
    step, rows = step_of(dataset), []
    for row, bar in enumerate(bars(dice, count)):
        rows.append(line(dataset, moment, row, bar, dice))
        seconds = step or dice.choice((0, 0, 1, 7))
        if step and dataset.name != "bitmex-year" and dice.random() < 0.02:
            seconds *= 2
        moment += datetime.timedelta(seconds=seconds)
    return rows


def write(dataset: Dataset, directory: str, name: str, dice: random.Random) -> int:
    rows = lines(dataset, dice)
    if dataset.name == "coinbase-newest-first":
        rows.reverse()
        rows[3], rows[7] = rows[7], rows[3]
    if dataset.name == "moex-qiwi":
        rows += rows[-55:]
    end = "\r\n" if dataset.name == "coinbase-newest-first" else "\n"
    head = [HEADERS[dataset.name]] if dataset.name in HEADERS else []
    path = os.path.join(directory, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(compressed(path, end.join(head + rows) + ("" if "{date}" in name else end)))
    return len(rows)


def generate(directory: str) -> tuple[Dataset, ...]:
    """Writes every file below the directory; the data sets with their new counts."""
    made = []
    for dataset in DATASETS:
        if dataset.name == "spot-ms-and-us":
            parts = [d for d in made if d.name.startswith("spot-")]
            rows = sum(d.rows for d in parts)
            made.append(dataclasses.replace(dataset, rows=rows, records=rows))
            continue
        dice = random.Random(dataset.name)
        rows = 0
        for symbol in ("BTCUSD", "ETHUSD") if "multi/" in dataset.source else ("btcusd",):
            name = dataset.source.replace("{symbol}", symbol).replace("{date}", "20131008")
            rows += write(dataset, directory, name, dice)
        repeats = 55 if dataset.name == "moex-qiwi" else 0
        made.append(dataclasses.replace(dataset, rows=rows, records=rows - repeats))
    return tuple(made)
