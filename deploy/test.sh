#!/usr/bin/env bash
# Every check and every test: formatting, compiler warnings, unit tests, tests over real nodes, tests
# over containers.
set -eu
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$(dirname "${BASH_SOURCE[0]}")/engine.sh"

case ${1:-} in
  '') ;;
  -h | --help)
    echo "Usage: deploy/test.sh"
    echo "Builds everything and runs every test; installs JDK 17, Maven and a container engine where it can."
    exit 0
    ;;
  *) fail "Unknown argument: $1" ;;
esac

need_java_and_maven
need_engine
need_java_base
need_haproxy_base
remove_leftovers
# The engine is on this machine, and what tests leave behind is removed here rather than by a container.
export REQUIRE_CONTAINERS=1 JAVA_BASE_IMAGE=$java_base HAPROXY_IMAGE=$haproxy_base
export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=localhost TESTCONTAINERS_PULL_TIMEOUT=5
cd "$root"
mvn -B -ntp verify
