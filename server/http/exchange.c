#include "server/http/exchange.h"

#include "server/http/daemon.h"
#include "server/http/send.h"
#include "server/request/access_log.h"
#include "server/request/hints.h"
#include "server/request/journal_record.h"
#include "server/request/router.h"
#include "store/base/limits.h"
#include "store/db/transaction.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* libmicrohttpd 0.9.75 would divide the query too, at 70 bytes of its pool for each "&", and never
 * answer when the pool is full. From here on it sees an empty query. The bytes are in its own
 * buffer, where it is about to write a zero over the question mark itself. */
static void target_cut_query(char *target)
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
static bool ends_in_bare_lf(const char *end)
{
    return end[1] != '\0';
}

void *exchange_begin(void *cls, const char *target, struct MHD_Connection *connection)
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
    target_cut_query((char *)(uintptr_t)target);
    return exchange;
}

void exchange_end(void *cls, struct MHD_Connection *connection, void **context,
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
    link_remove(&exchange->waiter.link);
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

/* The reply is complete. It is sent now, after its delay, or once its change is on the disk. */
static enum MHD_Result exchange_finish(struct exchange *exchange)
{
    struct suspended *suspended = &exchange->http->suspended;
    int64_t delay = exchange->rq.effect.delay_ms;

    request_identify(&exchange->rq);
    if (exchange->rq.refusal.error)
        exchange->rq.hint = hint_for(&exchange->rq);
    link_remove(&exchange->waiter.link);
    exchange->state = EXCHANGE_ANSWERED;
    journal_record(&exchange->rq, &exchange->reply);
    if (delay)
        suspended_add(suspended, exchange, clock_monotonic_us() + delay * 1000);
    else if (batch_pending(exchange->rq.service->store))
        suspended_add_until_commit(suspended, exchange);
    else
        return exchange_send(exchange);
    return MHD_YES;
}

static enum MHD_Result exchange_refuse(struct exchange *exchange, enum error error)
{
    exchange->reply.close = true;
    router_refuse(&exchange->rq, error, &exchange->reply);
    return exchange_finish(exchange);
}

/* A client that sends head and body in two packets waits 44 ms for an acknowledgement that Linux
 * holds back, unless it is told not to (measured with a client that does not set
 * TCP_NODELAY). */
static void connection_enable_quickack(struct MHD_Connection *connection)
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
        router_check_head(rq);
        return exchange_refuse(exchange, ERROR_BODY_TOO_LARGE); /* unless a stage refused it */
    }
    if (body)
        connection_enable_quickack(exchange->mhd_connection);
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

enum MHD_Result exchange_handle(void *cls, struct MHD_Connection *connection, const char *url,
                                const char *method, const char *version, const char *upload_data,
                                size_t *upload_data_size, void **context)
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
    return exchange_send(exchange);
}

size_t exchange_unescape(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text);
}
