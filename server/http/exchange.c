#include "server/http/exchange.h"

#include "server/config/log.h"
#include "server/coverage/record.h"
#include "server/request/hints.h"
#include "server/request/journal_record.h"
#include "store/base/limits.h"
#include "store/db/transaction.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
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

bool library_is_strict(void)
{
    return MHD_get_version()[0] != '0';
}

/* libmicrohttpd 0.9.75 takes a bare LF for the end of a line, takes a line that begins with a colon
 * for the end of the head, and appends a folded line to the name before it: each a way to smuggle a
 * request past a proxy that reads it otherwise (RFC 9112 section 11.2). But what it has read stays
 * where it was in its buffer, and zeros stand where the parts were separated. So the parts of a
 * proper head lie right behind each other: `part` must begin at `expected`. 1.0 leaves its buffer
 * otherwise, and refuses such heads itself. */
static void exchange_expect_part(struct exchange *exchange, const char *part, const char *expected)
{
    if (part != expected && !library_is_strict())
        headers_reject(&exchange->rq.headers, "a line of the head is folded, begins with a colon, "
                                              "contains a NUL, or does not end in CR LF");
}

static struct arena arena_take(struct http *http)
{
    return http->arena_count ? http->arena[--http->arena_count] : (struct arena){0};
}

static void arena_give_back(struct http *http, struct arena arena)
{
    arena_reset(&arena);
    if (http->arena_count < ARENAS_KEPT)
        http->arena[http->arena_count++] = arena;
    else
        arena_release(&arena);
}

void *exchange_begin(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct http *http = cls;
    struct arena arena = arena_take(http);
    struct exchange *exchange = arena_zalloc(&arena, sizeof *exchange);

    exchange->http = http;
    exchange->connection =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    exchange->connection->state = CONNECTION_READING_HEAD;
    exchange->reply.total_count = -1;
    request_init(&exchange->rq, http->service, arena);
    url_split(&exchange->rq.arena, target, &exchange->rq.url);
    exchange->target = target;
    exchange->version = target + strlen(target) + 1;
    if (target[strcspn(target, " \t\v\f\r")])
        headers_reject(&exchange->rq.headers, "the target contains white space");
    target_cut_query((char *)(uintptr_t)target);
    return exchange;
}

/* Writes the line of a request whose reply was sent: a 5xx from level error, others from info. */
static void access_log_write(const struct request *rq, int status)
{
    char trace[TRACE_ID_SIZE];
    bool traced = request_trace_id(rq, trace);
    const struct log_field fields[] = {
        {.key = "status", .number = status},
        {.key = "method", .text = rq->method},
        {.key = "path", .text = rq->url.path},
        {.key = "duration_us", .number = clock_monotonic_us() - rq->started, .unit = "us"},
        {.key = "operation", .text = rq->op ? rq->op->id : "-"},
        {.key = "request_id", .text = rq->id, .label = "id="},
        {.key = *rq->workspace_uid ? "workspace" : NULL,
         .text = rq->workspace_uid,
         .only_json = true},
        {.key = traced ? "trace_id" : NULL, .text = trace, .only_json = true},
    };

    log_line(status >= 500 ? LOG_ERROR : LOG_INFO, "request", fields,
             sizeof fields / sizeof *fields);
}

void exchange_end(void *cls, struct MHD_Connection *connection, void **context,
                  enum MHD_RequestTerminationCode code)
{
    struct exchange *exchange = *context;

    (void)cls;
    (void)connection;
    (void)code;
    if (!exchange)
        return;
    if (exchange->connection->state == CONNECTION_SENDING)
        access_log_write(&exchange->rq, exchange->reply.status);
    if (exchange->reply.stream)
        exchange->rq.service->streams--;
    connection_expect(exchange->connection, EXPECT_HEAD);
    link_remove(&exchange->waiter.link);
    link_remove(&exchange->awaiting_commit);
    *context = NULL;
    arena_release(&exchange->rq.retained);
    struct http *http = exchange->http;
    arena_give_back(http, exchange->rq.arena);
    if (!http->reserve)
        http->reserve = malloc(RESERVE_SIZE);
}

