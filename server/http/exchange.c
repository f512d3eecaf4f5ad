#include "server/http/exchange.h"

#include "server/coverage/record.h"
#include "server/http/access_log.h"
#include "server/request/hints.h"
#include "server/request/journal_record.h"
#include "server/request/stages.h"
#include "store/base/limits.h"
#include "store/base/memory.h"
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

static struct arena arena_take(struct http *http)
{
    return http->arena_count ? http->arena[--http->arena_count] : (struct arena){0};
}

static void arena_give_back(struct http *http, struct arena arena)
{
    if (arena_is_large(&arena))
        arena_move(&http->discarded, &arena);
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
    exchange->rq.connection = exchange->connection->number;
    url_split(&exchange->rq.arena, target, &exchange->rq.url);
    exchange->target = target;
    exchange->version = target + strlen(target) + 1;
    if (target[strcspn(target, " \t\v\f\r")])
        headers_reject(&exchange->rq.headers, "the target contains white space");
    target_cut_query((char *)(uintptr_t)target);
    return exchange;
}

void exchange_end(void *cls, struct MHD_Connection *connection, void **context,
                  enum MHD_RequestTerminationCode code)
{
    struct exchange *exchange = *context;

    (void)cls;
    (void)connection;
    if (!exchange)
        return;
    if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
        coverage_record_wait(&exchange->rq);
    if (exchange->connection->state == CONNECTION_SENDING)
        access_log_write(&exchange->rq, exchange->reply.status);
    if (exchange->reply.stream)
        exchange->rq.service->streams--;
    shared_body_release(&exchange->rq.service->pieces, &exchange->reply.shared);
    connection_expect(exchange->connection, EXPECT_HEAD);
    link_remove(&exchange->waiter.link);
    link_remove(&exchange->awaiting_commit);
    link_remove(&exchange->long_call);
    *context = NULL;
    arena_move(&exchange->http->discarded, &exchange->rq.retained);
    struct http *http = exchange->http;
    arena_give_back(http, exchange->rq.arena);
    memory_reserve_fill();
}

/* Bytes: as a rule all that such a handler took, for many such replies may be made in a row. */
enum { RELEASED_WITH_REPLY = 32 * 1024 * 1024 };

/* A large body is shared with others, for its client may take long to read it; what its handler
 * took to make it is given up. */
static void exchange_share_body(struct exchange *exchange)
{
    struct reply *reply = &exchange->reply;
    struct request *rq = &exchange->rq;
    struct strbuf body = {.bytes = (char *)(uintptr_t)reply->body, .size = reply->size};

    if (reply->size < SHARED_BODY_LEAST || reply->headers)
        return;
    if (reply->shared.count ||
        (arena_holds_alone(&rq->arena, reply->body) && reply_share(rq, reply, &body, true))) {
        arena_move_since(&exchange->http->discarded, &rq->arena, rq->mark);
        rq->fidelity =
            arena_strdup(&rq->arena, rq->fidelity); /* of what was moved, not yet freed */
        arena_release_part(&exchange->http->discarded, RELEASED_WITH_REPLY);
    }
}

/* When a fault delays the reply: until when. 0: it is to be sent now. */
static int64_t exchange_record(struct exchange *exchange)
{
    int64_t delay = exchange->rq.effect.delay_ms;

    journal_record(&exchange->rq, &exchange->reply);
    coverage_record(&exchange->rq, &exchange->reply);
    exchange_share_body(exchange);
    return delay ? clock_monotonic_us() + delay * 1000 : 0;
}

/* Whether a request may begin: the reserve is full, or becomes so when all is freed at once that
 * was to be freed in parts. */
static bool exchange_find_memory(struct exchange *exchange)
{
    if (memory_reserve_fill())
        return true;
    arena_release(&exchange->http->discarded);
    return memory_reserve_fill();
}

/* There was too little memory: what its work took is freed, and what it changed is rolled back. */
static void exchange_abandon(struct exchange *exchange)
{
    struct request *rq = &exchange->rq;

    transaction_abandon(rq->service->store);
    if (rq->checked)
        arena_rewind(&rq->arena, rq->mark);
    rq->shown = (struct shown){0};
    arena_release(&rq->retained);
    exchange_find_memory(exchange);
    exchange->out_of_memory = true;
}

/* Does a part of the request's work. False: there was too little memory for it. */
static bool exchange_try(struct exchange *exchange, void (*work)(struct exchange *exchange))
{
    struct request *rq = &exchange->rq;
    jmp_buf recovery;
    volatile bool done = false;

    if (exchange_find_memory(exchange) && setjmp(recovery) == 0) {
        rq->arena.recovery = rq->retained.recovery = &recovery;
        work(exchange);
        done = true;
    }
    rq->arena.recovery = rq->retained.recovery = NULL;
    if (!done)
        exchange_abandon(exchange);
    return done;
}

