"""The real data sets, and what a reader must be told of each."""

import dataclasses

KLINE = (
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"
    "taker_buy_quote_volume,ignore"
)
BITFINEX = "open_time,open,close,high,low,volume"
LEAN = "time,open,high,low,close,volume"


@dataclasses.dataclass(frozen=True)
class Dataset:
    """One topic: one file, or all files that match a pattern, and what a reader is told of them."""

    name: str
    source: str  # path below the data directory; {symbol}, {date} and * as in the broker's patterns
    time: str  # the time column
    unit: str  # s ms us iso, auto (by digits), or a strptime format
    interval: str  # 0: events
    rows: int  # rows in the files
    records: int  # rows without identical repeats
    columns: str | None = None  # field names of files without a header
    zone: str | None = None  # of times without one; None: UTC
    stamp: str = "open"
    symbol: str | None = None  # for files without one
    needed: tuple[str, ...] = ()  # settings that no detection can know


DATASETS = (
    Dataset(
        "bitmex-year",
        "bench/bitmex_XBTUSD_1m_2018.csv.zst",
        "timestamp",
        "s",
        "1m",
        525_600,
        525_600,
        symbol="XBTUSD",
    ),
    Dataset(
        "binance-outages",
        "gaps/binance_BTCUSDT_1h_2017-2020.csv.gz",
        "Date_1h",
        "iso",
        "1h",
        21_538,
        21_538,
        symbol="BTCUSDT",
    ),
    Dataset(
        "bitfinex-month",
        "multi/bitfinex_1m_2018-03/{symbol}.csv.gz",
        "open_time",
        "ms",
        "1m",
        295_728,
        295_728,
        columns=BITFINEX,
        needed=("columns",),
    ),
    Dataset(
        "binance-um-month",
        "multi/binance-um_5m_2025-08/{symbol}-5m-2025-08.csv.gz",
        "open_time",
        "ms",
        "5m",
        35_712,
        35_712,
    ),
    Dataset(
        "binance-minutes",
        "quick/binance_BTCUSDT_1m_2024-12.csv.gz",
        "close_datetime",
        "iso",
        "1m",
        41_761,
        41_761,
        stamp="close",
        symbol="BTCUSDT",
    ),
    Dataset(
        "bitfinex-day",
        "quick/bitfinex_BTCUSD_1m_2018-03-21.csv",
        "open_time",
        "ms",
        "1m",
        1_281,
        1_281,
        columns=BITFINEX,
        symbol="BTCUSD",
        needed=("columns",),
    ),
    Dataset(
        "lean-coinbase",
        "quick/lean_coinbase_{symbol}_minute_{date}_trade.zip",
        "time",
        "ms",
        "1m",
        1_440,
        1_440,
        columns=LEAN,
    ),
    Dataset(
        "lean-bybit",
        "quick/lean_bybit_{symbol}_minute_{date}_trade.zip",
        "time",
        "ms",
        "1m",
        1_440,
        1_440,
        columns=LEAN,
    ),
    Dataset(
        "lean-binance",
        "quick/lean_binance_{symbol}_minute_{date}_trade.zip",
        "time",
        "ms",
        "1m",
        1_440,
        1_440,
        columns=LEAN,
    ),
    Dataset(
        "spot-btc-2024-12",
        "formats/binance-spot_BTCUSDT-1h-2024-12.csv",
        "open_time",
        "auto",
        "1h",
        744,
        744,
        columns=KLINE,
        symbol="BTCUSDT",
    ),
    Dataset(
        "spot-btc-2025-01",
        "formats/binance-spot_BTCUSDT-1h-2025-01.csv",
        "open_time",
        "auto",
        "1h",
        744,
        744,
        columns=KLINE,
        symbol="BTCUSDT",
    ),
    Dataset(
        "spot-eth-2024-12",
        "formats/binance-spot_ETHUSDT-1h-2024-12.csv",
        "open_time",
        "auto",
        "1h",
        744,
        744,
        columns=KLINE,
        symbol="ETHUSDT",
    ),
    Dataset(
        "spot-eth-2025-01",
        "formats/binance-spot_ETHUSDT-1h-2025-01.csv",
        "open_time",
        "auto",
        "1h",
        744,
        744,
        columns=KLINE,
        symbol="ETHUSDT",
    ),
    Dataset(
        "spot-ms-and-us",
        "formats/binance-spot_{symbol}-1h-*.csv",
        "open_time",
        "auto",
        "1h",
        2_976,
        2_976,
        columns=KLINE,
    ),
    Dataset(
        "coinbase-newest-first",
        "formats/cryptodatadownload_Coinbase_BTCUSD_1h.csv.gz",
        "date",
        "%Y-%m-%d %I-%p",
        "1h",
        20_111,
        20_111,
    ),
    Dataset(
        "bitstamp-trades",
        "trades/bitstamp_BTCUSD_ticks_2011-2013.csv.gz",
        "Time",
        "s",
        "0",
        100_000,
        100_000,
        symbol="BTCUSD",
    ),
    Dataset(
        "moex-sber",
        "stock/SBER_M10_2021-2023.csv.gz",
        "datetime",
        "iso",
        "10m",
        45_003,
        45_003,
        zone="Europe/Moscow",
        symbol="SBER",
        needed=("zone",),
    ),
    Dataset(
        "moex-qiwi",
        "stock/QIWI_M10_2020-2023.csv.gz",
        "datetime",
        "iso",
        "10m",
        69_238,
        69_183,
        zone="Europe/Moscow",
        symbol="QIWI",
        needed=("zone",),
    ),
    Dataset(
        "lean-spy",
        "stock/lean_{symbol}_minute_{date}_trade.zip",
        "time",
        "ms",
        "1m",
        828,
        828,
        columns=LEAN,
        zone="America/New_York",
        needed=("zone",),
    ),
)