/* libmicrohttpd leaves the white space after a value, which is not part of it (RFC 9110
 * section 5.5). */
static enum MHD_Result exchange_take_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                            size_t name_size, const char *value, size_t value_size)
{
    struct exchange *exchange = cls;
    struct request *rq = &exchange->rq;
    size_t size = value_size;

    (void)kind;
    exchange_expect_part(exchange, name, exchange->next_line);
    const char *after = name + name_size + strlen(":");
    exchange_expect_part(exchange, value, after + strspn(after, " \t"));
    exchange->next_line = value + value_size + strlen("\r\n");
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

/* When a fault delays the reply: until when. 0: it is to be sent now. */
static int64_t exchange_record(struct exchange *exchange)
{
    int64_t delay = exchange->rq.effect.delay_ms;

    journal_record(&exchange->rq, &exchange->reply);
    coverage_record(&exchange->rq, &exchange->reply);
    return delay ? clock_monotonic_us() + delay * 1000 : 0;
}

/* Does a part of the request's work. False: there was too little memory for it, and what it had
 * begun to change is rolled back. */
static bool exchange_try(struct exchange *exchange, void (*work)(struct exchange *exchange))
{
    struct request *rq = &exchange->rq;
    jmp_buf recovery;
    volatile bool done = false;

    if (setjmp(recovery) == 0) {
        rq->arena.recovery = rq->retained.recovery = &recovery;
        work(exchange);
        done = true;
    }
    rq->arena.recovery = rq->retained.recovery = NULL;
    if (done)
        return true;
    free(exchange->http->reserve);
    exchange->http->reserve = NULL;
    transaction_abandon(rq->service->store);
    exchange->out_of_memory = true;
    return false;
}

/* What the handler did is undone, and so its reply is not true. */
static void exchange_lose(struct exchange *exchange, enum error error)
{
    struct request *rq = &exchange->rq;

    rq->refusal = (struct refusal){0};
    rq->used = (struct assumption_set){0};
    rq->transition = (struct transition){0};
    exchange->reply = (struct reply){.close = exchange->reply.close, .total_count = -1};
    router_refuse(rq, error, &exchange->reply);
    rq->hint = hint_for(rq);
}

void exchange_release(struct exchange *exchange, bool committed)
{
    if (!committed)
        exchange_lose(exchange, ERROR_INTERNAL);
    int64_t due = exchange_record(exchange);
    if (due)
        connection_suspend(exchange->connection, due);
    else
        connection_resume(exchange->connection);
}

/* The reply is complete. It is sent now, after its delay, or once its change is on the disk. */
static enum MHD_Result exchange_finish(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;

    request_identify(&exchange->rq);
    if (exchange->rq.refusal.error)
        exchange->rq.hint = hint_for(&exchange->rq);
    link_remove(&exchange->waiter.link);
    connection->state = CONNECTION_ANSWERED;
    if (exchange->reply.stream) /* it waits for no commit, and is in no journal */
        return exchange_send(exchange);
    if (batch_pending(exchange->rq.service->store)) {
        link_add(&exchange->http->awaiting_commit, &exchange->awaiting_commit);
        connection_suspend(connection, INT64_MAX);
        return MHD_YES;
    }
    int64_t due = exchange_record(exchange);
    if (!due)
        return exchange_send(exchange);
    connection_suspend(connection, due);
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
static void connection_enable_quickack(const struct connection *connection)
{
    setsockopt(connection->fd, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
}

static void exchange_take_headers(struct exchange *exchange, const char *method,
                                  const char *version)
{
    struct MHD_Connection *mhd = exchange->connection->mhd;
    const char *after = method + strlen(method) + 1;

    exchange_expect_part(exchange, exchange->target, after + strspn(after, " "));
    exchange_expect_part(exchange, version, exchange->version);
    exchange->next_line = version + strlen(version) + strlen("\r\n");
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, exchange_take_header, exchange);
    size_t size =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    exchange_expect_part(exchange, method + size, exchange->next_line + strlen("\r\n"));
}

/* The head is complete. A reply made here closes the connection, so only what must is refused. */
static enum MHD_Result exchange_take_head(struct exchange *exchange, const char *method,
                                          const char *version)
{
    struct request *rq = &exchange->rq;
    long long size;

    exchange->connection->state = CONNECTION_READING_BODY;
    rq->method = method;
    bool old = strcmp(version, "HTTP/1.0") == 0;
    exchange_take_headers(exchange, method, version);
    enum error e = headers_check(&rq->headers, method, version);
    rq->refusal.reason = rq->headers.fault;
    if (e)
        return exchange_refuse(exchange, e);

    const char *option = headers_find(&rq->headers, "Connection");
    exchange->keeps_alive =
        old ? option && strcasestr(option, "keep-alive") : !option || !strcasestr(option, "close");
    bool body = headers_have_body(&rq->headers, &size);
    rq->raw_max = body ? router_body_limit(rq) : 0;
    bool too_large = size > LIMIT_BODY_DRAINED && size > rq->raw_max;
    const char *expect = body ? headers_find(&rq->headers, "Expect") : NULL;
    bool waits = expect && strcasecmp(expect, "100-continue") == 0; /* RFC 9110 section 10.1.1 */
    if ((waits || too_large) && (!router_check_head(rq) || too_large))
        return exchange_refuse(exchange, ERROR_BODY_TOO_LARGE); /* unless a stage refused it */
    if (body)
        connection_enable_quickack(exchange->connection);
    connection_expect(exchange->connection, EXPECT_BODY);
    return MHD_YES;
}

/* Something has changed in the workspace that it waits for: its handler runs again. */
static void exchange_wake(struct waiter *waiter)
{
    connection_resume(LINK_OWNER(waiter, struct exchange, waiter)->connection);
}

static void exchange_run(struct exchange *exchange)
{
    exchange->pending = router_answer(&exchange->rq, &exchange->reply) == PENDING;
}

static enum MHD_Result exchange_answer(struct exchange *exchange)
{
    connection_expect(exchange->connection, EXPECT_NOTHING);
    if (exchange->out_of_memory || !exchange_try(exchange, exchange_run)) {
        exchange_lose(exchange, ERROR_OUT_OF_MEMORY);
        return exchange_finish(exchange);
    }
    if (!exchange->pending)
        return exchange_finish(exchange);
    exchange->waiter.wake = exchange_wake;
    workspace_add_waiter(exchange->rq.ctx.workspace, &exchange->waiter);
    connection_suspend(exchange->connection, exchange->reply.retry_at);
    return MHD_YES;
}

static void exchange_add_piece(struct exchange *exchange)
{
    request_add_body(&exchange->rq, exchange->piece, exchange->piece_size);
}

/* The rest of a body that is too large for the memory is read, so that the client reads the reply.
 */
static enum MHD_Result exchange_take_piece(struct exchange *exchange, const char *bytes,
                                           size_t size)
{
    bool more = request_count_body(&exchange->rq, size);

    exchange->piece = bytes;
    exchange->piece_size = size;
    if (!exchange->out_of_memory)
        exchange_try(exchange, exchange_add_piece);
    return more ? MHD_YES : MHD_NO;
}

enum MHD_Result exchange_handle(void *cls, struct MHD_Connection *connection, const char *url,
                                const char *method, const char *version, const char *upload_data,
                                size_t *upload_data_size, void **context)
{
    struct exchange *exchange = *context;
    size_t size = *upload_data_size;

    (void)connection;
    (void)url;
    ((struct http *)cls)->idle_runs = 0;
    *upload_data_size = 0;
    switch (exchange->connection->state) {
    case CONNECTION_READING_HEAD: return exchange_take_head(exchange, method, version);
    case CONNECTION_READING_BODY:
        if (!size)
            return exchange_answer(exchange);
        return exchange_take_piece(exchange, upload_data, size);
    case CONNECTION_ANSWERED:
    case CONNECTION_SENDING:
    case CONNECTION_STREAMING: break;
    case CONNECTION_ABORTED: return MHD_NO;
    }
    return exchange_send(exchange);
}

size_t exchange_unescape(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text);
}
