/* One attempt to deliver a callback: the request as libcurl has it, and its outcome. */
#ifndef SERVER_CALLBACKS_ATTEMPT_H
#define SERVER_CALLBACKS_ATTEMPT_H

#include "server/callbacks/curl_dl.h"
#include "server/callbacks/payload.h"
#include "server/session/effect.h"
#include "store/callback/outbox.h"

/* Zeroed, it is free for the next callback. */
struct attempt {
    struct arena arena;
    struct callback callback; /* its texts are in the arena; its uid is "" while this is free */

    const char *workspace_uid; /* in the arena */
    struct effect effect;      /* of a fault rule */
    int64_t start_at; /* when a delay ends, as clock_monotonic_us(); 0: none is under way */
    int64_t copies;   /* to be sent after this one */
    struct payload payload;

    CURL *easy; /* NULL: no request is in progress */
    struct curl_slist *headers;
    size_t sent;      /* bytes of the body that libcurl was given */
    int64_t received; /* bytes of the reply's body so far */
    struct strbuf request_head, reply_head, reply_body; /* their beginnings, as they went by */
    int64_t started,
        duration_us; /* clock_monotonic_us() when it was sent; microseconds until it ended */
    const struct sockaddr *listening; /* where the emulator itself can be reached */
    const char
        *refused; /* why callbacks may not go to an address of its host; NULL: they may go to all */

    bool lacks_headers; /* a fault took those of its run away */
    bool over;          /* its outcome is known, and to be written */
    bool written;       /* ... and was, but is not committed */
    struct attempt_outcome outcome;
};

/* Makes its handle from its payload, ready to be added. `listening` is the address of the
 * emulator's own socket, and must outlive the attempt. False when there is no memory for it. */
bool attempt_prepare(const struct curl_dl *curl, struct attempt *attempt,
                     const struct sockaddr *listening);

/* Makes it look sent, with the headers of its payload, though nothing was: a fault answered.
 * Returns as attempt_result(). */
const char *attempt_answer(struct attempt *attempt, int64_t http_status);

/* Why an attempt failed, in words that are the same each time; NULL: delivered. Text is static, or
 * in the attempt's arena. */
const char *attempt_result(const struct curl_dl *curl, struct attempt *attempt, CURLcode result,
                           int64_t http_status);

/* Frees what libcurl has of it, if anything. The callback stays. */
void attempt_close(const struct curl_dl *curl, CURLM *multi, struct attempt *attempt);

#endif
