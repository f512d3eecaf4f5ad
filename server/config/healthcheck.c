#include "server/config/healthcheck.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAUSE = 50 * 1000 }; /* microseconds between two attempts */

static const char request[] = "GET /_emulator/health HTTP/1.0\r\n\r\n";
static const char status_line[] = "HTTP/1.1 200 ";

static bool is_ready(int fd)
{
    char reply[sizeof status_line] = "";

    return send(fd, request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request) &&
           recv(fd, reply, strlen(status_line), MSG_WAITALL) == (ssize_t)strlen(status_line) &&
           strcmp(reply, status_line) == 0;
}

static bool healthcheck_once(const struct server_address *address)
{
    int fd = server_address_connect(address);
    bool ready = fd >= 0 && is_ready(fd);

    if (fd >= 0)
        close(fd);
    return ready;
}

bool healthcheck(const struct settings *settings, const struct server_address *address)
{
    int64_t until = clock_monotonic_us() + (int64_t)settings_number(settings, OPTION_WAIT) * 1000;

    while (!healthcheck_once(address)) {
        if (clock_monotonic_us() >= until) {
            fprintf(stderr,
                    "edges-emulator: no server is ready at %s port %s; start edges-emulator, name "
                    "another by --url or --port, or give it time by --wait 30s\n",
                    address->host, address->port);
            return false;
        }
        usleep(PAUSE);
    }
    return true;
}
