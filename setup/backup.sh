#!/bin/sh
# Writes what the stack keeps into one archive: setup/backup.sh FILE.tar.gz, run in the folder of compose.yaml.
# Never in it: keys (a copy would outlive the day they are destroyed) and raw logs (they hold addresses). nginx and the platform go on serving
# meanwhile: their log is the queue. What writes is stopped for as long as the copying takes, so that the copy is of one moment.
set -eu

# shellcheck disable=SC1091 # it is beside this script
. "$(dirname "$0")/need-compose.sh"
volumes='processor-state loki-data prometheus-data alertmanager-data grafana-data grafana-secrets agent-positions'
writers='processor promtail alloy loki prometheus alertmanager grafana'

file=${1:-}
case "$file" in
  *.tar.gz) ;;
  *) echo "usage: setup/backup.sh FILE.tar.gz" >&2; exit 2 ;;
esac
if [ -e "$file" ]; then
  echo "backup: $file is there already; it is left as it is" >&2
  exit 1
fi

need_compose backup
be_alone backup
umask 077
# Before anything is stopped for it.
(: > "$file.part") || { echo "backup: $file.part cannot be written; nothing was changed" >&2; exit 1; }
# One that is started over and over writes too, between two falls.
running=$($COMPOSE ps --services --status running --status restarting)
stopped=''
for name in $writers; do
  case " $(echo "$running" | tr '\n' ' ') " in *" $name "*) stopped="$stopped $name" ;; esac
done
# However this ends, what was stopped runs again: also where the terminal is gone (HUP), as when a connection breaks.
trap 'trap "" INT TERM HUP; [ -z "$stopped" ] || $COMPOSE start $stopped >/dev/null; rm -f "$file.part"' EXIT
trap 'exit 1' INT TERM HUP
# shellcheck disable=SC2086 # a list of names
[ -z "$stopped" ] || $COMPOSE stop $stopped

# shellcheck disable=SC2086
$COMPOSE run --rm --no-deps -T --entrypoint tar setup -C /volumes --numeric-owner -czf - $volumes > "$file.part"
gzip -t "$file.part"
mv "$file.part" "$file"
sha256sum "$file" | sed 's, .*/,  ,' > "$file.sha256"
echo "backup: $file, $(wc -c < "$file") bytes, with its sum in $file.sha256. It holds Grafana's secrets: keep it as you keep a password."
