#include "server/http/http.h"

#include "server/http/exchange.h"
#include "store/base/limits.h"
#include "store/base/memory.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int listen_socket(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* Listens where the settings say, without blocking. -1 with errno: libmicrohttpd could listen too,
 * but would not say why it failed. */
static int listen_open(const struct settings *settings)
{
    struct addrinfo *found, hints = {
                                .ai_family = AF_UNSPEC,
                                .ai_socktype = SOCK_STREAM,
                                .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
                            };
    char port[8];

    snprintf(port, sizeof port, "%u", (unsigned)settings_number(settings, OPTION_PORT));
    if (getaddrinfo(settings->address, port, &hints, &found) != 0) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    int fd = listen_socket(found);
    freeaddrinfo(found);
    return fd;
}

/* A connection starts or ends; what *context is stays with it. */
static void connection_notify(void *cls, struct MHD_Connection *connection, void **context,
                              enum MHD_ConnectionNotificationCode code)
{
    struct http *http = cls;

    if (code == MHD_CONNECTION_NOTIFY_CLOSED)
        connection_close(*context);
    else
        *context = connection_open(&http->connections, connection);
}

/* Connections are closed by their own time (connection.h). By its own, libmicrohttpd closes those
 * whose client takes nothing of a reply for so many times the idle time-out. */
enum { REPLY_TIMES = 3 };

static struct MHD_Daemon *http_start_daemon(struct http *http, int fd)
{
    const struct settings *settings = http->service->settings;

    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, exchange_handle,
        http, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)LIMIT_HEAD_POOL, MHD_OPTION_CONNECTION_LIMIT, settings->max_connections,
        MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)settings_number(settings, OPTION_IDLE_TIMEOUT) * REPLY_TIMES,
        MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, http, MHD_OPTION_UNESCAPE_CALLBACK,
        exchange_unescape, NULL, MHD_OPTION_NOTIFY_COMPLETED, exchange_end, http,
        MHD_OPTION_NOTIFY_CONNECTION, connection_notify, http, MHD_OPTION_STRICT_FOR_CLIENT,
        library_is_strict() ? 1 : 0, MHD_OPTION_END);
}

struct http *http_start(struct service *service)
{
    struct http *http = memory_take(sizeof *http);
    int fd = listen_open(service->settings);

    http->service = service;
    memory_reserve_fill();
    http->connections.next_due = INT64_MAX;
    int idle_timeout = (int)settings_number(service->settings, OPTION_IDLE_TIMEOUT);
    http->connections.head_time = (int64_t)idle_timeout * 1000000;
    snprintf(http->keep_alive, sizeof http->keep_alive, "timeout=%d", idle_timeout);
    http->connections.epoll = fd >= 0 ? epoll_create1(EPOLL_CLOEXEC) : -1;
    http->daemon = http->connections.epoll >= 0 ? http_start_daemon(http, fd) : NULL;
    if (http->daemon)
        return http;

    int error = errno;
    close(http->connections.epoll);
    close(fd);
    memory_reserve_give();
    free(http);
    errno = error;
    return NULL;
}

struct sockaddr_storage http_address(const struct http *http)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_LISTEN_FD);
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;

    if (getsockname(info->listen_fd, (struct sockaddr *)&address, &size) != 0)
        address.ss_family = AF_UNSPEC;
    return address;
}

uint16_t http_port(const struct http *http)
{
    struct sockaddr_storage address = http_address(http);

    /* The port stands in the same place in an IPv4 address, which is the shorter one. */
    return ntohs(((const struct sockaddr_in6 *)(const void *)&address)->sin6_port);
}

