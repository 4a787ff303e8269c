#!/usr/bin/env bash
# What every policy comes to on every trace: the tables of docs/policies.md.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'END'
Usage: deploy/tables.sh [--only-given] [--trace NAME=PATH [--init TIME] [--prices P,P,…]]… [--keep DIR]

Simulates the bundled trace and the generated ones, and those that are given, under every policy, and
puts each trace's table into docs/policies.md in place of its last one, the summary with them. The
tables of traces that are not run, and the text around them, stay as they are. Takes some minutes; a
day of millions of calls about a minute for each policy.

  --trace NAME=PATH   a folder or file of a trace besides, and what to call it; repeatable
  --init TIME         how long applications start in the trace named last, where it does not say
  --prices P,P,…      for the trace named last, cost-optimal also at these prices of a second of waiting, in GB*s
  --only-given        only the traces that are given
  --keep DIR          leave each trace's figures and report page in DIR; what is there and newer than the
                      jar is taken from there instead of being run again
END
}

only_given='' keep='' names=() paths=() inits=() prices=()
of_a_trace() { [ ${#names[@]} -gt 0 ] || fail "$1 is for a trace: it goes after --trace NAME=PATH."; }
while [ $# -gt 0 ]; do
  case $1 in
    --trace)
      take given text "$@" && shift 2
      [[ $given =~ ^([A-Za-z0-9][A-Za-z0-9._-]{0,60})=(.+)$ ]] ||
        fail "--trace: must be NAME=PATH, a NAME of letters, digits, dots and dashes; is $given"
      [[ " demo ${names[*]} " != *" ${BASH_REMATCH[1]} "* ]] || fail "--trace: ${BASH_REMATCH[1]} is another trace's name: choose another."
      [ -e "${BASH_REMATCH[2]}" ] || fail "--trace: ${BASH_REMATCH[2]} does not exist: give the trace's folder or file."
      names+=("${BASH_REMATCH[1]}") paths+=("$(realpath "${BASH_REMATCH[2]}")") inits+=('') prices+=('')
      ;;
    --init) of_a_trace --init && take "inits[$((${#names[@]} - 1))]" duration "$@" && shift 2 ;;
    --prices)
      of_a_trace --prices && take given text "$@" && shift 2
      [[ $given =~ ^[0-9]+(\.[0-9]+)?(,[0-9]+(\.[0-9]+)?)*$ ]] || fail "--prices: must be numbers with commas between, is $given"
      prices[${#names[@]} - 1]=$given
      ;;
    --only-given) only_given=yes && shift ;;
    --keep) take keep text "$@" && shift 2 ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && fail "Unknown argument: $1" ;;
  esac
done
[ -z "$only_given" ] || [ ${#names[@]} -gt 0 ] || fail "--only-given: no trace is given; --trace NAME=PATH names one."

document=$root/docs/policies.md
grep -q '^<!-- summary -->$' "$document" 2>/dev/null && grep -q '^<!-- tables end here -->$' "$document" ||
  fail "$document is missing, or the lines that say where the tables go: take it from the repository again."
build_jar
work=$(mktemp -d)
trap stop_all EXIT
trap 'exit 130' INT TERM
if [ -n "$keep" ]; then
  mkdir -p "$keep" || fail "--keep: $keep cannot be made."
  keep=$(realpath "$keep")
else
  keep=$work/kept
  mkdir "$keep"
fi

fixed=fixed:1s,fixed:5s,fixed:10s,fixed:1m,fixed:5m,fixed:10m
all=none,$fixed,contest,hybrid,greedy-dual,cost-optimal

# Runs a trace and puts its section into the document: section HEADING FILE TRACE [ARGUMENTS…]. FILE names what
# is kept; a trace that is given lies in the folder of links under its name, so that no other path is told.
section() {
  local heading=$1 file=$2 trace=$3 begun=$SECONDS
  shift 3
  local arguments=(simulate --trace "$trace" "$@") out=$keep/$file
  if [ "$out.json" -nt "$jar" ] && [ -s "$out.txt" ] && [ -s "$out.gc" ]; then
    say "$heading: taken from $out.json"
  else
    say "$heading: ${arguments[*]}"
    (cd "$work" && java -Xmx1g -Xlog:gc:file="$work/gc" -jar "$jar" "${arguments[@]}" \
      --json "$work/json" --report "$work/html" >"$work/txt") || fail "$heading: the simulation failed, see above."
    mv "$work/txt" "$out.txt" && mv "$work/gc" "$out.gc" && mv "$work/html" "$out.html" && mv "$work/json" "$out.json" || exit
    say "$heading: done in $((SECONDS - begun)) s"
  fi
  local what heap
  what=$(sed -n '1s/^[^ ]*: //p' "$out.txt")
  heap=$(sed -n 's/.* \([0-9]*\)M->.*/\1/p' "$out.gc" | sort -n | tail -1)
  rows "$out.json" "$heading" "$what" "java -Xmx1g -jar scaler-node/target/scaler.jar ${arguments[*]}" "${heap:-0}" >"$work/section" ||
    fail "$out.json is not what simulate --json writes: remove it and run this again."
  insert "$heading"
}

# A section as Markdown: rows JSON HEADING WHAT COMMAND HEAP. Its first line carries what the summary is made of.
rows() {
  awk -v heading="$2" -v what="$3" -v command="$4" -v heap="$5" '
    function commas(number, decimals,   text, whole, end) {
      text = sprintf("%." decimals "f", number)
      whole = text; sub(/\..*/, "", whole); end = substr(text, length(whole) + 1)
      while (match(whole, /[0-9][0-9][0-9][0-9]($|,)/)) whole = substr(whole, 1, RSTART) "," substr(whole, RSTART + 1)
      return whole end
    }
    function cell(text) { return (isBold ? "**" text "**" : text) " | " }
    /^ *"[A-Za-z0-9]*" : |^.*{ *$/ {
      if (!match($0, /"[A-Za-z0-9]*" : /)) next
      key = substr($0, RSTART + 1, RLENGTH - 5)
      value = substr($0, RSTART + RLENGTH); sub(/,? *$/, "", value); gsub(/"/, "", value)
      if (key == "policy") names[++n] = value
      figures[n, key] = key == "policy" ? value : value + 0
    }
    END {
      for (i = 1; i <= n; i++) {
        if (names[i] == "cost-optimal") own = i
        if (names[i] == "clairvoyant" || names[i] ~ /^cost-optimal/) continue
        if (!best || figures[i, "score"] > figures[best, "score"]) best = i
        if (!least || figures[i, "coldPercent"] < figures[least, "coldPercent"]) least = i
      }
      if (!own || !best) exit 1
      ahead = sprintf("%.2f", figures[own, "score"]) - sprintf("%.2f", figures[best, "score"])
      printf "<!-- table|%s|%.2f|%s|%.2f|%.2f|%.2f|%s|%.2f -->\n", heading, figures[own, "score"], names[best],
        figures[best, "score"], ahead, figures[own, "coldPercent"], names[least], figures[least, "coldPercent"]
      printf "### %s\n\n%s.\n\n    %s\n\n", heading, what, command
      print "| policy | score | resource | latency | cold % | p75 function cold % | GB*s wasted | wasted / fixed 10m | seconds |"
      print "|---|---|---|---|---|---|---|---|---|"
      for (i = 1; i <= n; i++) {
        isBold = i == own
        line = "| " cell(names[i]) cell(sprintf("%.2f", figures[i, "score"])) cell(sprintf("%.2f", figures[i, "resource"]))
        line = line cell(sprintf("%.2f", figures[i, "latency"])) cell(sprintf("%.2f", figures[i, "coldPercent"]))
        line = line cell(sprintf("%.2f", figures[i, "p75ColdPercent"])) cell(commas(figures[i, "wastedGbSeconds"], 1))
        line = line cell(commas(figures[i, "wastedVsFixed10m"], 3)) cell(commas(figures[i, "seconds"], 1))
        sub(/ $/, "", line)
        print line
      }
      if (ahead > 0) verdict = sprintf("%.2f points ahead of", ahead)
      else if (ahead < 0) verdict = sprintf("%.2f points **BEHIND**", -ahead)
      else verdict = "level with"
      printf "\nIn score, cost-optimal is %s the best other, %s (%.2f). Of its requests %.2f %% start cold; ", verdict,
        names[best], figures[best, "score"], figures[own, "coldPercent"]
      printf "the other with the fewest is %s, with %.2f %%. ", names[least], figures[least, "coldPercent"]
      if (heap > 0) printf "Heap in use: at most %s MB.\n", commas(heap, 0)
      else print "The heap was never collected."
      print "<!-- end of table -->"
    }' "$1"
}

# Puts the section into the document, in place of that of the same heading or behind the others.
insert() {
  awk -v section="$work/section" -v heading="$1" '
    function put() { while ((getline line < section) > 0) print line; put_already = 1 }
    index($0, "<!-- table|" heading "|") == 1 { put(); isOld = 1 }
    $0 == "<!-- tables end here -->" && !put_already { put(); print "" }
    !isOld { print }
    $0 == "<!-- end of table -->" { isOld = 0 }
  ' "$document" >"$work/document" && cp "$work/document" "$document" || fail "$document cannot be written."
}

# The summary, of all tables that the document has.
summarize() {
  awk '
    FNR == 1 { file++ }
    file == 1 { if (/^<!-- table\|/) tables[++n] = $0; next }
    $0 == "<!-- end of summary -->" { isOld = 0 }
    !isOld { print }
    $0 == "<!-- summary -->" {
      isOld = 1
      print "| trace | cost-optimal | best other | its score | cost-optimal is | cold %, cost-optimal | fewest cold %, other |"
      print "|---|---|---|---|---|---|---|"
      for (i = 1; i <= n; i++) {
        split(tables[i], part, /\|| -->/)
        verdict = part[6] > 0 ? part[6] " ahead" : part[6] < 0 ? "**" (-part[6]) " BEHIND**" : "level"
        printf "| %s | %s | %s | %s | %s | %s | %s (%s) |\n", part[2], part[3], part[4], part[5], verdict, part[7], part[9], part[8]
        if (part[6] < 0) behind++
      }
      printf "\nCost-optimal is ahead in %d of %d tables, and not in %d.\n", n - notAhead(), n, notAhead()
    }
    function notAhead(   i, p, count) {
      for (i = 1; i <= n; i++) { split(tables[i], p, /\|| -->/); count += p[6] <= 0 }
      return count + 0
    }
  ' "$document" "$document" >"$work/document" && cp "$work/document" "$document" || fail "$document cannot be written."
}

if [ -z "$only_given" ]; then
  section demo demo demo --policy "$all"
  for kind in mixed timers bursts diurnal rare drifting heavy-tailed; do
    section "generated:$kind" "generated-$kind" "generated:$kind" --policy "$all"
  done
  # Less than what the others use at the most, so that somebody has to go.
  section "demo, 8 GB of memory" demo-limited demo --policy "$all" --set limits.memory=8GB
  section "generated:drifting, 8 GB of memory" generated-drifting-limited generated:drifting --policy "$all" --set limits.memory=8GB
fi
for i in "${!names[@]}"; do
  name=${names[$i]}
  ln -sfn "${paths[$i]}" "$work/$name"
  arguments=()
  [ -n "${inits[$i]}" ] && arguments+=(--init "${inits[$i]}")
  policies=$all
  [ -n "${prices[$i]}" ] && policies=$all,cost-optimal:${prices[$i]//,/,cost-optimal:}
  section "$name" "$name" "$name" "${arguments[@]}" --policy "$policies"
done
summarize
say "see $document"
