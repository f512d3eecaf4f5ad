/* What the lint remembers of the clients of one workspace. For the files of the lint only. */
#ifndef SERVER_COVERAGE_LINT_CLIENT_H
#define SERVER_COVERAGE_LINT_CLIENT_H

#include "server/contract/contract.h"
#include "server/coverage/lint.h"
#include "store/db/workspace.h"

enum {
    CALLS_KEPT = THRESHOLD_STORM_CALLS + 1, /* a failure, and what is no storm yet */
    READS_KEPT = THRESHOLD_POLLS,
    WAITS_KEPT = 4, /* of a workspace */
    LISTS_KEPT = 3, /* operations that are lists */
};

/* A call that failed or was refused. */
struct failed_call {
    uint64_t hash;
    int64_t at[CALLS_KEPT]; /* when the last ones were answered, in a ring; 0: forgotten */
    bool failed[CALLS_KEPT];
    int next;
    int status, refusals; /* the last, and how often it came in a row */
    int64_t changes;      /* of the client, when it came */
};

/* A run that was read, or whose end a client was shown. */
struct known_run {
    uint64_t hash;
    int64_t read_at[READS_KEPT]; /* in a ring; 0: forgotten */
    int next;
    int64_t shown_at; /* that it had stopped; 0: it goes on, as far as the client knows */
    enum run_status shown;
    int reads; /* since then */
};

/* A Retry-After. */
struct retry_wait {
    const struct operation *op; /* NULL: none */
    uint64_t hash;              /* of the call */
    int64_t connection, since, until;
};

/* A list whose page was full, and the first request that got such a page. */
struct full_list {
    const struct operation *op; /* NULL: none */
    bool read_on;
    struct lint_place first;
};

/* What most clients give no reason to remember: one that starts, lists and succeeds. */
struct lint_memory {
    bool has_calls, has_waits;
    int next_call, next_wait;
    struct failed_call calls[LIMIT_LINT_CALLS];
    struct retry_wait waits[WAITS_KEPT];
    struct known_run runs[LIMIT_LINT_RUNS];
    struct full_list lists[LISTS_KEPT];
};

/* Of the clients of one workspace; zeroed, of those without one. */
struct lint_client {
    int64_t workspace, generation;
    int64_t changes; /* that may let a refused call succeed */
    int fault;       /* that was met last, plus one; 0: none */
    uint64_t fault_hash;
    struct lint_memory *memory; /* of malloc(); NULL: there is nothing in it */
};

/* That of a workspace (NULL: of calls without one), in the place of one that is forgotten for it.
 */
struct lint_client *lint_client_get(struct lint *lint, const struct workspace *workspace);

/* Its memory, which is made where there is none. Aborts without memory. */
struct lint_memory *lint_client_memory(struct lint_client *client);

/* It begins anew: its world is another one. */
void lint_client_forget(struct lint *lint, struct lint_client *client);

#endif
