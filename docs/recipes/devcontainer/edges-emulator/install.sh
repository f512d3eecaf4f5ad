#!/bin/sh
# Puts the program into a dev container. The tool that builds the container runs this as root, with the options of
# devcontainer-feature.json as the variables URL and SHA256.
set -eu
cd "$(dirname "$0")"
program=edges-emulator

fail() {
    echo "edges-emulator: $*" >&2
    exit 1
}

if [ -n "${URL:-}" ]; then
    program=$(mktemp)
    if command -v curl >/dev/null; then
        curl -fsSL -o "$program" "$URL" || fail "cannot download $URL"
    elif command -v wget >/dev/null; then
        wget -q -O "$program" "$URL" || fail "cannot download $URL"
    else
        fail "the image has neither curl nor wget to download $URL"
    fi
fi
[ -s "$program" ] || fail "there is no program: put it into the folder of this feature as the file edges-emulator, or set the option url"
if [ -n "${SHA256:-}" ]; then
    echo "$SHA256  $program" | sha256sum --check --status || fail "the program has another SHA-256 than $SHA256"
fi
install -D -m 755 "$program" /usr/local/bin/edges-emulator
/usr/local/bin/edges-emulator --version || fail "the program does not run here, on $(uname -m)"
[ -d /usr/share/zoneinfo ] || echo "edges-emulator: schedules know UTC alone, for there is no /usr/share/zoneinfo: install tzdata" >&2

mkdir -p /usr/local/share/edges-emulator
cat >/usr/local/share/edges-emulator/start <<'END'
#!/bin/sh
# Starts the emulator with the container, and returns when it is ready.
nohup edges-emulator >/tmp/edges-emulator.log 2>&1 &
edges-emulator healthcheck --wait 10s
END
chmod 755 /usr/local/share/edges-emulator/start
