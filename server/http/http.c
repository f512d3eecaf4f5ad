#include "server/http/http.h"

#include "server/http/arena_pool.h"
#include "server/http/connection.h"
#include "server/http/exchange.h"
#include "server/http/listen.h"
#include "server/http/peer_close.h"
#include "server/http/send.h"
#include "server/http/suspended.h"
#include "server/request/access_log.h"
#include "server/request/hints.h"
#include "server/request/journal_record.h"
#include "server/request/router.h"
#include "store/base/limits.h"
#include "store/db/transaction.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct http {
    struct MHD_Daemon *daemon;
    struct service *service;
    int peer_close_fd; /* peer_close.h */
    struct suspended suspended;
    struct arena_pool pool;
    struct deadlines deadlines;
};

/* libmicrohttpd 0.9.75 would divide the query too, at 70 bytes of its pool for each "&", and fall
 * silent when the pool is full. What it sees of the query from here on is empty; the bytes are its
 * own buffer, in which it is about to write the same zero in the place of the question mark. */
static void skip_query(char *target)
{
    char *mark = strchr(target, '?');

    if (mark)
        mark[1] = '\0';
}

static struct connection *connection_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static const char bare_lf[] = "a line of the head ends in a LF without a CR";

/* libmicrohttpd takes a bare LF for the end of a line, by which a request can be smuggled past a
 * proxy that does not (RFC 9112 section 2.2 allows both). It overwrites the end of a line with
 * zeros, where it stands in its buffer: two of them, if both characters were there. */
static bool ends_in_bare_lf(const char *exchange_end)
{
    return exchange_end[1] != '\0';
}

/* The request line has been read: this is the one moment in which the target can be had as it came,
 * before libmicrohttpd decodes it. What is returned is every later call's *context. */
static void *exchange_begin(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct http *http = cls;
    struct arena arena = arena_pool_take(&http->pool);
    struct exchange *exchange = arena_zalloc(&arena, sizeof *exchange);

    exchange->http = http;
    exchange->mhd_connection = connection;
    exchange->connection = connection_of(connection);
    exchange->reply.total_count = -1;
    request_init(&exchange->rq, http->service, arena);
    url_split(&exchange->rq.arena, target, &exchange->rq.url);
    const char *version = target + strlen(target) + 1;
    if (strncmp(version, "HTTP/", 5) == 0 && ends_in_bare_lf(version + strlen(version)))
        headers_reject(&exchange->rq.headers, bare_lf);
    skip_query((char *)(uintptr_t)target);
    return exchange;
}

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

/* The reply has left, or the connection broke. */
static void exchange_end(void *cls, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    struct exchange *exchange = *context;
    struct http *http = cls;

    (void)connection;
    (void)code;
    if (!exchange)
        return;
    deadline_expect_head(&http->deadlines, &exchange->connection->deadline);
    if (exchange->state == EXCHANGE_SENDING)
        access_log_write(&exchange->rq, exchange->reply.status);
    suspended_remove(exchange);
    workspace_remove_waiter(&exchange->waiter);
    *context = NULL;
    arena_release(&exchange->rq.retained);
    arena_pool_give(&http->pool, exchange->rq.arena);
}

/* libmicrohttpd leaves the white space after a value, which is not part of it (RFC 9110
 * section 5.5). */
static enum MHD_Result exchange_take_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                            size_t name_size, const char *value, size_t value_size)
{
    struct request *rq = cls;
    size_t size = value_size;

    (void)kind;
    if (value_size && ends_in_bare_lf(value + value_size))
        headers_reject(&rq->headers, bare_lf);
    /* ... and so does not understand "chunked " itself: that one is left as it is, to be refused.
     */
    bool coding = strcasecmp(name, "Transfer-Encoding") == 0;
    while (!coding && size && (value[size - 1] == ' ' || value[size - 1] == '\t'))
        size--;
    if (size < value_size)
        value = arena_copy(&rq->arena, value, size);
    headers_add(&rq->headers, name, name_size, value, size);
    return MHD_YES;
}

/* The reply is ready: it leaves now, or when its delay has passed. */
static enum MHD_Result exchange_finish(struct exchange *exchange)
{
    const struct effect *effect = &exchange->rq.effect;

    request_identify(&exchange->rq);
    if (exchange->rq.refusal.error)
        exchange->rq.hint = hint_for(&exchange->rq);
    workspace_remove_waiter(&exchange->waiter);
    exchange->state = EXCHANGE_ANSWERED;
    journal_record(&exchange->rq, &exchange->reply);
    if (!effect->delay_ms && batch_pending(exchange->rq.service->store)) {
        suspended_add_until_commit(&exchange->http->suspended, exchange);
        return MHD_YES;
    }
    if (!effect->delay_ms)
        return send_reply(exchange, &exchange->http->suspended);
    suspended_add(&exchange->http->suspended, exchange,
                  clock_monotonic_us() + effect->delay_ms * 1000);
    return MHD_YES;
}

