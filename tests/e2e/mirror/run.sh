#!/usr/bin/env bash
# hindcast mirror against a real Kafka from its jars: tests/e2e/mirror/run.sh HINDCAST-BINARY [--kills N] [--cuts N]
# [--broker-kills N] [--only CASE] ... The rest is Python, with a client of its own as the auditor.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export PYTHONDONTWRITEBYTECODE=1
prepared=$(python3 "$here/prepare.py") || {
  [ -n "${HC_STRICT:-}" ] && exit 1
  echo "mirror: skipped, what it needs is not here"
  exit 0
}
mapfile -t parts <<<"$prepared"
exec "${parts[0]}" "$here/main.py" --classpath "${parts[1]}" "$@"
