#!/bin/sh
# Puts an archive of backup.sh in the place of what the stack keeps now: setup/restore.sh FILE.tar.gz [--new-keys], run in the folder of compose.yaml.
# Keys are in no archive. On the machine that made it they are still there. On another one say --new-keys: open visits of the day of the backup
# are given up, as `tidewatch rekey` says. What the stack kept until now is lost: back it up first.
set -eu

# shellcheck disable=SC1091 # it is beside this script
. "$(dirname "$0")/need-compose.sh"
volumes='processor-state loki-data prometheus-data alertmanager-data grafana-data grafana-secrets agent-positions'

file=${1:-}
keys=${2:-}
if [ ! -r "$file" ] || { [ -n "$keys" ] && [ "$keys" != --new-keys ]; }; then
  echo "usage: setup/restore.sh FILE.tar.gz [--new-keys], with an archive that can be read" >&2
  exit 2
fi
if [ -e "$file.sha256" ] && [ "$(cut -d' ' -f1 "$file.sha256")" != "$(sha256sum "$file" | cut -d' ' -f1)" ]; then
  echo "restore: $file is not what its sum says; nothing was changed" >&2
  exit 1
fi
# Read whole before anything is given up for it.
listed=$(gzip -dc "$file" | tar -tf -) || { echo "restore: $file is damaged; nothing was changed" >&2; exit 1; }
for name in $volumes; do
  case "$listed" in *"$name/"*) ;; *) echo "restore: $file holds no $name: it is no archive of backup.sh; nothing was changed" >&2; exit 1 ;; esac
done
foreign=$(echo "$listed" | grep -vE "^($(echo "$volumes" | tr ' ' '|'))(/|\$)" || true)
if [ -n "$foreign" ] || echo "$listed" | grep -qE '(^|/)\.\.(/|$)'; then
  echo "restore: $file holds what backup.sh never writes; nothing was changed" >&2
  exit 1
fi

need_compose restore
be_alone restore
left='restore: it was cut off before anything was replaced: docker compose up -d starts what was stopped'
trap '[ -z "$left" ] || echo "$left" >&2' EXIT
trap 'exit 1' INT TERM HUP
$COMPOSE down
left='restore: it was cut off, and what the stack keeps is not whole: run it again with the same archive'
# shellcheck disable=SC2016 # for the shell inside
$COMPOSE run --rm --no-deps -T --entrypoint sh setup -c 'for name in '"$volumes"'; do rm -rf "/volumes/$name"/* "/volumes/$name"/.[!.]*; done'
$COMPOSE run --rm --no-deps -T --entrypoint tar setup -C /volumes --numeric-owner -xzf - < "$file"
if [ "$keys" = --new-keys ]; then
  $COMPOSE run --rm --no-deps setup
  $COMPOSE run --rm --no-deps -T processor rekey --config /etc/tidewatch/tidewatch.yaml
fi
$COMPOSE up --detach
left=''
echo "restore: done. Where the processor refuses to start because a key is missing, run this again with --new-keys."
