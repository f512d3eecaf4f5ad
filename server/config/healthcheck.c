#include "server/config/healthcheck.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const char request[] = "GET /_emulator/health HTTP/1.0\r\n\r\n";
static const char status_line[] = "HTTP/1.1 200 ";

/* A server that listens on every address is asked on loopback. */
static const char *address_to_ask(const char *address)
{
    if (strcmp(address, "0.0.0.0") == 0)
        return "127.0.0.1";
    return strcmp(address, "::") == 0 ? "::1" : address;
}

static int connect_to(const char *address, const char *port)
{
    struct addrinfo *found, hints = {
                                .ai_socktype = SOCK_STREAM,
                                .ai_flags = AI_NUMERICSERV,
                            };
    struct timeval timeout = {.tv_sec = 2};

    if (getaddrinfo(address_to_ask(address), port, &hints, &found) != 0)
        return -1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    if (fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
        close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

static bool is_ready(int fd)
{
    char reply[sizeof status_line] = "";

    return send(fd, request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request) &&
           recv(fd, reply, strlen(status_line), MSG_WAITALL) == (ssize_t)strlen(status_line) &&
           strcmp(reply, status_line) == 0;
}

bool healthcheck(const struct settings *settings)
{
    const char *port = settings_value(settings, OPTION_PORT);
    int fd = connect_to(settings->address, port);
    bool ready = fd >= 0 && is_ready(fd);

    if (fd >= 0)
        close(fd);
    if (!ready)
        fprintf(stderr, "edges-emulator: no server is ready at %s port %s\n", settings->address,
                port);
    return ready;
}
