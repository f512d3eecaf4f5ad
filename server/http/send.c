#include "server/http/exchange.h"

#include "server/request/cors.h"
#include "server/request/hints.h"
#include "store/base/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
    SEND_BLOCK = 32 * 1024,  /* bytes that libmicrohttpd asks for at once of a reply that a fault
                                slows or damages, at most */
    LARGE_BLOCK = 64 * 1024, /* the same of a large one. Each reply has room for so many */
    SEND_INTERVAL = 10000    /* microseconds between two pieces of a slow one, at least */
};

enum { STREAM_BLOCK = 1024 /* bytes of a piece of a stream, at most */ };

static void response_add_header(struct MHD_Response *response, const char *name, const char *value)
{
    if (value)
        MHD_add_response_header(response, name, value);
}

static void response_add_number(struct MHD_Response *response, const char *name, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, number);
    MHD_add_response_header(response, name, text);
}

/* How many bytes of its body a reply may have sent by now. */
static uint64_t reply_bytes_due(const struct exchange *exchange)
{
    const struct effect *effect = &exchange->rq.effect;
    uint64_t size = exchange->reply.size, max = size;

    if (effect->kind == EFFECT_TRUNCATE)
        max = (uint64_t)effect->amount;
    if (effect->kind == EFFECT_SLOW)
        max = (uint64_t)((double)(clock_monotonic_us() - exchange->send_started_at) *
                         (double)effect->amount / 1e6);
    return max < size ? max : size;
}

/* When the byte at that position is to be sent. */
static int64_t reply_next_byte_at(const struct exchange *exchange, uint64_t position)
{
    int64_t soon = clock_monotonic_us() + SEND_INTERVAL;
    double at = (double)(position + 1) * 1e6 / (double)exchange->rq.effect.amount;
    int64_t due = exchange->send_started_at + (int64_t)at + 1;

    return due < soon ? soon : due;
}

/* Hands libmicrohttpd the next piece, or suspends the connection until there is one. */
static ssize_t reply_read(void *cls, uint64_t position, char *out, size_t room)
{
    struct exchange *exchange = cls;
    uint64_t until = reply_bytes_due(exchange);

    exchange->http->idle_runs = 0;
    if (until <= position) {
        if (exchange->rq.effect.kind != EFFECT_SLOW) {
            /* libmicrohttpd may close it only after the next event on it */
            shutdown(exchange->connection->fd, SHUT_WR);
            exchange->connection->all->run_again = true;
            return MHD_CONTENT_READER_END_OF_STREAM;
        }
        connection_suspend(exchange->connection, reply_next_byte_at(exchange, position));
        return 0;
    }
    size_t size = until - position < room ? until - position : room;
    struct reply *reply = &exchange->reply;
    if (reply->shared.count)
        return (ssize_t)shared_body_read(&reply->shared, position, out, size);
    memcpy(out, reply->body + position, size);
    return (ssize_t)size;
}

/* libmicrohttpd 0.9.75 adds the true length beside one of ours, unless it believes that it does not
 * know it; and then sends chunks, unless it takes the client for an old one. */
static struct MHD_Response *response_make_damaged(struct exchange *exchange, int64_t length)
{
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, SEND_BLOCK, reply_read, exchange, NULL);

    if (!response)
        return NULL;
    exchange->keeps_alive = false;
    MHD_set_response_options(
        response, MHD_RF_INSANITY_HEADER_CONTENT_LENGTH | MHD_RF_HTTP_1_0_COMPATIBLE_STRICT,
        MHD_RO_END);
    response_add_number(response, "Content-Length", length);
    return response;
}

/* The next piece of a stream. While there is none it is suspended, all streams to the same
 * instants, so that the process wakes up once for all of them. */
