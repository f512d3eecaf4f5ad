/* Exchanges that wait while the server does not: for a time, with their connections suspended.
 *
 * libmicrohttpd does nothing for a suspended connection; once it is resumed, it calls again what
 * it called last.
 */
#ifndef SERVER_HTTP_SUSPENDED_H
#define SERVER_HTTP_SUSPENDED_H

#include "server/http/exchange.h"

/* Whoever stops sending while he waits is taken to have left: over TCP one cannot see whether he
 * still listens, and who leaves must not keep his place until his time is up. Not so where the
 * server is at work for him, or sends him something slowly.
 */

/* Zeroed, nobody waits. */
struct suspended {
    struct exchange *first;
    int64_t count;
    int64_t next_due; /* the first one's time, as far as anybody waits */
    bool again; /* libmicrohttpd has something left to do that it does not tell: run it at once
                 */
};

/* Suspends the exchange's connection until then, on the stopwatch; with a session, also until
 * something changes in its workspace. */
void suspended_add(struct suspended *suspended, struct exchange *exchange, int64_t due,
                   struct session *session);

/* Resumes all whose time has come or, when there is news, for whom something changed; and
 * those who left, as EXCHANGE_LEFT. */
void suspended_resume(struct suspended *suspended, bool has_news);

/* Some may have left: suspended_resume() has to look. */
void suspended_recheck(struct suspended *suspended);

/* Resumes whoever waits. */
void suspended_resume_all(struct suspended *suspended);

/* Milliseconds until the first one's time comes, rounded up; -1 when nobody waits. */
int suspended_timeout(const struct suspended *suspended);

/* Forgets an exchange that ends. */
void suspended_remove(struct suspended *suspended, struct exchange *exchange);

#endif
