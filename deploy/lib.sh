# What the scripts beside this share. Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jar=$root/scaler-node/target/scaler.jar

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# Sets a variable to an option's value, checked: take VARIABLE KIND OPTION [VALUE] [MORE…]. KIND is text,
# number (1 to 999999), seconds (may have a fraction), duration, port, base (a first port of several) or node.
take() {
  local option=$3 value=${4:-}
  { [ -n "$value" ] && [ "${value#--}" = "$value" ]; } || fail "$option: needs a value; --help says more"
  must_be() { fail "$option: must be $1, is $value"; }
  between() {
    { [[ $value =~ ^[1-9][0-9]{0,5}$ ]] && [ "$value" -ge "$1" ] && [ "$value" -le "$2" ]; } ||
      must_be "a number between $1 and $2"
  }
  case $2 in
    text) ;;
    number) between 1 999999 ;;
    port) between 1 65535 ;;
    base) between 1024 65485 ;;
    seconds) [[ $value =~ ^[0-9]{1,6}(\.[0-9]{1,3})?$ ]] || must_be "a number of seconds, such as 15 or 0.5" ;;
    duration) [[ $value =~ ^[0-9]{1,9}(\.[0-9]{1,6})?(ms|s|m|h)$ ]] || must_be "a duration, such as 500ms, 15s or 10m" ;;
    node) [[ $value =~ ^node[123]$ ]] || must_be "node1, node2 or node3" ;;
  esac
  printf -v "$1" %s "$value"
}

# Installs JDK 17 or Maven where they are missing and may be installed; says what to do where not.
need_java_and_maven() {
  local missing=()
  command -v javac >/dev/null 2>&1 || missing+=(openjdk-17-jdk-headless)
  command -v mvn >/dev/null 2>&1 || missing+=(maven)
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "Installing ${missing[*]} …"
    apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 && return
  fi
  fail "JDK 17 and Maven 3.8.7 or newer are needed; missing: ${missing[*]} (names as Debian has them)."
}

package() { (cd "$root" && mvn -q -B -pl scaler-node -am -DskipTests package); }

# Builds the jar unless it is newer than everything that goes into it.
build_jar() {
  need_java_and_maven
  if [ -f "$jar" ] && [ -z "$(find "$root"/pom.xml "$root"/scaler-proto "$root"/scaler-node \
    -name target -prune -o -type f -newer "$jar" -print -quit)" ]; then
    return
  fi
  say "Building $jar (the first time, Maven fetches libraries: a few minutes) …"
  local dots built
  # A dot every two seconds, for as long as this script lives.
  (while sleep 2 && kill -0 $$ 2>/dev/null; do printf . >&2; done) &
  dots=$!
  disown
  if [ -t 2 ]; then
    package >&2
    built=$?
  else
    # Maven ends with colours even where it is told to have none.
    package 2>&1 | sed $'s/\e\\[[0-9;]*m//g' >&2
    built=${PIPESTATUS[0]}
  fi
  kill "$dots" 2>/dev/null
  say ""
  [ "$built" = 0 ] || fail "The build failed."
}

# Classes of the jar as the JVM wants them: what starts with them starts in half the time. Sets
# archive_options, to nothing where they cannot be archived, which is tried once.
archive=$root/scaler-node/target/scaler.jsa
archive_options=
archive_tried=
archive_classes() {
  [ -n "$archive_tried" ] && return
  archive_tried=yes
  if ! [ "$archive" -nt "$jar" ]; then
    rm -f "$archive"
    if ! java -Xmx256m -XX:ArchiveClassesAtExit="$archive" -jar "$jar" node --rehearse-only >/dev/null 2>&1 ||
      ! [ -f "$archive" ]; then
      rm -f "$archive"
      say "The classes of $jar could not be archived; processes start without, which takes longer." \
        "What it says: java -jar $jar node --rehearse-only"
      return
    fi
  fi
  archive_options=-XX:SharedArchiveFile=$archive
}

scaler() { java -jar "$jar" "$@"; }

# Says what to ask a node next, and how to treat a function otherwise. Usage: say_next HOST:PORT KEY
say_next() {
  local command="  java -jar scaler-node/target/scaler.jar" key
  key=$(printf %q "$2")
  say "$command functions --scaler $1"
  say "$command explain $key --scaler $1"
  say "$command override $key --policy fixed --min 1 --scaler $1"
  say "$command override $key --remove --scaler $1"
}