static ssize_t stream_read(void *cls, uint64_t position, char *out, size_t room)
{
    struct exchange *exchange = cls;
    struct reply_stream *stream = exchange->reply.stream;
    bool aborted = exchange->connection->state == CONNECTION_ABORTED;
    int size = aborted ? -1 : stream->next(stream, out, room);

    (void)position;
    if (size < 0) {
        exchange->connection->all->run_again = true;
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    if (size == 0) {
        int64_t count = clock_monotonic_us() / LIMIT_EVENT_INTERVAL + 1;
        connection_suspend(exchange->connection, count * LIMIT_EVENT_INTERVAL);
    }
    return size;
}

static struct MHD_Response *response_make(struct exchange *exchange)
{
    const struct reply *reply = &exchange->reply;
    const struct effect *effect = &exchange->rq.effect;

    if (reply->stream)
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, stream_read,
                                                 exchange, NULL);
    switch (effect->kind) {
    case EFFECT_SLOW:
        exchange->send_started_at = clock_monotonic_us();
        return MHD_create_response_from_callback(reply->size, SEND_BLOCK, reply_read, exchange,
                                                 NULL);
    case EFFECT_TRUNCATE: return response_make_damaged(exchange, (int64_t)reply->size);
    case EFFECT_WRONG_LENGTH: return response_make_damaged(exchange, effect->amount);
    case EFFECT_NONE:
    case EFFECT_STATUS:
    case EFFECT_RESET:
    case EFFECT_RESET_AFTER_COMMIT:
    case EFFECT_EMPTY:
    case EFFECT_RACE:
    case EFFECT_ANSWER:
    case EFFECT_DUPLICATE:
    case EFFECT_DROP:
    case EFFECT_HOLD_BEHIND_NEXT:
    case EFFECT_HALF_BODY:
    case EFFECT_WITHOUT_HEADERS:
    case EFFECT_COUNT: break;
    }
    /* A client that reads a large one as fast as it comes would keep the others waiting until it
     * has it all, if it were not sent in blocks. */
    if (reply->shared.count)
        return MHD_create_response_from_callback(reply->size, LARGE_BLOCK, reply_read, exchange,
                                                 NULL);
    return MHD_create_response_from_buffer(reply->size, (void *)(uintptr_t)reply->body,
                                           MHD_RESPMEM_PERSISTENT);
}

/* The path of the route, without its parameters: /v1/flows/runs/cancel (API.md section 3). */
static const char *rate_limited_path(struct request *rq)
{
    const char *path = "";

    for (int i = 0; i < rq->op->segment_count; i++) {
        if (rq->op->segment[i])
            path = arena_format(&rq->arena, "%s/%s", path, rq->op->segment[i]);
    }
    return path;
}

static void response_add_lines(struct MHD_Response *response, const struct header_line *line)
{
    for (; line && line->name; line++)
        response_add_header(response, line->name, line->value);
}

static void response_add_headers(struct MHD_Response *response, struct request *rq,
                                 const struct reply *reply)
{
    response_add_header(response, "Content-Type", reply->content_type);
    response_add_header(response, "X-Request-Id", rq->id);
    response_add_header(response, "Allow", reply->allow);
    response_add_header(response, "Emulator-Fidelity", rq->fidelity);
    response_add_header(response, "Emulator-Hint", rq->hint);
    if (reply->status >= 400)
        response_add_header(response, "Link", hint_link(rq));
    response_add_header(response, "Connection", reply->close ? "close" : NULL);
    if (rq->refusal.retry_after)
        response_add_number(response, "Retry-After", rq->refusal.retry_after);
    if (rq->refusal.retry_after && reply->status == 429) {
        response_add_header(response, "X-RateLimit-Type", rate_limited_path(rq));
        response_add_number(response, "X-RateLimit-Remaining", 0);
    }
    response_add_lines(response, reply->headers);
    response_add_lines(response, cors_headers(rq));
    if (reply->total_count >= 0)
        response_add_number(response, "X-Total-Count", reply->total_count);
}

/* Dissolves the association, which sends an RST and no FIN before it (tcp_disconnect in Linux). */
static void connection_reset(const struct connection *connection)
{
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};

    (void)connect(connection->fd, &nobody, sizeof nobody);
}

enum MHD_Result exchange_send(struct exchange *exchange)
{
    enum effect_kind kind = exchange->rq.effect.kind;

    exchange->connection->state =
        exchange->reply.stream ? CONNECTION_STREAMING : CONNECTION_SENDING;
    if (kind == EFFECT_RESET || kind == EFFECT_RESET_AFTER_COMMIT)
        connection_reset(exchange->connection);
    if (!effect_row(kind)->sends) {
        exchange->reply.status = 0;
        return MHD_NO;
    }
    struct MHD_Response *response = response_make(exchange);
    if (!response)
        return MHD_NO;
    response_add_headers(response, &exchange->rq, &exchange->reply);
    if (exchange->keeps_alive && !exchange->reply.close) {
        MHD_set_response_options(response, MHD_RF_SEND_KEEP_ALIVE_HEADER, MHD_RO_END);
        response_add_header(response, "Keep-Alive", exchange->http->keep_alive);
    }
    enum MHD_Result result =
        MHD_queue_response(exchange->connection->mhd, (unsigned)exchange->reply.status, response);
    MHD_destroy_response(response);
    return result;
}
