#!/usr/bin/env bash
# The tests of the PostgreSQL source: tests/e2e/postgres/run.sh HINDCAST-BINARY [NAME...]
# They start a server themselves; where Debian's packages are missing they are installed first (apt, root or sudo).
# HC_STRICT=1: a server that cannot be had is a failure, and faults come by the hundreds.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 1 ] && [ -x "$1" ] || { echo "usage: $0 HINDCAST-BINARY [NAME...]" >&2; exit 2; }
binary=$(realpath "$1")
shift
names=(layouts types errors restart faults timescale)
[ $# -gt 0 ] && names=("$@")
export PYTHONDONTWRITEBYTECODE=1

if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo -n)
  echo "installing postgresql" >&2
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql libpq5 \
    >/dev/null 2>&1
fi
if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  echo "skipped e2e postgres: no PostgreSQL server, and none could be installed"
  [ "${HC_STRICT:-}" != 1 ]
  exit
fi

failed=0
log=$(mktemp -t hindcast-postgres-XXXXXX)
trap 'rm -f "$log"' EXIT
for name in "${names[@]}"; do
  begin=$SECONDS
  if timeout 1800 python3 "$here/test_$name.py" "$binary" >"$log" 2>&1; then
    echo "ok      e2e postgres $name ($((SECONDS - begin)) s): $(grep -v '^$' "$log" | tail -1)"
  else
    sed "s/^/    $name: /" "$log" | tail -60
    echo "FAILED  e2e postgres $name ($((SECONDS - begin)) s)"
    failed=$((failed + 1))
  fi
done
echo "$((${#names[@]} - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
