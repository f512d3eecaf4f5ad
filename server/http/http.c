#include "server/http/http.h"

#include "server/http/connection.h"
#include "server/http/daemon.h"
#include "server/http/exchange.h"
#include "server/http/listen.h"
#include "server/http/peer_close.h"
#include "store/base/limits.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* A connection starts or ends; what *context is stays with it. */
static void connection_notify(void *cls, struct MHD_Connection *connection, void **context,
                              enum MHD_ConnectionNotificationCode code)
{
    struct http *http = cls;

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        connection_close(*context);
        return;
    }
    int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    *context = connection_open(&http->deadlines, http->peer_close_fd, fd);
}

static struct MHD_Daemon *http_start_daemon(struct http *http, int fd)
{
    const struct settings *settings = http->service->settings;

    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, exchange_handle,
        http, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)LIMIT_HEAD_POOL, MHD_OPTION_CONNECTION_LIMIT, settings->max_connections,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)settings_number(settings, OPTION_IDLE_TIMEOUT),
        MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, http, MHD_OPTION_UNESCAPE_CALLBACK,
        exchange_unescape, NULL, MHD_OPTION_NOTIFY_COMPLETED, exchange_end, http,
        MHD_OPTION_NOTIFY_CONNECTION, connection_notify, http, MHD_OPTION_END);
}

struct http *http_start(struct service *service)
{
    struct http *http = calloc(1, sizeof *http);
    int fd = listen_open(service->settings);

    if (!http)
        abort();
    http->service = service;
    http->deadlines.head_time =
        (int64_t)settings_number(service->settings, OPTION_IDLE_TIMEOUT) * 1000000;
    http->peer_close_fd = fd >= 0 ? peer_close_open() : -1;
    http->daemon = http->peer_close_fd >= 0 ? http_start_daemon(http, fd) : NULL;
    if (http->daemon)
        return http;

    int error = errno;
    if (http->peer_close_fd >= 0)
        close(http->peer_close_fd);
    if (fd >= 0)
        close(fd);
    free(http);
    errno = error;
    return NULL;
}

uint16_t http_port(const struct http *http)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_LISTEN_FD);
    struct sockaddr_in6 address = {0};
    socklen_t size = sizeof address;

    if (getsockname(info->listen_fd, (struct sockaddr *)&address, &size) != 0)
        return 0;
    /* The port stands in the same place in an IPv4 address, which is the shorter one. */
    return ntohs(address.sin6_port);
}

int http_fd(const struct http *http)
{
    return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

int http_peer_close_fd(const struct http *http)
{
    return http->peer_close_fd;
}

int http_timeout(const struct http *http)
{
    int64_t due = suspended_next(&http->suspended), deadline = deadline_next(&http->deadlines);
    MHD_UNSIGNED_LONG_LONG idle;

    if (http->suspended.run_again)
        return 0;
    int timeout = clock_timeout_ms(due < deadline ? due : deadline);
    if (MHD_get_timeout(http->daemon, &idle) == MHD_NO)
        return timeout;
    int most = timeout < 0 ? CLOCK_TIMEOUT_MAX : timeout;
    return idle < (unsigned)most ? (int)idle : most;
}

static unsigned connection_count(const struct http *http)
{
    return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections;
}

void http_run(struct http *http, int awake)
{
    unsigned limit = http->service->settings->max_connections;
    bool was_full = connection_count(http) >= limit;

    deadline_expire(&http->deadlines);
    suspended_resume_due(&http->suspended);
    http->suspended.run_again = false;
    MHD_run(http->daemon);
    /* A full daemon does not watch its listening socket, and looks whether to do so again before it
     * lets go of ended connections: without a second run, nobody might ever be accepted. */
    if (was_full && connection_count(http) < limit)
        MHD_run(http->daemon);
    if (awake == http->peer_close_fd && peer_close_notify(http->peer_close_fd))
        suspended_recheck(&http->suspended);
}

void http_release(struct http *http)
{
    suspended_resume_committed(&http->suspended);
}

void http_stop(struct http *http)
{
    suspended_resume_all(&http->suspended);
    MHD_stop_daemon(http->daemon);
    close(http->peer_close_fd);
    arena_pool_release(&http->pool);
    free(http);
}

const char *http_library_version(void)
{
    return MHD_get_version();
}
