#!/usr/bin/env bash
# Three nodes and a platform on this machine, a trace replayed through all three, one node killed.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'END'
Usage: deploy/demo.sh [--trace DIR] [--kill-after SECONDS] [--no-kill] [--keep] [--port-base PORT]

Starts three Scaler nodes and a platform, each a process of its own on 127.0.0.1, replays a trace
through all three nodes in real time, kills one node on the way (SIGKILL), and ends with a table of
how the requests fared. Every node has a page that shows all this as it happens. Takes about a
minute, the first time some minutes more to build; leaves nothing behind.

  --trace DIR           a folder with a contest trace (metas, requests) instead of the bundled one
  --kill-after SECONDS  when to kill the node, from the replay's first request (default 15, or half of
                        a shorter trace)
  --no-kill             let all nodes live
  --keep                leave the nodes running afterwards, until Ctrl-C, to look at their page and to
                        ask them, and to kill one by hand; says with which commands
  --port-base PORT      the first port to use (default 19000; 31 ports are looked at)
END
}

trace=demo kill_after=half base=19000 keep= killer=
while [ $# -gt 0 ]; do
  case $1 in
    --trace) take trace text "$@" && shift 2 ;;
    --kill-after) take kill_after seconds "$@" && shift 2 ;;
    --no-kill) kill_after= && shift ;;
    --keep) keep=1 && shift ;;
    --port-base) take base base "$@" && shift 2 ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && fail "Unknown argument: $1" ;;
  esac
done
platform_arguments="--trace demo"
if [ "$trace" != demo ]; then
  [ -f "$trace/metas" ] || fail "--trace: $trace has no file metas; a contest trace has metas and requests."
  trace=$(cd "$trace" && pwd)
  platform_arguments="--trace $trace"
fi

# In seconds, 15 at most, from the line with which the replay begins: replaying …: … functions in 1,234 s through …
half_of_the_trace() {
  sed -n 's/^replaying .* functions in \([0-9,]*\) s through .*/\1/p' "$work/replay.err" | tr -d , |
    awk '{half = $1 / 2; print (half < 15 ? half : 15)}'
}

build_jar
work=$(mktemp -d)
trap stop_all EXIT
trap 'exit 130' INT TERM

say "Starting a platform and three nodes …"
start_cluster "$base" "$platform_arguments"
say "Three nodes serve at $targets. Watch them at http://127.0.0.1:$((base + 11)). Replaying the trace through all of them:"

if [ -n "$kill_after" ]; then
  (
    until grep -qs '^replaying ' "$work/replay.err"; do sleep 0.1; done
    [ "$kill_after" != half ] || kill_after=$(half_of_the_trace)
    sleep "$kill_after"
    kill -9 "${node_pids[0]}"
    say ">>> Killed node 1 (SIGKILL), the leader: its calls are repeated at the others, its keys have new owners."
  ) &
  killer=$!
  pids+=("$killer")
fi
scaler replay --trace "$trace" --target "$targets" --platform "127.0.0.1:$((base + 30))" \
  2> >(tee "$work/replay.err" >&2)
result=$?
if [ -n "$killer" ] && kill "$killer" 2>/dev/null && [ "$result" = 0 ]; then
  say "The trace was over before node 1 was to be killed: it lives on."
fi
if [ -n "$keep" ]; then
  if ! kill -0 "${node_pids[0]}" 2>/dev/null; then
    say "Starting node 1 again: two of three must be up …"
    start_node 0
    wait_for 60 "Node 1" answers $((base + 10)) /health/ready
  fi
  say "The nodes go on until Ctrl-C: http://127.0.0.1:$((base + 11)) shows them. More traffic:"
  say "  java -jar scaler-node/target/scaler.jar replay --trace $trace --target $targets --platform 127.0.0.1:$((base + 30))"
  key=$(scaler functions --top 1 --scaler "127.0.0.1:$base" | awk 'NR == 2 {print $1}')
  say "Which functions there are, why the last starts of one were cold, another policy for it, and back:"
  say_next "127.0.0.1:$base" "${key:-KEY}"
  trap revive USR1
  say_how_to_kill
  while :; do sleep 1; done
fi
stop_all
exit "$result"
