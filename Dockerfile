# The emulator as a container: docker build -t edges-emulator . && docker run -p 3343:3343 edges-emulator
FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      gcc libc6-dev meson ninja-build pkg-config libmicrohttpd-dev libcjson-dev libsqlite3-dev libcurl4-openssl-dev libcmocka-dev tzdata \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN meson setup /build --buildtype=release -Dtests=true \
 && ninja -C /build \
 && meson test -C /build --suite unit --print-errorlogs \
 && strip /build/edges-emulator

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libmicrohttpd12 libcjson1 libsqlite3-0 libcurl4 ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /build/edges-emulator /usr/local/bin/edges-emulator
ENV EDGES_EMULATOR_LISTEN=0.0.0.0
USER 10001:10001
EXPOSE 3343
HEALTHCHECK --interval=5s --timeout=3s --start-period=1s --retries=3 CMD ["edges-emulator", "healthcheck"]
ENTRYPOINT ["edges-emulator"]
