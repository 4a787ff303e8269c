# A container engine, the base images and a browser, where they are missing. Sourced by scripts beside this.

# Starts an engine where there is none and it may be installed; says what to do where not.
need_engine() {
  docker info >/dev/null 2>&1 && return
  if [ "$(id -u)" != 0 ]; then
    fail "No container engine answers: start Docker, or let this user reach it (docker info must work)."
  fi
  if ! command -v dockerd >/dev/null 2>&1; then
    command -v apt-get >/dev/null 2>&1 ||
      fail "No container engine answers, and it can be installed here on Debian only: install Docker."
    say "Installing a container engine …"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
      --no-install-recommends docker.io iptables ca-certificates; } >&2 ||
      fail "The container engine could not be installed: install Docker."
  fi
  say "Starting the container engine …"
  setsid nohup dockerd >/var/log/dockerd.log 2>&1 </dev/null &
  disown
  local left=150
  until docker info >/dev/null 2>&1; do
    left=$((left - 1))
    if [ "$left" -le 0 ]; then
      tail -n 15 /var/log/dockerd.log >&2
      fail "The container engine did not start; its log is /var/log/dockerd.log."
    fi
    sleep 0.2
  done
}

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

# The label of an image made here: what it was made by and of. One that was made otherwise is made anew.
made_of=io.scaler.made-of
fingerprint() { printf '%s\n' "$@" | sha256sum | cut -c1-64; }
is_made_of() { [ "$(docker image inspect -f "{{index .Config.Labels \"$made_of\"}}" "$1" 2>/dev/null)" = "$2" ]; }

# Whether a registry has the image; where none is to be reached this takes a few seconds once.
pull() {
  has_image "$1" && return
  [ "${NO_REGISTRY:-}" = 1 ] && return 1
  say "Fetching $1 …"
  if ! timeout 120 docker pull -q "$1" >/dev/null 2>&1; then
    NO_REGISTRY=1
    return 1
  fi
}

# Sets java_base: Temurin from a registry, or else one made of this machine's own JDK.
need_java_base() {
  java_base=eclipse-temurin:17-jre
  pull "$java_base" && return
  java_base=scaler-java-base:archived
  local folder java_home library made
  java_home=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
  made=$(fingerprint "$(cat "$java_home/release")" "$(declare -f need_java_base)")
  is_made_of "$java_base" "$made" && return
  say "No registry: making a base image of this machine's JDK …"
  need_packages busybox-static
  folder=$(mktemp -d)
  "$java_home/bin/jlink" --output "$folder/opt/java" --strip-debug --no-header-files --no-man-pages \
    --add-modules java.se,jdk.unsupported,jdk.management,jdk.management.agent,jdk.jcmd,jdk.jfr,jdk.crypto.ec,jdk.zipfs,jdk.httpserver,jdk.net,jdk.charsets ||
    fail "jlink could not make a runtime of $java_home."
  # As Temurin's images have it: what the image of a node archives goes on top.
  "$folder/opt/java/bin/java" -Xshare:dump >/dev/null ||
    fail "The runtime's classes could not be archived."
  mkdir -p "$folder"/{bin,etc,tmp,usr/bin}
  chmod 1777 "$folder/tmp"
  echo 'root:x:0:0:root:/:/bin/sh' >"$folder/etc/passwd"
  echo 'hosts: files dns' >"$folder/etc/nsswitch.conf"
  cp "$(command -v busybox)" "$folder/bin/busybox"
  for tool in sh cat ls sleep tail wget; do ln -s busybox "$folder/bin/$tool"; done
  ln -s /opt/java/bin/java /opt/java/bin/jcmd "$folder/usr/bin/"
  {
    find "$folder/opt/java" \( -name '*.so' -o -path '*/bin/*' \) -type f -exec ldd {} + 2>/dev/null |
      grep -o '/[^ ]*\.so[^ ]*' | grep -v "^$folder"
    ls /lib/*/libnss_dns.so.2 /lib/*/libnss_files.so.2 /lib/*/libresolv.so.2 2>/dev/null
  } | sort -u | while read -r library; do
    [ -f "$library" ] && mkdir -p "$folder$(dirname "$library")" && cp -L "$library" "$folder$library"
  done
  (set -o pipefail && tar -C "$folder" -c . |
    docker import -c 'ENV PATH=/usr/bin:/bin LANG=C.UTF-8' -c "LABEL $made_of=$made" - "$java_base" >/dev/null) ||
    fail_without "$java_base" "The base image could not be imported."
  rm -rf "$folder"
}

# Sets haproxy_base: Debian with haproxy, and with the tools that tests disturb networks with.
need_haproxy_base() {
  haproxy_base=scaler-haproxy:local
  local made
  made=$(fingerprint "$(declare -f need_haproxy_base)")
  is_made_of "$haproxy_base" "$made" && return
  if pull debian:bookworm-slim; then
    say "Building the image of haproxy …"
    printf '%s\n' 'FROM debian:bookworm-slim' \
      'RUN apt-get update && apt-get install -y --no-install-recommends haproxy iproute2 iptables && rm -rf /var/lib/apt/lists/*' |
      docker build -q --label "$made_of=$made" -t "$haproxy_base" - >/dev/null || fail "The image of haproxy could not be built."
    return
  fi
  say "No registry: making an image with haproxy of Debian's packages …"
  need_packages mmdebstrap
  (set -o pipefail && mmdebstrap --quiet --variant=minbase --include=haproxy,iproute2,iptables bookworm |
    docker import -c "LABEL $made_of=$made" - "$haproxy_base" >/dev/null) ||
    fail_without "$haproxy_base" "The image could not be made."
}

# Fails, and leaves no image that is made in part: fail_without IMAGE WHY
fail_without() {
  docker rmi "$1" >/dev/null 2>&1 || true
  fail "$2"
}

# Chromium, which tests look at the nodes' page with; CHROMIUM may name it where it is not Debian's.
need_chromium() {
  [ -x "${CHROMIUM:-/usr/bin/chromium}" ] && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 ||
    fail "Chromium is needed, and it can be installed here as root on Debian only: install it, and name it in CHROMIUM."
  say "Installing Chromium …"
  need_packages chromium
}

# Removes containers and networks of this project's tests that did not end by themselves; they carry this label.
test_label=io.scaler.test=true
remove_leftovers() {
  docker ps -aq --filter "label=$test_label" | xargs -r docker rm -f >/dev/null
  docker network ls -q --filter "label=$test_label" | xargs -r docker network rm >/dev/null
}

need_packages() {
  local package missing=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >&2 ||
    fail "These packages are needed and could not be installed: ${missing[*]}."
}

# Builds the images scaler and scaler-haproxy of what is here.
build_images() {
  build_jar
  need_engine
  need_java_base
  need_haproxy_base
  say "Building the images …"
  local context
  context=$(mktemp -d)
  cp "$jar" "$root/deploy/container/Dockerfile" "$context/"
  docker build -q -t scaler:local --build-arg BASE_IMAGE="$java_base" "$context" >/dev/null ||
    fail "The image of the node could not be built."
  rm -rf "$context"
}
