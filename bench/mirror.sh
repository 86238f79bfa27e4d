#!/usr/bin/env bash
# The mirror's rate against a bare librdkafka loop, at a real Kafka: bench/mirror.sh HINDCAST-BINARY [--runs N] [--minutes N]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mapfile -t parts < <(python3 "$root/tests/e2e/mirror/prepare.py")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${CC:-cc}" -std=c17 -D_GNU_SOURCE -O2 -o "$work/bare" "$root/bench/bare_producer.c" -lrdkafka
binary=$1
shift
PYTHONDONTWRITEBYTECODE=1 "${parts[0]}" "$root/tests/e2e/mirror/rate.py" "$binary" "$work/bare" --classpath "${parts[1]}" "$@"
