#include "server/http/send.h"

#include "store/base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
    PACE_BLOCK = 32 * 1024, /* bytes of a slow or broken reply that are handed over at once */
    PACE_TICK = 10000       /* microseconds between two pieces of a slow one, at least */
};

/* A reply that is not simply handed over: which exchange, and of which server's suspended. */
struct pace {
    struct exchange *exchange;
    struct suspended *suspended;
};

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    if (value)
        MHD_add_response_header(response, name, value);
}

static void add_number(struct MHD_Response *response, const char *name, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, number);
    MHD_add_response_header(response, name, text);
}

/* How many bytes of its body a reply may have sent by now. */
static uint64_t bytes_allowed(const struct exchange *exchange)
{
    const struct effect *effect = &exchange->rq.effect;
    uint64_t size = exchange->reply.size, most = size;

    if (effect->kind == EFFECT_TRUNCATE)
        most = (uint64_t)effect->amount;
    if (effect->kind == EFFECT_SLOW)
        most = (uint64_t)((double)(clock_monotonic_us() - exchange->began) *
                          (double)effect->amount / 1e6);
    return most < size ? most : size;
}

/* Until when the next byte is to be waited for. */
static int64_t next_byte(const struct exchange *exchange, uint64_t position)
{
    int64_t soon = clock_monotonic_us() + PACE_TICK;
    double at = (double)(position + 1) * 1e6 / (double)exchange->rq.effect.amount;
    int64_t due = exchange->began + (int64_t)at + 1;

    return due < soon ? soon : due;
}

static ssize_t send_piece(void *cls, uint64_t position, char *out, size_t room)
{
    const struct pace *pace = cls;
    struct exchange *exchange = pace->exchange;
    uint64_t until = bytes_allowed(exchange);

    if (until <= position) {
        if (exchange->rq.effect.kind != EFFECT_SLOW) {
            pace->suspended->again = true;
            return MHD_CONTENT_READER_END_OF_STREAM;
        }
        suspended_add(pace->suspended, exchange, next_byte(exchange, position), NULL);
        return 0;
    }
    size_t size = until - position < room ? until - position : room;
    memcpy(out, exchange->reply.body + position, size);
    return (ssize_t)size;
}

/* libmicrohttpd 0.9.75 adds the true length beside one of ours, unless it believes that it does not
 * know it; and then sends chunks, unless the client is believed to be an old one. */
static struct MHD_Response *false_length(struct pace *pace, int64_t length)
{
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PACE_BLOCK, send_piece, pace, NULL);

    if (!response)
        return NULL;
    MHD_set_response_options(
        response, MHD_RF_INSANITY_HEADER_CONTENT_LENGTH | MHD_RF_HTTP_1_0_COMPATIBLE_STRICT,
        MHD_RO_END);
    add_number(response, "Content-Length", length);
    return response;
}

static struct MHD_Response *make_response(struct exchange *exchange, struct suspended *suspended)
{
    const struct reply *reply = &exchange->reply;
    const struct effect *effect = &exchange->rq.effect;
    struct pace *pace;

    if (effect->kind != EFFECT_SLOW && effect->kind != EFFECT_TRUNCATE &&
        effect->kind != EFFECT_WRONG_LENGTH)
        return MHD_create_response_from_buffer(reply->size, (void *)(uintptr_t)reply->body,
                                               MHD_RESPMEM_PERSISTENT);
    pace = arena_alloc(&exchange->rq.arena, sizeof *pace);
    *pace = (struct pace){exchange, suspended};
    exchange->began = clock_monotonic_us();
    if (effect->kind == EFFECT_SLOW)
        return MHD_create_response_from_callback(reply->size, PACE_BLOCK, send_piece, pace, NULL);
    return false_length(pace,
                        effect->kind == EFFECT_TRUNCATE ? (int64_t)reply->size : effect->amount);
}

static void add_headers(struct MHD_Response *response, const struct request *rq,
                        const struct reply *reply)
{
    add_header(response, "Content-Type", reply->content_type);
    add_header(response, "X-Request-Id", rq->id);
    add_header(response, "Allow", reply->allow);
    add_header(response, "Emulator-Fidelity", rq->fidelity);
    add_header(response, "Emulator-Hint", rq->hint);
    add_header(response, "Connection", reply->close ? "close" : NULL);
    if (rq->retry_after)
        add_number(response, "Retry-After", rq->retry_after);
    if (rq->retry_after && reply->status == 429) {
        add_header(response, "X-RateLimit-Type", "flows");
        add_number(response, "X-RateLimit-Remaining", 0);
    }
    if (reply->total_count >= 0)
        add_number(response, "X-Total-Count", reply->total_count);
}

/* Dissolves the association, which sends an RST and no FIN before it (tcp_disconnect in Linux). */
static void connection_reset(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};

    if (info)
        (void)connect(info->connect_fd, &nobody, sizeof nobody);
}

enum MHD_Result send_reply(struct exchange *exchange, struct suspended *suspended)
{
    enum effect_kind kind = exchange->rq.effect.kind;

    exchange->state = EXCHANGE_SENDS;
    if (kind == EFFECT_RESET || kind == EFFECT_RESET_AFTER_COMMIT)
        connection_reset(exchange->mhd_connection);
    if (!effect_sends(&exchange->rq.effect)) {
        exchange->reply.status = 0;
        return MHD_NO;
    }
    struct MHD_Response *response = make_response(exchange, suspended);
    if (!response)
        return MHD_NO;
    add_headers(response, &exchange->rq, &exchange->reply);
    enum MHD_Result result =
        MHD_queue_response(exchange->mhd_connection, (unsigned)exchange->reply.status, response);
    MHD_destroy_response(response);
    return result;
}
