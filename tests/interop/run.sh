#!/usr/bin/env bash
# Real Kafka clients against a real hindcast: tests/interop/run.sh --quick|--all HINDCAST-BINARY [--only NAME] ...
# The rest is Python: harness/main.py --help
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ! command -v python3 >/dev/null; then
  if [ -n "${HC_STRICT:-}" ]; then
    sudo=()
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
  else
    echo "interop: skipped, there is no python3"
    exit 0
  fi
fi
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$here/harness/main.py" "$@"