int http_fd(const struct http *http)
{
    return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

int http_peer_close_fd(const struct http *http)
{
    return http->connections.epoll;
}

/* libmicrohttpd 0.9.75 wants to run again at once, for ever, when its buffer is full of a chunk's
 * size or extension that does not end. After more such runs in a row than the largest head needs
 * (80), it waits this long, or until anything arrives; its idle time-out ends the connection. */
enum { IDLE_RUNS_MAX = 200, IDLE_WAIT_MS = 50 };

int http_timeout(struct http *http, bool *busy)
{
    int timeout = clock_timeout_ms(http->connections.next_due);
    MHD_UNSIGNED_LONG_LONG idle;

    *busy = http->connections.run_again;
    if (*busy || http->discarded.blocks || http->service->pieces.unused)
        return 0;
    if (MHD_get_timeout(http->daemon, &idle) == MHD_NO) {
        http->idle_runs = 0;
        return timeout;
    }
    http->idle_runs = idle ? 0 : http->idle_runs + 1;
    if (http->idle_runs > IDLE_RUNS_MAX)
        idle = IDLE_WAIT_MS;
    *busy = idle == 0;
    int most = timeout < 0 ? CLOCK_TIMEOUT_MAX : timeout;
    return idle < (unsigned)most ? (int)idle : most;
}

bool http_has_replies(const struct http *http)
{
    return http->awaiting_commit || http->connections.run_again;
}

static unsigned connection_count(const struct http *http)
{
    return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections;
}

/* Microseconds for giving memory back in one run, and bytes between two looks at the clock: some
 * virtual machines need 30 microseconds for each page. */
enum { RELEASE_TIME = 1000, RELEASED_AT_ONCE = 64 * 1024 };

static void http_release_memory(struct http *http)
{
    int64_t end = clock_monotonic_us() + RELEASE_TIME;
    bool more;

    do {
        more = arena_release_part(&http->discarded, RELEASED_AT_ONCE);
        more |= shared_pieces_free(&http->service->pieces, RELEASED_AT_ONCE);
    } while (more && clock_monotonic_us() < end);
}

void http_run(struct http *http, int awake)
{
    unsigned limit = http->service->settings->max_connections;
    bool was_full = connection_count(http) >= limit;

    connections_run_due(&http->connections);
    http->connections.run_again = false;
    MHD_run(http->daemon);
    /* A full daemon does not watch its listening socket, and looks whether to do so again before it
     * drops ended connections: without a second run, nobody might ever be accepted. */
    if (was_full && connection_count(http) < limit)
        MHD_run(http->daemon);
    if (awake == http->connections.epoll)
        connections_check_peers(&http->connections);
    if (http->discarded.blocks || http->service->pieces.unused)
        http_release_memory(http);
}

bool http_has_long_call(const struct http *http)
{
    return http->long_calls;
}

bool http_run_long_call(struct http *http)
{
    struct link *oldest = http->long_calls;

    while (oldest && oldest->next)
        oldest = oldest->next;
    if (oldest)
        exchange_run_long_call(LINK_OWNER(oldest, struct exchange, long_call));
    return oldest;
}

bool http_client_is_there(struct http *http)
{
    struct exchange *running = http->running;

    running->client_left |= running->connection->peer_closed && running->rq.op->takes_long;
    return !running->client_left;
}

void http_release(struct http *http, bool committed)
{
    struct link *oldest_first = NULL;

    for (struct link *each; (each = http->awaiting_commit);) {
        link_remove(each);
        link_add(&oldest_first, each);
    }
    for (struct link *each; (each = oldest_first);) {
        link_remove(each);
        exchange_release(LINK_OWNER(each, struct exchange, awaiting_commit), committed);
    }
}

void http_stop(struct http *http)
{
    connections_resume_all(&http->connections);
    MHD_stop_daemon(http->daemon);
    close(http->connections.epoll);
    while (http->arena_count)
        arena_release(&http->arena[--http->arena_count]);
    arena_release(&http->discarded);
    shared_pieces_free(&http->service->pieces, SIZE_MAX);
    memory_reserve_give();
    free(http);
}

const char *http_library_version(void)
{
    return MHD_get_version();
}
