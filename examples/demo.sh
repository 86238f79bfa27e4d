#!/usr/bin/env bash
# Serves the built-in synthetic market at 600 times the speed of history and shows candles arriving in kcat.
# Usage: examples/demo.sh HINDCAST-BINARY
set -euo pipefail
hindcast=$1
ready=$(mktemp)
server=
cleanup() {
  [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
  rm -f "$ready"
}
trap cleanup EXIT

"$hindcast" serve --source demo: --speed 600 --listen 127.0.0.1:0 --http 127.0.0.1:0 \
  --log-level warn --ready-file "$ready.json" >"$ready" &
server=$!
until [ -s "$ready" ]; do
  kill -0 "$server" 2>/dev/null || { echo "hindcast did not start" >&2; exit 1; }
  read -rt 0.02 <> <(:) || true
done
address=$(sed -n 's/.*"kafka":"\([^"]*\)".*/\1/p' "$ready" | head -1)
rm -f "$ready.json"

echo "Hindcast serves a synthetic market at $address: ten minutes of history a second."
echo "An ordinary Kafka consumer (kcat) reads topic candles from the beginning:"
echo
kcat -b "$address" -t candles -C -o beginning -c 24 -u -q -f '%T  offset %o  %k  %s\n'
cat <<TEXT

Each candle came when the market clock said that its bar had closed. Next:

  $hindcast serve --speed 60                                          # the same market on port 9092
  $hindcast check --source 'csv:YOUR-FILES-*.csv'                     # what your own candles look like to Hindcast
  $hindcast serve --source 'csv:YOUR-FILES-*.csv' --speed max         # your candles, as fast as your consumer reads
TEXT
