#!/bin/sh
# Carries the images of the stack to a machine without the internet: setup/images.sh save FILE.tar.gz there, setup/images.sh load FILE.tar.gz here.
# Profiles that are needed, too, are named in COMPOSE_PROFILES, such as COMPOSE_PROFILES=metal,alloy.
set -eu

# shellcheck disable=SC1091 # it is beside this script
. "$(dirname "$0")/need-compose.sh"
: "${DOCKER:=docker}"

case "${1:-}:${2:-}" in
  save:?*)
    need_compose images
    need_program "$DOCKER" images
    images=$($COMPOSE config --images)
    images=$(echo "$images" | sort -u)
    for image in $images; do
      $DOCKER image inspect "$image" > /dev/null 2>&1 || { echo "images: $image is not on this machine: docker compose pull, and docker compose build" >&2; exit 1; }
    done
    # An archive keeps names and versions, but no digest: an image that was pulled by its digest is given its name first.
    names=''
    for image in $images; do
      case "$image" in *@sha256:*) $DOCKER tag "$image" "${image%@*}" ;; esac
      names="$names ${image%@*}"
    done
    # What gzip made of half an archive is whole for gzip: so a failure of Docker has to leave a sign.
    trap 'rm -f "$2.part" "$2.failed"' EXIT
    trap 'exit 1' INT TERM HUP
    (: > "$2.failed") || { echo "images: nothing can be written beside $2" >&2; exit 1; }
    # shellcheck disable=SC2086 # a list of names
    { $DOCKER save $names && rm -f "$2.failed"; } | gzip > "$2.part"
    [ ! -e "$2.failed" ] || { echo "images: Docker could not save them all; no archive was written" >&2; exit 1; }
    gzip -t "$2.part"
    mv "$2.part" "$2"
    sha256sum "$2" | sed 's, .*/,  ,' > "$2.sha256"
    echo "images: $(echo "$images" | wc -l) images in $2, $(wc -c < "$2") bytes, with its sum in $2.sha256"
    case "$images" in *@sha256:*) echo "images: digests were compared when these were pulled; where they are loaded, leave compose.lock.yaml out of COMPOSE_FILE" ;; esac
    ;;
  load:?*)
    need_program "$DOCKER" images
    [ -r "$2" ] || { echo "images: $2 cannot be read" >&2; exit 1; }
    gzip -t "$2" || { echo "images: $2 is damaged" >&2; exit 1; }
    if [ -e "$2.sha256" ] && [ "$(cut -d' ' -f1 "$2.sha256")" != "$(sha256sum "$2" | cut -d' ' -f1)" ]; then
      echo "images: $2 is not what its sum says; nothing was loaded" >&2
      exit 1
    fi
    gzip -dc "$2" | $DOCKER load
    ;;
  *)
    echo "usage: setup/images.sh save FILE.tar.gz | load FILE.tar.gz" >&2
    exit 2
    ;;
esac
