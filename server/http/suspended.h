/* Exchanges whose connections are suspended, until a time or until something happens; the server
 * goes on with others meanwhile.
 *
 * libmicrohttpd does nothing for a suspended connection. Once it is resumed, it calls again what it
 * called last.
 *
 * A client that stops sending while it waits for a reply is taken to have left: TCP does not tell
 * whether it still reads, and one that left must not keep its connection until its time is up.
 * A reply that is being sent slowly is sent on.
 */
#ifndef SERVER_HTTP_SUSPENDED_H
#define SERVER_HTTP_SUSPENDED_H

#include "server/http/exchange.h"

/* Zeroed, there are none. */
struct suspended {
    struct link *timed;
    int64_t next_due; /* the earliest `due` of those, or earlier */
    struct link *awaiting_commit;
    bool run_again; /* libmicrohttpd has work left that MHD_get_timeout() does not tell of */
};

/* Suspends the connection of the exchange, at most until `due`, as clock_monotonic_us(). */
void suspended_add(struct suspended *suspended, struct exchange *exchange, int64_t due);

/* Suspends it until the change that its reply tells of is on the disk. */
void suspended_add_until_commit(struct suspended *suspended, struct exchange *exchange);

/* Resumes it, if it is suspended. */
void suspended_resume(struct suspended *suspended, struct exchange *exchange);

/* Resumes those whose time has come and, as EXCHANGE_ABORTED, those whose clients have left. */
void suspended_resume_due(struct suspended *suspended);

/* Resumes those that waited for a commit. */
void suspended_resume_committed(struct suspended *suspended);

/* Resumes all of them. */
void suspended_resume_all(struct suspended *suspended);

/* Clients may have left: the next suspended_resume_due() looks at all of them. */
void suspended_recheck(struct suspended *suspended);

/* When suspended_resume_due() may have something to do; INT64_MAX: never. */
int64_t suspended_next(const struct suspended *suspended);

/* The exchange ends. */
void suspended_remove(struct exchange *exchange);

#endif
