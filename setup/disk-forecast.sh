#!/bin/sh
# Says how much disk the stack will need once everything is as old as it may get: setup/disk-forecast.sh, run in the folder of compose.yaml.
#   Loki        lines a day x bytes a line on disk x days of retention     (bytes a line: what it has on disk / what it was given)
#   Prometheus  bytes a day x days of retention, or its limit by size      (bytes a day: what it has on disk / its age)
# It gets better with every day: in the first hours bytes a line are mostly Loki's own files. Retention comes from loki/loki.yaml and prometheus/prometheus.yaml.
set -eu

# shellcheck disable=SC1091 # it is beside this script
. "$(dirname "$0")/need-compose.sh"
need_compose disk-forecast
case " $($COMPOSE ps --services --status running | tr '\n' ' ') " in
  *' prometheus '*) ;;
  *) echo "disk-forecast: Prometheus does not run, and only it knows how many lines come: docker compose up -d" >&2; exit 1 ;;
esac

# A number out of Prometheus; 0 where it has none.
ask() {
  $COMPOSE exec -T prometheus wget -q -O - "http://127.0.0.1:9090/api/v1/query?query=$1" | sed -n 's/.*"value":\[[^,]*,"\([^"]*\)".*/\1/p' | grep . || echo 0
}

hours=$(sed -n 's/^ *retention_period: *\([0-9]*\)h.*/\1/p' loki/loki.yaml)
days=$(sed -n 's/^ *time: *\([0-9]*\)d.*/\1/p' prometheus/prometheus.yaml)
gigabytes=$(sed -n 's/^ *size: *\([0-9]*\)GB.*/\1/p' prometheus/prometheus.yaml)
lines_day=$(ask 'sum(rate(logproc_lines_delivered_total%5B1d%5D))*86400')
lines_all=$(ask 'sum(logproc_lines_delivered_total)')
age_days=$(ask '(time()-prometheus_tsdb_lowest_timestamp_seconds)/86400')
sizes=$($COMPOSE run --rm --no-deps -T --entrypoint du setup -sk /volumes/loki-data /volumes/prometheus-data)
free=$($COMPOSE run --rm --no-deps -T --entrypoint df setup -k /volumes/loki-data | awk 'END { print $4 }')

echo "$sizes" | awk -v hours="$hours" -v days="$days" -v limit="$gigabytes" -v day="$lines_day" -v all="$lines_all" -v age="$age_days" -v free="$free" '
  /loki-data/ { loki = $1 * 1024 }
  /prometheus-data/ { prometheus = $1 * 1024 }
  function gib(bytes) { return sprintf("%.2f GiB", bytes / 1073741824) }
  END {
    if (age > 0 && age < 1) day = all / age
    per_line = all > 0 ? loki / all : 0
    loki_then = day * per_line * hours / 24
    per_day = age > 0 ? prometheus / age : 0
    prometheus_then = per_day * days
    if (prometheus_then > limit * 1e9) prometheus_then = limit * 1e9
    printf "Loki:       %s now; %.0f lines a day x %.0f bytes x %d days = %s\n", gib(loki), day, per_line, hours / 24, gib(loki_then)
    printf "Prometheus: %s now; %s a day x %d days, at most %d GB = %s\n", gib(prometheus), gib(per_day), days, limit, gib(prometheus_then)
    printf "Together:   %s to come, %s free\n", gib(loki_then + prometheus_then), gib(free * 1024)
    if (age < 1) print "Less than a day is known: ask again tomorrow before you believe it."
  }'
