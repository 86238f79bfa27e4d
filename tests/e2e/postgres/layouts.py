"""The three layouts of docs/postgresql.md, filled with generated candles."""

import support

OHLCV = [("timestamp", "timestamptz"), ("pair", "text"), ("open", "numeric"), ("high", "numeric"),
         ("low", "numeric"), ("close", "numeric"), ("volume", "numeric")]
MARKET = [("id", "int8"), ("timestamp", "int8"), ("datetime", "timestamp"), ("symbol", "text"),
          ("exchange", "text"), ("open", "numeric"), ("high", "numeric"), ("low", "numeric"),
          ("close", "numeric"), ("volume", "numeric"), ("quote_volume", "numeric"),
          ("trades", "int4"), ("created_at", "timestamp")]
KLINES = [("exchange", "text"), ("symbol", "text"), ("interval", "text"), ("open_time", "int8"),
          ("open", "numeric"), ("high", "numeric"), ("low", "numeric"), ("close", "numeric"),
          ("volume", "numeric")]

PRICES = ("({0} * 7919 % 100000 / 100.0 + 20000)::numeric(20,{1}),"
          "({0} * 7919 % 100000 / 100.0 + 21000)::numeric(20,{1}),"
          "({0} * 7919 % 100000 / 100.0 + 19000)::numeric(20,{1}),"
          "({0} * 104729 % 100000 / 100.0 + 19500)::numeric(20,{1}),"
          "({0} * 104729 % 1000000 / 7.0)::numeric(20,{1})")

CREATE_OHLCV = """
CREATE TABLE ohlcv (timestamp TIMESTAMPTZ, pair VARCHAR, open NUMERIC, high NUMERIC, low NUMERIC,
  close NUMERIC, volume NUMERIC, PRIMARY KEY (timestamp, pair));
"""
CREATE_MARKET = """
CREATE TABLE market_ohlcv (id BIGSERIAL PRIMARY KEY, timestamp BIGINT NOT NULL,
  datetime TIMESTAMP NOT NULL, symbol VARCHAR(20), exchange VARCHAR(20), open DECIMAL(20,8) NOT NULL,
  high DECIMAL(20,8) NOT NULL, low DECIMAL(20,8) NOT NULL, close DECIMAL(20,8) NOT NULL,
  volume DECIMAL(20,8) NOT NULL, quote_volume DECIMAL(20,8), trades INTEGER,
  created_at TIMESTAMP DEFAULT NOW(), UNIQUE (timestamp, symbol, exchange));
"""
CREATE_KLINES = """
CREATE TABLE klines (exchange VARCHAR, symbol VARCHAR, interval VARCHAR, open_time BIGINT,
  open DECIMAL(20,8), high DECIMAL(20,8), low DECIMAL(20,8), close DECIMAL(20,8),
  volume DECIMAL(20,8), UNIQUE (exchange, symbol, interval, open_time));
"""
# Names that C and en_US sort differently.
PAIRS = "(ARRAY['BTC-USD','btc-usd','ETH_USD','eth-USD','Ätz-USD','a b','_x'])"


def fill_ohlcv(rows: int) -> str:
    return CREATE_OHLCV + f"""
INSERT INTO ohlcv SELECT timestamptz '2023-01-01 00:00:00+00' + (i / 7) * interval '1 minute',
  {PAIRS}[1 + i % 7], {PRICES.format('i', 2)} FROM generate_series(0::int8, {rows - 1}) i;
ANALYZE ohlcv;
"""


def fill_market(rows: int) -> str:
    return CREATE_MARKET + f"""
INSERT INTO market_ohlcv (timestamp, datetime, symbol, exchange, open, high, low, close, volume,
  quote_volume, trades)
SELECT 1672531200000 + (i / 6) * 60000, timestamp '2023-01-01' + (i / 6) * interval '1 minute',
  (ARRAY['BTCUSDT','ETHUSDT','btcusdt'])[1 + i % 3], (ARRAY['binance','Kraken'])[1 + i / 3 % 2],
  {PRICES.format('i', 8)}, CASE WHEN i % 5 = 0 THEN NULL ELSE i * 1.5 END,
  CASE WHEN i % 11 = 0 THEN NULL ELSE i END FROM generate_series(0::int8, {rows - 1}) i;
ANALYZE market_ohlcv;
"""


def fill_klines(minutes: int) -> str:
    parts = []
    for name, step in (("1m", 60), ("1h", 3600), ("1d", 86400)):
        parts.append(f"""
INSERT INTO klines SELECT e, s, '{name}', 1672531200000 + i * {step}000, {PRICES.format('i', 8)}
FROM unnest(ARRAY['binance','kraken']) e, unnest(ARRAY['BTCUSDT','ETHUSDT']) s,
  generate_series(0::int8, {max(minutes * 60 // step, 3)} - 1) i;""")
    return CREATE_KLINES + "".join(parts) + "\nANALYZE klines;\n"


def expected_ohlcv(server, database: str, where: str = "true"):
    return support.expected(server, database, "ohlcv", OHLCV,
                            "(extract(epoch FROM timestamp) * 1000)::int8", "60000", "pair", where)
