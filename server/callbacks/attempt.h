/* One try of a callback as libcurl has it: the request, and what became of it. */
#ifndef SERVER_CALLBACKS_ATTEMPT_H
#define SERVER_CALLBACKS_ATTEMPT_H

#include "server/callbacks/curl_dl.h"
#include "server/callbacks/payload.h"
#include "store/callback/outbox.h"

/* Zeroed, it is free for the next callback. */
struct attempt {
    bool taken; /* it holds a callback */
    struct arena arena;
    struct callback callback; /* its texts are in the arena */

    CURL *easy; /* NULL: not yet, or no more, under way */
    struct curl_slist *headers;
    int64_t seen;     /* bytes of the reply so far */
    bool has_refused; /* an address that callbacks may not go to */

    bool over; /* its outcome waits to be written */
    int64_t http_status;
    const char *error; /* NULL: it went well */
};

/* Makes its handle, ready to be added. False when there is no memory for it. */
bool attempt_prepare(const struct curl_dl *curl, struct attempt *transfer,
                     const struct payload *message);

/* Why a try failed, in words that do not depend on the moment; NULL: it went well. Text is static,
 * or in the transfer's arena. */
const char *attempt_result(const struct curl_dl *curl, struct attempt *transfer, CURLcode result,
                           int64_t http_status);

/* Lets go of what libcurl has of it; the callback stays. */
void attempt_close(const struct curl_dl *curl, CURLM *multi, struct attempt *transfer);

/* Makes it free. */
void attempt_release(struct attempt *transfer);

#endif
