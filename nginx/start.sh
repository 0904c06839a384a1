#!/bin/sh
# Starts nginx from the environment, and begins new logs every hour: the processor reads the old access log to its end and deletes it, the old
# error logs, which hold addresses too, are deleted here.
# Everything it takes is checked first: what is written into a configuration must not be able to end a line of it.
set -eu

: "${SERVER_NAME:=ocean-body.example}"
: "${PLATFORM_UPSTREAM:=platform:8000}"
: "${GRAFANA_UPSTREAM:=grafana:3000}"
: "${PROCESSOR_UPSTREAM:=processor:9464}"
: "${RESOLVER:=127.0.0.11}"
: "${LIVE_PAGE_PUBLIC:=false}"
: "${TRUSTED_PROXIES:=}"
: "${PUBLIC_HTTPS_PORT:=443}"
: "${ROTATE_SECONDS:=3600}"
: "${RAW_LOG_HOURS:=48}"
: "${CONTENT_SECURITY_POLICY:=default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'}"
# Only the process manager of a machine without containers moves these.
: "${NGINX_PROGRAM:=nginx}"
: "${NGINX_CONF:=/etc/nginx/nginx.conf}"
: "${NGINX_RUN:=/tmp/nginx}"
: "${NGINX_ACCESS_LOG:=/var/log/nginx-access/access.json.log}"
: "${NGINX_ERROR_FOLDER:=/var/log/nginx-errors}"
: "${NGINX_SITE:=/etc/nginx/tidewatch/site.conf}"
: "${TLS_FOLDER:=/etc/nginx/tls}"
: "${HTTP_LISTEN:=8080}"
: "${TLS_LISTEN:=8443}"
: "${NGINX_DIRECTIVES:=}"

refuse() {
  echo "nginx/start.sh: $1" >&2
  exit 2
}

# only NAME VALUE FORBIDDEN-PATTERN WHAT: refuses a value with a character that has no place in it.
only() {
  case "$2" in *$3*) refuse "$1 is not $4" ;; esac
}
host='[!A-Za-z0-9.:_-]'
for name in SERVER_NAME PLATFORM_UPSTREAM GRAFANA_UPSTREAM PROCESSOR_UPSTREAM; do
  eval "value=\$$name"
  [ -n "$value" ] || refuse "$name is empty: expected a host name, with a port for an upstream"
  only "$name" "$value" "$host" "a host name such as platform:8000"
done
only RESOLVER "$RESOLVER" '[!A-Za-z0-9.:_-]' "an address"
only TRUSTED_PROXIES "$TRUSTED_PROXIES" '[!0-9a-fA-F.:/ ]' "a list of addresses and networks with blanks between, such as 192.0.2.0/24 2001:db8::/32"
only ROTATE_SECONDS "$ROTATE_SECONDS" '[!0-9]' "a whole number of seconds"
only CONTENT_SECURITY_POLICY "$CONTENT_SECURITY_POLICY" '["\\$
{}]' "a policy without quotation marks, dollar signs and braces"
[ "$ROTATE_SECONDS" -ge 1 ] || refuse "ROTATE_SECONDS is not at least 1"
only RAW_LOG_HOURS "$RAW_LOG_HOURS" '[!0-9]' "a whole number of hours"
# A shell counts in eights from there.
case "$RAW_LOG_HOURS" in 0?*) refuse "RAW_LOG_HOURS begins with a zero: expected a number such as 48" ;; esac
case "$ROTATE_SECONDS" in 0?*) refuse "ROTATE_SECONDS begins with a zero: expected a number such as 48" ;; esac
[ "$RAW_LOG_HOURS" -ge 1 ] || refuse "RAW_LOG_HOURS is not at least 1"
# A log begins anew four times in the life of a raw line or more often, so that its first line is not much older than its last.
[ "$ROTATE_SECONDS" -le $((RAW_LOG_HOURS * 900)) ] || ROTATE_SECONDS=$((RAW_LOG_HOURS * 900))
keep_minutes=$((RAW_LOG_HOURS * 60 - ROTATE_SECONDS / 30 - 1))
only PUBLIC_HTTPS_PORT "$PUBLIC_HTTPS_PORT" '[!0-9]' "a port"
if [ "$PUBLIC_HTTPS_PORT" = 443 ]; then https_port=''; else https_port=":$PUBLIC_HTTPS_PORT"; fi
case "$LIVE_PAGE_PUBLIC" in true | false) ;; *) refuse "LIVE_PAGE_PUBLIC is neither true nor false" ;; esac

has_tls=0
if [ -e "$TLS_FOLDER/fullchain.pem" ] || [ -e "$TLS_FOLDER/privkey.pem" ]; then
  [ -r "$TLS_FOLDER/fullchain.pem" ] || refuse "fullchain.pem is missing or not readable beside privkey.pem in the TLS folder"
  [ -r "$TLS_FOLDER/privkey.pem" ] || refuse "privkey.pem is missing or not readable beside fullchain.pem in the TLS folder: it has to be readable for the user or group of nginx (101)"
  has_tls=1
fi

