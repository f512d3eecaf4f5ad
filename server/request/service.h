/* What every request can reach: the store, the settings, the sessions, the server's own counters.
 */
#ifndef SERVER_REQUEST_SERVICE_H
#define SERVER_REQUEST_SERVICE_H

#include "server/config/metrics.h"
#include "server/config/settings.h"
#include "server/request/shared_body.h"
#include "server/session/session.h"
#include "store/store.h"

/* A library that the program uses. */
struct library {
    const char *name;
    const char *(*version)(void); /* NULL while it is not loaded */
};

struct coverage;

struct service {
    struct store *store;
    const struct settings *settings;
    const struct library *libraries; /* after the last, one without a name */
    int64_t started;                 /* clock_monotonic_us() */
    char authority[300];             /* host and port on which it listens, as a URL has them */
    int64_t requests;                /* answered so far */
    int streams;                     /* that are open: replies with a reply_stream */
    struct metrics metrics;
    struct shared_pieces pieces; /* of the bodies of large replies */
    struct coverage *coverage;   /* coverage.h */
    bool loading;                /* a request loads a fixture by name, and may pause */
    struct session_table *sessions;
    uint64_t ref_seq; /* references made for requests that have no workspace */
};

#endif
