# shellcheck shell=sh
# Says plainly what is missing before a script beside it touches anything: Docker, its Compose plugin, its daemon, or the file of this folder.
: "${COMPOSE:=docker compose}"

# need_program PROGRAM WHO: ends WHO where the machine has no such program.
need_program() {
  command -v "$1" > /dev/null 2>&1 || { echo "$2: there is no program $1 on this machine, and nothing was changed; docs/installation.md says what is needed" >&2; exit 1; }
}

# need_compose WHO: ends WHO where Compose cannot work here.
need_compose() {
  need_program "${COMPOSE%% *}" "$1"
  $COMPOSE version > /dev/null 2>&1 || { echo "$1: Docker has no Compose plugin here (\`docker compose version\` does not answer), and nothing was changed; docs/installation.md says what is needed" >&2; exit 1; }
  trouble=$($COMPOSE config --quiet 2>&1) || { echo "$1: Compose cannot read what is in this folder, and nothing was changed. Run this in the folder of compose.yaml. It says: $trouble" >&2; exit 1; }
  trouble=$($COMPOSE ps --quiet 2>&1) || { echo "$1: Docker does not answer, and nothing was changed. Does it run, and may you use it (root, or a member of the group docker)? It says: $trouble" >&2; exit 1; }
}

# be_alone WHO: two of backup and restore at once would start what the other has stopped. The lock is on this folder, and goes with the process.
be_alone() {
  exec 9< .
  if command -v flock > /dev/null 2>&1 && ! flock -n 9; then
    echo "$1: a backup or a restore is under way already; nothing was changed" >&2
    exit 1
  fi
}
