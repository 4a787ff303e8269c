#!/usr/bin/env bash
# Every check and every test: formatting, compiler warnings, unit tests, tests over real nodes, tests
# over containers.
set -eu
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$(dirname "${BASH_SOURCE[0]}")/engine.sh"

for argument in "$@"; do
  case $argument in
    -D*) ;;
    -h | --help)
      echo "Usage: deploy/test.sh [-Dscaler.disturb.seconds=N] [-Dscaler.disturb.seed=N]"
      echo "Builds everything and runs every test; installs JDK 17, Maven, a container engine and Chromium where it can."
      echo "The options are for the test that disturbs a cluster at random: how long (30 s), and what to repeat."
      exit 0
      ;;
    *) fail "Unknown argument: $argument" ;;
  esac
done

need_java_and_maven
need_engine
need_java_base
need_haproxy_base
need_chromium
remove_leftovers
# The engine is on this machine, and what tests leave behind is removed here rather than by a container.
export REQUIRE_CONTAINERS=1 REQUIRE_CHROMIUM=1 JAVA_BASE_IMAGE=$java_base HAPROXY_IMAGE=$haproxy_base
export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=localhost TESTCONTAINERS_PULL_TIMEOUT=5
cd "$root"
mvn -B -ntp verify "$@"
