# The emulator as a container: docker build -t edges-emulator . && docker run -p 3343:3343 edges-emulator
#
# /data belongs to the user of the image, so that a named volume works: docker run -v edges:/data
# ... --db /data/state.db. The labels take the commit: --build-arg REVISION=$(git rev-parse HEAD).
#
# The second image is made of nothing but the program, the libraries it needs, the usual authorities
# for TLS and the time zones: no shell, no package manager, nothing to write. A smaller one, linked into
# one file with musl: docker build --target static -t edges-emulator:static .
ARG VERSION=0.1.0
ARG REVISION=
FROM debian:bookworm-slim AS static-build
RUN sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources \
 && apt-get update \
 && apt-get install -y --no-install-recommends \
      gcc libc6-dev make meson ninja-build pkg-config musl-tools dpkg-dev tcl ca-certificates tzdata
WORKDIR /libraries
COPY .ci/static-libs .
RUN ./static-libs
WORKDIR /src
COPY . .
RUN PKG_CONFIG_LIBDIR=/static/lib/pkgconfig CC=musl-gcc meson setup /build --buildtype=minsize -Dstatic=true -Db_pie=false \
 && ninja -C /build \
 && strip /build/edges-emulator \
 && ! readelf -ld /build/edges-emulator | grep -E 'INTERP|NEEDED'
RUN .ci/gather /image /build/edges-emulator && mkdir /data

FROM scratch AS static
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="edges-emulator" \
      org.opencontainers.image.description="Local emulator of the Edges Flows API" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION
COPY --from=static-build /image /
COPY --from=static-build --chown=10001:10001 /data /data
ENV EDGES_EMULATOR_LISTEN=0.0.0.0
USER 10001:10001
EXPOSE 3343
HEALTHCHECK --interval=1s --timeout=3s --start-period=5s --retries=3 CMD ["/usr/local/bin/edges-emulator", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/edges-emulator"]

FROM debian:bookworm-slim AS build
RUN sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources \
 && apt-get update \
 && apt-get install -y --no-install-recommends \
      gcc libc6-dev make meson ninja-build pkg-config libmicrohttpd-dev libcjson-dev libsqlite3-dev libcurl4-openssl-dev libgnutls28-dev libcmocka-dev dpkg-dev ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/*

# Debian's libcurl brings LDAP, SSH, Kerberos and two libraries for TLS. Callbacks need HTTP and the
# one that libmicrohttpd has brought already.
WORKDIR /curl
RUN apt-get update && apt-get source --only-source curl && rm -rf /var/lib/apt/lists/* \
 && cd curl-*/ \
 && ./configure --quiet --prefix=/curl/made --with-gnutls --with-ca-bundle=/etc/ssl/certs/ca-certificates.crt \
      --enable-http --disable-static --disable-ldap --disable-ftp --disable-file --disable-dict --disable-telnet \
      --disable-tftp --disable-rtsp --disable-pop3 --disable-imap --disable-smb --disable-smtp --disable-gopher \
      --disable-mqtt --disable-manual --disable-docs --without-zlib --without-brotli --without-zstd --without-libpsl \
      --without-libidn2 --without-nghttp2 --without-librtmp --without-libssh2 --without-gssapi \
 && make --silent -j"$(nproc)" -C lib install

WORKDIR /src
COPY . .
RUN meson setup /build --buildtype=release -Dtests=true \
 && ninja -C /build \
 && meson test -C /build --suite unit --print-errorlogs \
 && strip /build/edges-emulator
RUN .ci/gather /image /build/edges-emulator /curl/made/lib/libcurl.so.4 && mkdir /data

FROM scratch
ARG VERSION
ARG REVISION
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
