#!/usr/bin/env bash
# Three nodes behind haproxy, in containers.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$(dirname "${BASH_SOURCE[0]}")/engine.sh"

usage() {
  cat <<'END2'
Usage: deploy/compose.sh up | down | status | kill NODE | start NODE | logs [NODE]

up       installs and starts a container engine where there is none, builds the images, starts three
         nodes, a simulated platform and haproxy, and waits until all are ready
down     stops and removes them
status   says what runs, and which nodes get calls
kill     kills a node (node1, node2 or node3) as a crash would; start brings it back
logs     shows the latest of what they logged

HAPROXY_PORT (9001) is where callers reach haproxy, on 127.0.0.1; PAGE_PORT_1 (9181), PAGE_PORT_2 (9182) and
PAGE_PORT_3 (9183) are where the nodes' pages are.
END2
}

compose() {
  if docker compose version >/dev/null 2>&1; then
    docker compose -p scaler -f "$root/deploy/container/compose.yaml" "$@"
  else
    command -v docker-compose >/dev/null 2>&1 || need_packages docker-compose
    docker-compose -p scaler -f "$root/deploy/container/compose.yaml" "$@"
  fi
}

take port port HAPROXY_PORT "${HAPROXY_PORT:-9001}"
take state_port port HAPROXY_STATE_PORT "${HAPROXY_STATE_PORT:-9082}"
states() { curl -fsS "http://127.0.0.1:$state_port/;csv" 2>/dev/null | awk -F, '$1 == "nodes" && $2 != "BACKEND" {print $2, $18}'; }
all_up() { [ "$(states | grep -c ' UP$')" = 3 ]; }

case ${1:-} in
  up)
    build_images
    export HAPROXY_IMAGE="${HAPROXY_IMAGE:-$haproxy_base}"
    compose up -d --remove-orphans >&2 || fail "The containers did not start."
    left=120
    until all_up; do
      left=$((left - 1))
      [ "$left" -gt 0 ] || { compose logs --tail 20 >&2; fail "Not all nodes came up; their logs are above."; }
      sleep 0.5
    done
    say "Three nodes serve scaler.v1 and serverless.simulator at 127.0.0.1:$port, through haproxy. Send them traffic:"
    say "  java -jar scaler-node/target/scaler.jar replay --trace demo --target 127.0.0.1:$port"
    say "and kill one meanwhile: deploy/compose.sh kill node1"
    say "Then ask which functions there are, why the last starts of one were cold, treat it otherwise, and take that back:"
    say_next "127.0.0.1:$port" burst-encode
    say "The nodes' pages show it: http://127.0.0.1:${PAGE_PORT_1:-9181}, http://127.0.0.1:${PAGE_PORT_2:-9182} and http://127.0.0.1:${PAGE_PORT_3:-9183}"
    ;;
  down) need_engine && compose down --volumes --remove-orphans ;;
  status) compose ps && states ;;
  kill | start) take node node "$1" "${2:-}" && compose "$1" "$node" ;;
  logs) shift && compose logs --tail 100 "$@" ;;
  -h | --help) usage ;;
  *) usage >&2 && exit 2 ;;
esac
