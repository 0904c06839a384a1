#!/bin/sh
# Carries the images of the stack to a machine without the internet: setup/images.sh save FILE.tar.gz there, setup/images.sh load FILE.tar.gz here.
# Profiles that are needed, too, are named in COMPOSE_PROFILES, such as COMPOSE_PROFILES=metal,alloy.
set -eu

: "${COMPOSE:=docker compose}"
: "${DOCKER:=docker}"

case "${1:-}:${2:-}" in
  save:?*)
    images=$($COMPOSE config --images | sort -u)
    for image in $images; do
      $DOCKER image inspect "$image" > /dev/null 2>&1 || { echo "images: $image is not on this machine: docker compose pull, and docker compose build" >&2; exit 1; }
    done
    # shellcheck disable=SC2086 # a list of names
    $DOCKER save $images | gzip > "$2.part"
    mv "$2.part" "$2"
    echo "images: $(echo "$images" | wc -l) images in $2, $(wc -c < "$2") bytes"
    ;;
  load:?*)
    gzip -t "$2" || { echo "images: $2 is damaged" >&2; exit 1; }
    gzip -dc "$2" | $DOCKER load
    ;;
  *)
    echo "usage: setup/images.sh save FILE.tar.gz | load FILE.tar.gz" >&2
    exit 2
    ;;
esac
