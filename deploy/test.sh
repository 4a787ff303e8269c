#!/usr/bin/env bash
# Every check and every test: formatting, compiler warnings, unit tests, tests over real nodes.
set -eu
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case ${1:-} in
  '') ;;
  -h | --help)
    echo "Usage: deploy/test.sh"
    echo "Builds everything and runs every test; installs JDK 17 and Maven where it can."
    exit 0
    ;;
  *) fail "Unknown argument: $1" ;;
esac

need_java_and_maven
cd "$root"
mvn -B -ntp verify
