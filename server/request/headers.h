/* The head of a request: the header fields we read, and whether all of it is valid HTTP.
 *
 * libmicrohttpd accepts much that RFC 9112 forbids and that is used to smuggle requests past a
 * proxy; that is refused here.
 */
#ifndef SERVER_REQUEST_HEADERS_H
#define SERVER_REQUEST_HEADERS_H

#include "store/base/errors.h"
#include "store/base/limits.h"

#include <stdbool.h>
#include <stddef.h>

/* The fields we read. A value lives as long as the request. */
enum header {
    HEADER_HOST,
    HEADER_ORIGIN,
    HEADER_API_KEY,
    HEADER_CONTENT_TYPE,
    HEADER_CONTENT_LENGTH,
    HEADER_TRANSFER_ENCODING,
    HEADER_CONNECTION,
    HEADER_EXPECT,
    HEADER_REQUEST_ID,
    HEADER_TRACEPARENT,
    HEADER_FAULT,
    HEADER_RACE,
    HEADER_CALLBACK, /* only a delivery of an emulator has it */
    HEADER_WORKSPACE,
    HEADER_LABEL,
    HEADER_CORS_METHOD, /* of a preflight request */
    HEADER_CORS_HEADERS,
    HEADER_COUNT
};

struct header_line {
    const char *name, *value;
};

/* Zeroed is ready. */
struct headers {
    const char *field[HEADER_COUNT];             /* the first of that name; NULL when absent */
    int count;                                   /* header lines */
    struct header_line line[LIMIT_HEADER_COUNT]; /* as they came */
    size_t size;                                 /* their bytes */
    const char *fault;                           /* what is wrong with them, static; or NULL */
};

/* Adds one header line. value may be NULL. */
void headers_add(struct headers *head, const char *name, size_t name_size, const char *value,
                 size_t value_size);

/* Notes a fault that was found elsewhere; why is static. The first fault counts. */
void headers_reject(struct headers *head, const char *why);

/* Checks the whole head. Errors: ERROR_BAD_HEAD (head->fault says why), ERROR_HEAD_TOO_LARGE,
 * ERROR_UNKNOWN_CODING, ERROR_UNKNOWN_VERSION. After any of these the bytes that follow on the
 * connection cannot be trusted: it must be closed. */
enum error headers_check(struct headers *head, const char *method, const char *version);

/* The value of the first field of this name, or NULL; for those that are rarely read. */
const char *headers_find(const struct headers *head, const char *name);

/* Whether a body follows; its declared size, or -1 when it comes in chunks. */
bool headers_have_body(const struct headers *head, long long *size);

#endif
