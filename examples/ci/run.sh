#!/usr/bin/env bash
# Runs the tests of one example service against a day of history: run.sh HINDCAST python|node
set -euo pipefail
hindcast=$(realpath "${1:?usage: run.sh HINDCAST python|node}")
language=${2:?usage: run.sh HINDCAST python|node}
cd "$(dirname "${BASH_SOURCE[0]}")/$language"
case $language in
  python) tests=("${PYTHON:-python3}" -m pytest -q -p no:cacheprovider) ;;
  node) tests=(node --test) ;;
  *) echo "run.sh: there are python and node" >&2; exit 2 ;;
esac
exec "$hindcast" run \
  --source 'demo:?seed=7&symbols=1&interval=1m&days=1&from=2025-01-01' \
  --lockstep strategy --lockstep-timeout 30s \
  --expect-drained --junit "${JUNIT:-/tmp/hindcast-ci-$language.xml}" \
  -- "${tests[@]}"
