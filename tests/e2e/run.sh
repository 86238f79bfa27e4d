#!/usr/bin/env bash
# Every end-to-end test against a binary: tests/e2e/run.sh HINDCAST-BINARY [NAME...]
# Two scripts run at a time; those that look at times or memory run alone, last.
# HC_STRICT=1: real data that should be there and is not (../shared/data, HC_TEST_DATA) is a failure.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 1 ] && [ -x "$1" ] || { echo "usage: $0 HINDCAST-BINARY [NAME...]" >&2; exit 2; }
binary=$(realpath "$1")
shift
together=(time_offset real_data determinism lookahead cli lifecycle requests kills)
alone=(hostile bench)
itself=(protocol reader) # tests of the tests' own code: no binary

logs=$(mktemp -d -t hindcast-e2e-XXXXXX)
trap 'rm -rf "$logs"' EXIT
export PYTHONDONTWRITEBYTECODE=1

# one NAME [ARGUMENTS]: runs a script, keeps its output, writes its closing line.
one() {
  local name=$1 begin=$SECONDS status=0
  shift
  timeout 300 python3 "$here/test_$name.py" "$@" >"$logs/$name.log" 2>&1 || status=$?
  if [ "$status" -eq 0 ]; then
    echo "ok      e2e $name ($((SECONDS - begin)) s): $(grep -v '^$' "$logs/$name.log" | tail -1)"
    touch "$logs/$name.ok"
  else
    { sed "s/^/    $name: /" "$logs/$name.log" | tail -60; echo "FAILED  e2e $name ($((SECONDS - begin)) s, status $status)"; }
  fi
}

wanted() { [ ${#only[@]} -eq 0 ] || printf '%s\n' "${only[@]}" | grep -qx "$1"; }
only=("$@")
ran=()
for name in "${itself[@]}"; do
  wanted "$name" || continue
  ran+=("$name")
  one "$name"
done
for name in "${together[@]}"; do
  wanted "$name" || continue
  [ -f "$here/test_$name.py" ] || continue
  ran+=("$name")
  while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
  one "$name" "$binary" &
done
wait
for name in "${alone[@]}"; do
  wanted "$name" || continue
  [ -f "$here/test_$name.py" ] || continue
  ran+=("$name")
  one "$name" "$binary"
done
passed=$(find "$logs" -name '*.ok' | wc -l)
echo "$passed passed, $((${#ran[@]} - passed)) failed"
[ "$passed" -eq ${#ran[@]} ]
