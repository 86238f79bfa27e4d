#!/usr/bin/env bash
# Measures a binary beside what people use instead: bench/run.sh HINDCAST-BINARY [--rows a,b,...] [--json FILE]
# [--runs N] [--write] [--smoke]. docs/performance.md tells what the rows are; --write renews it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 1 ] && [ -x "$1" ] || { echo "usage: $0 HINDCAST-BINARY [--rows a,b,...] [--json FILE] [--runs N] [--write] [--smoke]" >&2; exit 2; }
export PYTHONDONTWRITEBYTECODE=1
# 10,000 connections on both sides of one machine.
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
exec python3 "$here/harness/main.py" "$@"
