/* Exchanges that wait while the server does not: for a time, with their connections suspended.
 *
 * libmicrohttpd does nothing for a suspended connection; once it is resumed, it calls again what
 * it called last.
 */
#ifndef SERVER_PARKING_H
#define SERVER_PARKING_H

#include "server/exchange.h"

/* Zeroed, nobody waits. */
struct parking {
    struct exchange *first;
    int64_t count;
    bool again; /* a reply ended before its first byte: libmicrohttpd closes it when it is next run
                 */
};

/* Suspends the exchange's connection until then, on the stopwatch. */
void parking_park(struct parking *parking, struct exchange *exchange, int64_t due);

/* Resumes all whose time has come; with `all`, whoever waits. */
void parking_resume(struct parking *parking, bool all);

/* Milliseconds until the first one's time comes, rounded up; -1 when nobody waits. */
int parking_timeout(const struct parking *parking);

/* Forgets an exchange that ends. */
void parking_leave(struct parking *parking, struct exchange *exchange);

#endif