# Every period has an error log under a name of its own, which a link leads nginx to. None is ever renamed, so that the agent, which knows a
# file by its name, reads each to its end and none twice, also when it was away while a new one began.
begin_errors() {
  ln -sf "$NGINX_ERROR_FOLDER/error-$((next - ROTATE_SECONDS)).log" "$NGINX_RUN/error.log.next"
  mv -f "$NGINX_RUN/error.log.next" "$NGINX_RUN/error.log"
}
# What was changed last so long ago that its first line is about to be RAW_LOG_HOURS old goes, read or not.
delete_errors() {
  find "$NGINX_ERROR_FOLDER" -type f -name '*.log' -mmin "+$keep_minutes" ! -path "$(readlink "$NGINX_RUN/error.log")" -exec rm -f {} + ||
    echo "nginx/start.sh: an old log in $NGINX_ERROR_FOLDER could not be deleted; it holds addresses: delete it by hand" >&2
}
# A pair that was renewed is served at once; half of a new pair, or a wrong one, waits for the rest, and the one before goes on.
take_certificate() {
  touch "$NGINX_RUN/certificate"
  if "$NGINX_PROGRAM" -q -t -c "$NGINX_CONF"; then kill -HUP "$nginx"; fi
}
next_period() {
  next=$(($(date +%s) / ROTATE_SECONDS * ROTATE_SECONDS + ROTATE_SECONDS))
}

mkdir -p "$NGINX_RUN"
touch "$NGINX_RUN/certificate"
next_period
begin_errors
delete_errors
{
  echo "# Written by start.sh at every start; edits are lost."
  echo "resolver $RESOLVER valid=5s ipv6=off;"
  echo "map '' \$platform_upstream { default \"$PLATFORM_UPSTREAM\"; }"
  echo "map '' \$grafana_upstream { default \"$GRAFANA_UPSTREAM\"; }"
  echo "map '' \$processor_upstream { default \"$PROCESSOR_UPSTREAM\"; }"
  echo "map '' \$content_security_policy { default \"$CONTENT_SECURITY_POLICY\"; }"
  if [ "$LIVE_PAGE_PUBLIC" = true ]; then live=1; else live=0; fi
  echo "map '' \$live_page_is_public { default $live; }"
  # With a certificate of our own, plain HTTP only says where to go.
  echo "map '' \$https_only { default $has_tls; }"
  echo "map \$scheme \$strict_transport_security { default ''; https 'max-age=31536000'; }"
  for proxy in $TRUSTED_PROXIES; do echo "set_real_ip_from $proxy;"; done
  if [ -n "$TRUSTED_PROXIES" ]; then
    echo "real_ip_header X-Forwarded-For;"
    echo "real_ip_recursive on;"
  fi
  echo "server {"
  echo "  listen $HTTP_LISTEN default_server;"
  echo "  server_name $SERVER_NAME;"
  echo "  if (\$https_only) { return 301 https://\$server_name$https_port\$request_uri; }"
  echo "  include $NGINX_SITE;"
  echo "}"
  if [ "$has_tls" = 1 ]; then
    echo "ssl_protocols TLSv1.2 TLSv1.3;"
    echo "ssl_session_cache shared:tls:5m;"
    echo "ssl_session_tickets off;"
    echo "server {"
    echo "  listen $TLS_LISTEN ssl default_server;"
    echo "  server_name $SERVER_NAME;"
    echo "  ssl_certificate $TLS_FOLDER/fullchain.pem;"
    echo "  ssl_certificate_key $TLS_FOLDER/privkey.pem;"
    echo "  include $NGINX_SITE;"
    echo "}"
  fi
} > "$NGINX_RUN/settings.conf"

"$NGINX_PROGRAM" -q -t -c "$NGINX_CONF"
"$NGINX_PROGRAM" -c "$NGINX_CONF" -g "daemon off; $NGINX_DIRECTIVES" &
nginx=$!
trap 'kill -QUIT "$nginx" 2>/dev/null; ended=1' TERM INT QUIT
ended=0

# Sleeps in short pieces, so that a signal is heard and a dead nginx ends this container, which Docker then starts again.
while [ "$ended" = 0 ] && kill -0 "$nginx" 2>/dev/null; do
  sleep 1 &
  wait "$!" || true
  if [ "$has_tls" = 1 ] && [ -n "$(find -L "$TLS_FOLDER/fullchain.pem" "$TLS_FOLDER/privkey.pem" -newer "$NGINX_RUN/certificate" 2>/dev/null)" ]; then take_certificate; fi
  now=$(date +%s)
  # A clock that was set back by more than a period would otherwise let one log grow until it is there again.
  [ "$now" -ge "$next" ] || [ "$now" -lt $((next - ROTATE_SECONDS)) ] || continue
  next_period
  is_new=0
  # An empty file has nothing to say; a name that is taken waits for the next period.
  rotated="$NGINX_ACCESS_LOG-$(date -u +%Y%m%d-%H%M%S)"
  if [ -s "$NGINX_ACCESS_LOG" ] && [ ! -e "$rotated" ]; then
    mv "$NGINX_ACCESS_LOG" "$rotated"
    is_new=1
  fi
  if [ -s "$NGINX_RUN/error.log" ] && begin_errors; then is_new=1; fi
  [ "$is_new" = 0 ] || kill -USR1 "$nginx"
  delete_errors
done
wait "$nginx"
