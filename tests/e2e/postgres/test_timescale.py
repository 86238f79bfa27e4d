#!/usr/bin/env python3
"""TimescaleDB, where the server has it: hypertables, compressed chunks, continuous aggregates."""

import layouts
from support import Database, case, read_all, served


class Timescale(Database):
    settings = {"shared_preload_libraries": ""}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        found = cls.server.sql("postgres", "SELECT count(*) FROM pg_available_extensions WHERE name = "
                                           "'timescaledb'").strip()
        if found == "0":
            raise case.unittest.SkipTest("this server has no TimescaleDB")
        cls.server.settings["shared_preload_libraries"] = "timescaledb"
        cls.server.restart()
        cls.server.create_database("scale")
        cls.server.sql("scale", "CREATE EXTENSION timescaledb;" + layouts.CREATE_OHLCV +
                       "SELECT create_hypertable('ohlcv', 'timestamp', chunk_time_interval => "
                       "interval '6 hours');")
        cls.server.sql("scale", layouts.fill_ohlcv(14000).replace(layouts.CREATE_OHLCV, "") + """
ALTER TABLE ohlcv SET (timescaledb.compress, timescaledb.compress_segmentby = 'pair');
SELECT compress_chunk(c) FROM show_chunks('ohlcv') c LIMIT 3;
CREATE MATERIALIZED VIEW hourly WITH (timescaledb.continuous) AS
  SELECT time_bucket('1 hour', timestamp) AS bucket, pair, first(open, timestamp) AS open,
  max(high) AS high, min(low) AS low, last(close, timestamp) AS close FROM ohlcv GROUP BY 1, 2;""")

    def test_compressed_chunks(self):
        with self.serve("--source", self.server.uri("scale"), "--table", "ohlcv", "--speed",
                        "max") as broker:
            self.assertEqual(served(read_all(broker, "ohlcv")),
                             layouts.expected_ohlcv(self.server, "scale"))

    def test_continuous_aggregates(self):
        count = int(self.server.sql("scale", "SELECT count(*) FROM hourly"))
        found = self.checked("--source", self.server.uri("scale"), "--table", "hourly")
        self.assertEqual(found["topics"][0]["records"], count)
        self.assertEqual(found["topics"][0]["intervals"], ["1h"])


if __name__ == "__main__":
    case.main()
