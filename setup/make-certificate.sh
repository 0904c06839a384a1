#!/bin/sh
# Makes a self-signed certificate for a first try: setup/make-certificate.sh FOLDER NAME [DAYS]. Browsers warn of it; for visitors get one from an authority.
# The folder then goes into TLS_FOLDER of .env. A pair that is there is never overwritten.
set -eu

folder=${1:-}
name=${2:-}
days=${3:-90}
if [ -z "$folder" ] || [ -z "$name" ]; then
  echo "usage: setup/make-certificate.sh FOLDER NAME [DAYS], such as: setup/make-certificate.sh tls ocean-body.example" >&2
  exit 2
fi
case "$name" in *[!A-Za-z0-9.-]*) echo "make-certificate: $name is no host name" >&2; exit 2 ;; esac
case "$days" in *[!0-9]* | '') echo "make-certificate: $days is no number of days" >&2; exit 2 ;; esac
if [ -e "$folder/privkey.pem" ] || [ -e "$folder/fullchain.pem" ]; then
  echo "make-certificate: $folder holds a pair already; it is left as it is" >&2
  exit 1
fi

command -v openssl > /dev/null 2>&1 || { echo "make-certificate: there is no program openssl on this machine" >&2; exit 1; }

# Folders above it stay as they would be: nginx has to come through.
mkdir -p "$folder"
umask 077
# Browsers look for an address under another kind of name than for a host.
case "$name" in *[!0-9.]*) kind=DNS ;; *) kind=IP ;; esac
said=$(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days "$days" \
  -subj "/CN=$name" -addext "subjectAltName=$kind:$name" -addext 'basicConstraints=critical,CA:FALSE' \
  -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>&1) || {
  rm -f "$folder/privkey.pem" "$folder/fullchain.pem"
  echo "make-certificate: openssl made none: $said" >&2
  exit 1
}
# nginx runs as user and group 101. Who is not root cannot give the key away, and has to let everybody on this machine read it, or ask root.
chmod 0755 "$folder"
chmod 0644 "$folder/fullchain.pem"
chmod 0640 "$folder/privkey.pem"
if chgrp 101 "$folder/privkey.pem" 2>/dev/null; then
  # Whole, because Compose takes a word without a slash for the name of a volume.
  echo "$folder: a certificate for $name, valid for $days days; set TLS_FOLDER=$(cd "$folder" && pwd) in .env"
else
  echo "$folder: a certificate for $name; before nginx can read the key, root has to run: chgrp 101 $folder/privkey.pem" >&2
fi
