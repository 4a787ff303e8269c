#!/usr/bin/env bash
# The same part of a trace through three live nodes and through the simulator, side by side.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'END'
Usage: deploy/agree.sh [--trace TRACE] [--limit-time TIME] [--port-base PORT]

Replays the beginning of a trace in real time through three nodes and a platform, each a process of
its own on 127.0.0.1, runs the same beginning in the simulator with the same configuration, and
prints what came of it in both and by how much they differ. Both begin empty; slots are billed until
the last request has ended. Takes as long as the part of the trace and a minute.

  --trace TRACE       as for `replay` and `simulate` (default generated:mixed)
  --limit-time TIME   how much of it (default 10m)
  --port-base PORT    the first port to use (default 19200; 31 ports are looked at)
END
}

trace=generated:mixed limit=10m base=19200
while [ $# -gt 0 ]; do
  case $1 in
    --trace) take trace text "$@" && shift 2 ;;
    --limit-time) take limit duration "$@" && shift 2 ;;
    --port-base) take base base "$@" && shift 2 ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && fail "Unknown argument: $1" ;;
  esac
done

build_jar
work=$(mktemp -d)
trap stop_all EXIT
trap 'exit 130' INT TERM

say "Starting a platform and three nodes …"
start_cluster "$base" "--trace $trace"
say "Replaying $limit of $trace through all of them:"
scaler replay --trace "$trace" --limit-time "$limit" --target "$targets" \
  --platform "127.0.0.1:$((base + 30))" --json "$work/live.json" || exit

# A number of a JSON file with one key a line: the first of that name.
number() { sed -n "s/^ *\"$2\" : \([-0-9.eE]*\),*$/\1/p" "$work/$1.json" | head -1; }
# What a Release takes, nothing but a call takes: half of the live ones took less.
call=$(sed -n '/"releaseMs"/,/}/ s/^ *"p50" : \([0-9.eE]*\),*$/\1/p' "$work/live.json")
say "Simulating the same, where a call takes ${call} ms as half of the live releases did at most:"
scaler simulate --trace "$trace" --limit-time "$limit" --policy cost-optimal --bill-for 0s \
  --call "$(awk -v ms="$call" 'BEGIN {printf "%.3fms", ms}')" --json "$work/simulated.json" >/dev/null || exit

live_score=$(number live contestScore) live_cold=$(number live cold) requests=$(number live requests)
simulated_score=$(number simulated score) simulated_cold=$(number simulated coldPercent)
awk -v ls="$live_score" -v ss="$simulated_score" -v lc="$live_cold" -v n="$requests" -v sc="$simulated_cold" 'BEGIN {
  lc = 100 * lc / n
  printf "\n%-28s%12s%12s%14s\n", "", "three nodes", "simulated", "difference"
  printf "%-28s%12.2f%12.2f%13.1f%%\n", "contest score", ls, ss, 100 * (ls - ss) / ss
  printf "%-28s%12.2f%12.2f%13.1f%%\n", "cold starts, % of requests", lc, sc, 100 * (lc - sc) / sc
}'
