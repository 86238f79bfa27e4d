#!/bin/sh
# Fuzzes one target or all of them: tests/fuzz/run.sh [target|all] [runs]
#
# Builds the fuzz preset (clang), runs each target for so many executions (default 1,000,000) from the committed corpus, and
# prints executions and findings. What a run learns stays in build/fuzz/corpus/TARGET for the next one;
# findings lie in build/fuzz/findings/TARGET-*. Fails when there is one.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
build=${HINDCAST_FUZZ_BUILD:-$root/build/fuzz}
only=${1:-all}
runs=${2:-1000000}
all="records decompress request response frame csv input"

case " all $all " in
*" $only "*) ;;
*)
    echo "usage: tests/fuzz/run.sh [all|$(echo "$all" | tr ' ' '|')] [runs]" >&2
    exit 64
    ;;
esac
[ "$only" = all ] && targets=$all || targets=$only

cmake -S "$root" -B "$build" --preset fuzz >/dev/null
# shellcheck disable=SC2046 # one word a target
ninja -C "$build" $(for target in $targets; do echo "fuzz_$target"; done) >/dev/null

# The allocator keeps freed memory apart only for a while, so that the limit on memory is about ours.
export ASAN_OPTIONS="${ASAN_OPTIONS:-quarantine_size_mb=32}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
findings=$build/findings
mkdir -p "$findings"
status=0
for target in $targets; do
    mkdir -p "$build/corpus/$target"
    log=$findings/$target.log
    rm -f "$findings/$target"-*
    found=0
    # The largest single allocation. Data files are the operator's own: zstd may use its whole 128 MiB window.
    [ "$target" = input ] && malloc_mb=160 || malloc_mb=64
    nice -n 10 "$build/tests/fuzz/fuzz_$target" -runs="$runs" -max_len=16384 -timeout=2 \
        -rss_limit_mb=512 -malloc_limit_mb="$malloc_mb" -print_final_stats=1 \
        -artifact_prefix="$findings/$target-" \
        "$build/corpus/$target" "$root/tests/fuzz/corpus/$target" >"$log" 2>&1 || found=1
    done=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    echo "$target: ${done:-0} executions, ${speed:-0} a second, $found findings"
    if [ "$found" -ne 0 ]; then
        tail -n 60 "$log"
        status=1
    fi
done
exit $status
