# The emulator as a container: docker build -t edges-emulator . && docker run -p 3343:3343 edges-emulator
#
# The image has nothing but the program as one file, the usual authorities for TLS and the time zones:
# no shell, no package manager, nothing to write. /data belongs to its user, so that a named volume
# works: docker run -v edges:/data ... --db /data/state.db. The labels take the commit:
# --build-arg REVISION=$(git rev-parse HEAD).
FROM debian:bookworm-slim AS build
RUN sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources \
 && apt-get update \
 && apt-get install -y --no-install-recommends \
      gcc libc6-dev make meson ninja-build pkg-config dpkg-dev tcl ca-certificates tzdata
WORKDIR /libraries
COPY .ci/static-libs .
RUN ./static-libs
WORKDIR /src
COPY . .
RUN PKG_CONFIG_LIBDIR=/static/lib/pkgconfig meson setup /build --buildtype=release -Dstatic=true -Db_pie=false \
 && ninja -C /build \
 && strip /build/edges-emulator \
 && ! readelf -ld /build/edges-emulator | grep -E 'INTERP|NEEDED'
RUN .ci/gather /image /build/edges-emulator && mkdir /data

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=
LABEL org.opencontainers.image.title="edges-emulator" \
      org.opencontainers.image.description="Local emulator of the Edges Flows API" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION
COPY --from=build /image /
COPY --from=build --chown=10001:10001 /data /data
ENV EDGES_EMULATOR_LISTEN=0.0.0.0
USER 10001:10001
EXPOSE 3343
HEALTHCHECK --interval=1s --timeout=3s --start-period=5s --retries=3 CMD ["/usr/local/bin/edges-emulator", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/edges-emulator"]
