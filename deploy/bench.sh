#!/usr/bin/env bash
# Throughput and latency beside a Scaler that answers at once, and the size of a node with many functions.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'END'
Usage: deploy/bench.sh [--rounds N] [--duration D] [--port-base PORT]

Measures in one run, in turns, on 127.0.0.1: `echo` (a Scaler that answers at once: what gRPC itself
costs), one node with an embedded platform, and three nodes with a synchronous backup where every
release goes to another node than its assign. 64 callers, 100 functions. Then the heap and the tick of
a node with 10,000 functions and 20,000 instances. Read the ratios; the figures are this machine's.

  --rounds N         turns (default 3)
  --duration D       of one target's turn (default 15s)
  --warmup D         of each target, before the first turn: code is compiled meanwhile (default 180s)
  --port-base PORT   the first port to use (default 19100; 50 ports are looked at)
END
}

rounds=3 duration=15s warmup=180s base=19100
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) take rounds number "$@" && shift 2 ;;
    --duration) take duration duration "$@" && shift 2 ;;
    --warmup) take warmup duration "$@" && shift 2 ;;
    --port-base) take base base "$@" && shift 2 ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && fail "Unknown argument: $1" ;;
  esac
done

build_jar
work=$(mktemp -d)
trap stop_all EXIT
trap 'exit 130' INT TERM

# Every process that is compared gets the same: on two processors the JVM's default collector takes much of one.
export SCALER_JAVA_OPTS="-Xmx512m -XX:+UseParallelGC"
say "Starting echo, one node, and three nodes with a platform …"
free_port $((base + 40))
free_port $((base + 41))
start echo echo --port $((base + 40))
start single node --set grpc.port=$((base + 41)) --set http.port=$((base + 42)) \
  --set cluster.port=$((base + 43)) --set cluster.name="bench-$base" --set policy.default=fixed \
  --set platform.simulated.create-latency=10ms --set platform.simulated.init=10ms
start_cluster "$base" "--set create-latency=10ms --set init=10ms" --set policy.default=fixed
wait_for 60 "The node" answers $((base + 42)) /health/ready
wait_for 20 "The echo server" listens $((base + 40))

printf '%s, %s CPUs, %s MB of memory\n\n' "$(java -version 2>&1 | head -1)" "$(nproc)" \
  "$(awk '/MemTotal/ {print int($2 / 1024)}' /proc/meminfo)"
scaler load --functions 100 --skew 1.0 --concurrency 64 --rounds "$rounds" --duration "$duration" --warmup "$warmup" \
  --target echo=127.0.0.1:$((base + 40)) \
  --target one-node=127.0.0.1:$((base + 41)) \
  --target three-nodes=127.0.0.1:$base+127.0.0.1:$((base + 1))+127.0.0.1:$((base + 2))
result=$?
for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done
for pid in "${pids[@]}"; do await_end "$pid"; done
pids=()

say ""
say "Starting a node with 10,000 functions of 2 instances each, in a heap of 512 MB …"
{
  echo "provisioned:"
  for i in $(seq 0 9999); do
    echo "  - {key: load-$i, runtime: load, memory: 128MB, timeout: 60s, instances: 2}"
  done
} >"$work/large.yaml"
# The JVM's default collector here: a parallel collection of so many instances stops all for longer.
SCALER_JAVA_OPTS="-Xmx512m -XX:+ExitOnOutOfMemoryError" start large node --config "$work/large.yaml" \
  --set grpc.port=$((base + 41)) --set http.port=$((base + 42)) --set cluster.port=$((base + 43)) \
  --set cluster.name="bench-$base" --set policy.default=fixed --set limits.launches=200 \
  --set platform.simulated.create-latency=1ms --set platform.simulated.init=1ms
large=$!
started() { [ "$(scaler usage --platform 127.0.0.1:$((base + 41)) 2>/dev/null | awk '/slots running/ {print $NF}')" = 20,000 ]; }
wait_for 300 "20,000 instances" started
say "Its callers use them for a while …"
scaler load --functions 10000 --skew 0 --concurrency 2 --rounds 1 --duration 100s \
  --target large=127.0.0.1:$((base + 41)) >"$work/large-load.txt" 2>/dev/null || result=1
jcmd "$large" GC.run >/dev/null 2>&1
heap=$(jcmd "$large" GC.heap_info 2>/dev/null | awk '
  /PSYoungGen|ParOldGen|garbage-first|def new|tenured/ {
    for (i = 1; i < NF; i++) if ($i == "used") sum += $(i + 1)
  }
  END {printf "%d MB", sum / 1024}')
kill "$large"
await_end "$large"
pids=()
printf '\n10,000 functions, 20,000 instances: heap in use after a collection %s of 512 MB\n' "${heap:-unknown}"
grep -o 'the latest [0-9]* ticks: .*' "$work/large.log" | tail -1
exit "$result"
