/* The reply to one request: a status, a body, and the few headers that vary.
 *
 * All of it lives in the request's arena or is static. Handlers fill it with the functions below;
 * what they refuse is written by reply_error(), the only place that knows the error body (API.md
 * section 3).
 */
#ifndef SERVER_REQUEST_REPLY_H
#define SERVER_REQUEST_REPLY_H

#include "server/request/request.h"
#include "server/request/shared_body.h"

/* The rest of a reply that goes on for long, such as a stream of events. It belongs to the request.
 */
struct reply_stream {
    /* Writes the next piece, of at most `room` bytes, and returns its size. 0: there is none yet,
     * ask again after LIMIT_EVENT_INTERVAL. -1: it ends. */
    int (*next)(struct reply_stream *stream, char *out, size_t room);
};

struct reply {
    int status;
    const char *content_type;
    const char *body;
    size_t size;               /* bytes of the body */
    struct shared_body shared; /* a large body, of which `body` is only the beginning; or empty */
    const char *allow;         /* the Allow header, or NULL */
    int64_t retry_at;    /* PENDING: by when to run the handler again, as clock_monotonic_us(), if
                            its workspace does not change before */
    bool close;          /* the connection cannot be used any more */
    int64_t total_count; /* the X-Total-Count header; -1: none */
    struct reply_stream *stream;       /* in place of a body; or NULL */
    const struct header_line *headers; /* further ones, then one without a name; or NULL */
};

typedef enum outcome operation_handler(struct request *rq, struct reply *out);

/* One for each operation, in the order of contract_operations; made by contract/generate.py. */
extern operation_handler *const operation_handlers[];

/* 200, or 201, and a JSON text. */
enum outcome reply_ok(struct reply *out, struct strbuf json);
enum outcome reply_created(struct reply *out, struct strbuf json);

/* The status that an assumption of the workspace says, and a JSON text. */
enum outcome reply_assumed(struct request *rq, struct reply *out, enum assumption code,
                           struct strbuf json);

/* Moves what there is of a long text to the shared body, as far as it can be, or all of it, when it
 * ends a piece (shared_body_add()): so that the text is nowhere whole. False: there is too little
 * memory. */
bool reply_share(struct request *rq, struct reply *out, struct strbuf *json, bool ends);

/* 200 and a JSON text, of which the beginning may be in the shared body. */
enum outcome reply_ok_shared(struct request *rq, struct reply *out, struct strbuf *json);

/* 200 and text that is ready. */
enum outcome reply_text(struct reply *out, const char *content_type, const char *text, size_t size);
enum outcome reply_json(struct reply *out, const char *text, size_t size);

/* The error response for rq->refusal. */
void reply_error(struct request *rq, struct reply *out);

#endif