/* What the handler did is undone, and so its reply is not true. */
static void exchange_lose(struct exchange *exchange, enum error error)
{
    struct request *rq = &exchange->rq;

    rq->refusal = (struct refusal){0};
    rq->used = (struct assumption_set){0};
    rq->transition = (struct transition){0};
    shared_body_release(&rq->service->pieces, &exchange->reply.shared);
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

/* The reply is complete. Whether it is to be sent now: it may have to wait for its delay, or until
 * its change is on the disk. */
static bool exchange_complete(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;

    request_identify(&exchange->rq);
    if (exchange->rq.refusal.error)
        exchange->rq.hint = hint_for(&exchange->rq);
    link_remove(&exchange->waiter.link);
    connection->state = CONNECTION_ANSWERED;
    if (exchange->reply.stream) /* it waits for no commit, and is in no journal */
        return true;
    if (batch_pending(exchange->rq.service->store)) {
        link_add(&exchange->http->awaiting_commit, &exchange->awaiting_commit);
        connection_suspend(connection, INT64_MAX);
        return false;
    }
    int64_t due = exchange_record(exchange);
    if (due)
        connection_suspend(connection, due);
    return !due;
}

static enum MHD_Result exchange_finish(struct exchange *exchange)
{
    return exchange_complete(exchange) ? exchange_send(exchange) : MHD_YES;
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

    const char *option = rq->headers.field[HEADER_CONNECTION];
    exchange->keeps_alive =
        old ? option && strcasestr(option, "keep-alive") : !option || !strcasestr(option, "close");
    bool body = headers_have_body(&rq->headers, &size);
    rq->raw_max = body ? router_body_limit(rq) : 0;
    rq->raw_expected = size > 0 ? size : 0;
    bool too_large = size > LIMIT_BODY_DRAINED && size > rq->raw_max;
    const char *expect = body ? rq->headers.field[HEADER_EXPECT] : NULL;
    bool waits = expect && strcasecmp(expect, "100-continue") == 0; /* RFC 9110 section 10.1.1 */
    bool refused = (waits || too_large) && !router_head_passes(rq);
    if (refused || too_large)
        return exchange_refuse(exchange, ERROR_BODY_TOO_LARGE); /* unless a stage refused it */
    if (body)
        connection_enable_quickack(exchange->connection);
    connection_expect(exchange->connection, body ? EXPECT_BODY : EXPECT_NOTHING);
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

/* The request is PENDING. */
static void exchange_wait(struct exchange *exchange)
{
    if (exchange->rq.postponed == POSTPONED_AS_LONG) {
        link_remove(&exchange->waiter.link); /* it may have waited for another call before */
        link_add(&exchange->http->long_calls, &exchange->long_call);
        exchange->connection->state = CONNECTION_RUNNING;
    } else {
        exchange->waiter.wake = exchange_wake;
        workspace_add_waiter(exchange->rq.ctx.workspace, &exchange->waiter);
    }
    connection_suspend(exchange->connection, exchange->reply.retry_at);
}

/* Whether there is a reply now, and not only a time to ask again. */
static bool exchange_is_answered(struct exchange *exchange)
{
    if (!exchange->out_of_memory && exchange_try(exchange, exchange_run))
        return !exchange->pending;
    exchange_lose(exchange, ERROR_OUT_OF_MEMORY);
    return true;
}

static enum MHD_Result exchange_answer(struct exchange *exchange)
{
    connection_expect(exchange->connection, EXPECT_NOTHING);
    if (exchange_is_answered(exchange))
        return exchange_finish(exchange);
    exchange_wait(exchange);
    return MHD_YES;
}

void exchange_run_long_call(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    struct exchange *around = exchange->http->running;

    link_remove(&exchange->long_call);
    if (connection->state == CONNECTION_ABORTED) /* libmicrohttpd is about to end it */
        return;
    exchange->http->running = exchange;
    exchange->rq.is_long_call = true;
    connection->state = CONNECTION_RUNNING;
    batch_secure(exchange->rq.service->store);
    bool answered = exchange_is_answered(exchange);
    call_end(&exchange->rq);
    exchange->http->running = around;
    connection->state = exchange->client_left ? CONNECTION_ABORTED : CONNECTION_READING_BODY;
    if (!exchange->client_left && !answered)
        exchange_wait(exchange);
    else if (exchange->client_left || exchange_complete(exchange))
        connection_resume(connection);
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
    case CONNECTION_RUNNING:
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