static enum MHD_Result exchange_refuse(struct exchange *exchange, enum error error)
{
    exchange->reply.close = true;
    json_use(&exchange->rq.arena);
    router_refuse(&exchange->rq, error, &exchange->reply);
    return exchange_finish(exchange);
}

/* A client that sends head and body in two packets waits 44 ms for an acknowledgement that Linux
 * holds back, unless it is told to enable_quickack (measured with a client that does not set
 * TCP_NODELAY). */
static void enable_quickack(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (info)
        setsockopt(info->connect_fd, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
}

/* The head is complete. A reply made here closes the connection, so only what must is refused. */
static enum MHD_Result exchange_take_head(struct exchange *exchange, const char *method,
                                          const char *version)
{
    struct request *rq = &exchange->rq;
    long long size;

    exchange->state = EXCHANGE_READING_BODY;
    rq->method = method;
    MHD_get_connection_values_n(exchange->mhd_connection, MHD_HEADER_KIND, exchange_take_header,
                                rq);
    enum error e = headers_check(&rq->headers, method, version);
    rq->refusal.reason = rq->headers.fault;
    if (e)
        return exchange_refuse(exchange, e);

    bool body = headers_have_body(&rq->headers, &size);
    rq->raw.max = body ? router_body_limit(rq) : 0;
    if (size > LIMIT_BODY_DRAINED && size > rq->raw.max) {
        json_use(&rq->arena);
        router_check_head(rq);
        return exchange_refuse(exchange, ERROR_BODY_TOO_LARGE); /* unless a stage refused it */
    }
    if (body)
        enable_quickack(exchange->mhd_connection);
    deadline_expect_body(&exchange->http->deadlines, &exchange->connection->deadline);
    return MHD_YES;
}

/* Something has changed in the workspace that it waits for: its handler is called again. */
static void exchange_wake(struct waiter *waiter)
{
    struct exchange *exchange = LINK_OWNER(waiter, struct exchange, waiter);

    suspended_resume(&exchange->http->suspended, exchange);
}

static enum MHD_Result exchange_answer(struct exchange *exchange)
{
    deadline_clear(&exchange->connection->deadline);
    json_use(&exchange->rq.arena);
    if (exchange->reply.retry_at) {
        arena_rewind(&exchange->rq.arena, exchange->mark);
        router_answer_again(&exchange->rq, &exchange->reply);
    } else {
        router_answer(&exchange->rq, &exchange->reply);
        exchange->mark = arena_mark(&exchange->rq.arena);
    }
    if (!exchange->reply.retry_at)
        return exchange_finish(exchange);
    exchange->waiter.wake = exchange_wake;
    workspace_add_waiter(exchange->rq.ctx.workspace, &exchange->waiter);
    suspended_add(&exchange->http->suspended, exchange, exchange->reply.retry_at);
    return MHD_YES;
}

/* libmicrohttpd calls three times: with the head, with each piece of body, and with nothing more;
 * and once more when an exchange that was suspended is resumed. */
static enum MHD_Result exchange_handle(void *cls, struct MHD_Connection *connection,
                                       const char *url, const char *method, const char *version,
                                       const char *upload_data, size_t *upload_data_size,
                                       void **context)
{
    struct exchange *exchange = *context;
    size_t size = *upload_data_size;

    (void)cls;
    (void)connection;
    (void)url;
    *upload_data_size = 0;
    switch (exchange->state) {
    case EXCHANGE_READING_HEAD: return exchange_take_head(exchange, method, version);
    case EXCHANGE_READING_BODY:
        if (!size)
            return exchange_answer(exchange);
        return request_take_body(&exchange->rq, upload_data, size) ? MHD_YES : MHD_NO;
    case EXCHANGE_ANSWERED:
    case EXCHANGE_SENDING: break;
    case EXCHANGE_ABORTED: return MHD_NO;
    }
    return send_reply(exchange, &exchange->http->suspended);
}

/* Paths and queries are decoded by url.c, from the target as it came. */
static size_t leave_encoded(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text);
}

static struct MHD_Daemon *start_daemon(struct http *http, int fd)
{
    const struct settings *settings = http->service->settings;

    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, exchange_handle,
        http, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)LIMIT_HEAD_POOL, MHD_OPTION_CONNECTION_LIMIT, settings->max_connections,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)settings_number(settings, OPTION_IDLE_TIMEOUT),
        MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, http, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_encoded, NULL, MHD_OPTION_NOTIFY_COMPLETED, exchange_end, http,
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
    http->daemon = http->peer_close_fd >= 0 ? start_daemon(http, fd) : NULL;
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