# Says how to kill a node of start_cluster by hand and how to bring it back, which this script does on SIGUSR1.
say_how_to_kill() {
  say "Kill node 3 (port $((cluster_base + 2)); nodes 1 and 2 are processes ${node_pids[0]} and ${node_pids[1]}), see the others go on, have it started again:"
  say "  kill -9 ${node_pids[2]}"
  say "  java -jar scaler-node/target/scaler.jar status --scaler 127.0.0.1:$cluster_base"
  say "  kill -USR1 $$"
}

# Processes that are to end with the script: pids in the order of their start.
pids=()
work=

await_end() {
  local left=150
  while kill -0 "$1" 2>/dev/null && [ "$left" -gt 0 ]; do
    left=$((left - 1))
    sleep 0.1
  done
  kill -9 "$1" 2>/dev/null
}

stop_all() {
  trap - EXIT INT TERM
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done
  for pid in "${pids[@]}"; do await_end "$pid"; done
  [ -n "$work" ] && rm -rf "$work"
}

# Whether somebody listens on a port of 127.0.0.1.
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Whether the HTTP server on a port answers a path with 200.
answers() {
  { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&3
  local line
  IFS= read -r line <&3
  exec 3<&- 3>&-
  [[ $line == *" 200 "* ]]
}

# Waits for a condition: wait_for SECONDS WHAT COMMAND…; shows the logs if it does not come.
wait_for() {
  local left=$(($1 * 5)) what=$2
  shift 2
  until "$@"; do
    left=$((left - 1))
    if [ "$left" -le 0 ]; then
      say "$what did not come in time. The last lines of the logs:"
      tail -n 15 "$work"/*.log >&2
      exit 1
    fi
    sleep 0.2
  done
}

free_port() {
  listens "$1" && fail "Port $1 of 127.0.0.1 is in use; choose others with --port-base."
  return 0
}

# Starts a command in the background, its output in a log: start NAME ARGUMENTS…
start() {
  local name=$1
  shift
  archive_classes
  # shellcheck disable=SC2086 # options, several
  java ${SCALER_JAVA_OPTS:-} ${archive_options:+"$archive_options"} -jar "$jar" "$@" >"$work/$name.log" 2>&1 &
  pids+=($!)
  # The shell is not to report it when it is killed.
  disown
}

# Starts the node of this number, from 0 on, of the cluster of start_cluster.
start_node() {
  start "node$(($1 + 1))" node \
    --set grpc.port=$((cluster_base + $1)) --set http.port=$((cluster_base + 10 + $1)) \
    --set cluster.port=$((cluster_base + 20 + $1)) --set cluster.members="$cluster_members" \
    --set cluster.expected-size=3 --set cluster.name="scaler-$cluster_base" \
    --set platform.kind=grpc --set platform.address=127.0.0.1:$((cluster_base + 30)) "${cluster_arguments[@]}"
  node_pids[$1]=$!
}

# Starts the nodes that were killed again.
revive() {
  local i revived=
  for i in "${!node_pids[@]}"; do
    kill -0 "${node_pids[$i]}" 2>/dev/null && continue
    start_node "$i"
    revived=1
    say "Node $((i + 1)) starts again, as process ${node_pids[$i]}; it serves within seconds."
  done
  [ -n "$revived" ] || say "All nodes run."
}

# Starts the platform and three nodes, and waits until they serve. Ports from $1 on: 0-2 gRPC,
# 10-12 HTTP, 20-22 Hazelcast, 30 platform. Sets node_pids and targets. More arguments go to every node.
start_cluster() {
  local base=$1 platform_arguments=$2 i members
  shift 2
  for i in 0 1 2; do
    free_port $((base + i))
    free_port $((base + 10 + i))
    free_port $((base + 20 + i))
  done
  free_port $((base + 30))
  members=127.0.0.1:$((base + 20)),127.0.0.1:$((base + 21)),127.0.0.1:$((base + 22))
  # shellcheck disable=SC2086 # arguments, several
  start platform platform --port $((base + 30)) $platform_arguments
  cluster_base=$base cluster_members=$members cluster_arguments=("$@")
  node_pids=()
  for i in 0 1 2; do start_node "$i"; done
  targets=127.0.0.1:$base,127.0.0.1:$((base + 1)),127.0.0.1:$((base + 2))
  for i in 0 1 2; do
    wait_for 60 "Node $((i + 1))" answers $((base + 10 + i)) /health/ready
  done
}
