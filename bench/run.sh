#!/usr/bin/env bash
# Hindcast beside what people use instead: bench/run.sh HINDCAST-BINARY [--json FILE] [--write] [--smoke]
# The rest is Python: bench/bench.py --help
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$here/bench.py" "$@"
