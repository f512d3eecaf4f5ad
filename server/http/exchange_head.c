/* How a head is taken from libmicrohttpd, without what its parser would let pass. */
#include "server/http/exchange.h"

#include <string.h>

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

void exchange_take_headers(struct exchange *exchange, const char *method, const char *version)
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
