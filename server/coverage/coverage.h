/* Coverage: what the clients of this server have tried so far.
 *
 * The counters are the server's, fixed in size, and apart from the journals: they outlive resets,
 * restored snapshots and evictions. Each dimension of coverage.def has cells; a cell that was
 * counted is covered. Calls that name their workspace by Emulator-Workspace are not counted: a
 * person makes them, on the page.
 */
#ifndef SERVER_COVERAGE_COVERAGE_H
#define SERVER_COVERAGE_COVERAGE_H

#include "server/coverage/lint.h"
#include "server/operations.h"
#include "server/session/effect.h"
#include "store/base/assumptions.h"
#include "store/run/run_machine.h"

enum coverage_status {
#define STATUS(name, ...) COVERAGE_STATUS_##name,
#include "server/coverage/coverage.def"
    COVERAGE_STATUS_COUNT
};

enum {
#define FAULT_STATUS(status) COVERAGE_FAULT_STATUS_##status,
#include "server/coverage/coverage.def"
    COVERAGE_FAULT_STATUS_COUNT
};

enum coverage_paging {
#define PAGING(name, ...) COVERAGE_PAGING_##name,
#include "server/coverage/coverage.def"
    COVERAGE_PAGING_COUNT
};

/* Faults: first those of enum effect_kind. */
enum {
    COVERAGE_FIRST_OTHER_FAULT = EFFECT_COUNT - 1,
#define OTHER_FAULT(name, ...) COVERAGE_FAULT_##name,
#include "server/coverage/coverage.def"
    COVERAGE_FAULTS
};

enum coverage_reaction {
#define REACTION(name, ...) COVERAGE_REACTION_##name,
#include "server/coverage/coverage.def"
    COVERAGE_REACTION_COUNT
};

/* Deliveries: first the effects of enum effect_kind, then the ends of enum run_status. */
enum {
    COVERAGE_FIRST_DELIVERED_END = EFFECT_COUNT,
    COVERAGE_FIRST_DELIVERY = EFFECT_COUNT + RUN_STATUS_COUNT - 1,
#define DELIVERY(name, ...) COVERAGE_DELIVERY_##name,
#include "server/coverage/coverage.def"
    COVERAGE_DELIVERIES
};

enum { COVERAGE_PARAMETERS_MAX = COVERAGE_STATUS_COUNT /* of the query of an operation */ };

enum coverage_dimension {
#define DIMENSION(name, ...) COVER_##name,
#include "server/coverage/coverage.def"
    COVER_COUNT
};

/* The most cells that a dimension has; a row of cells follows the other. */
enum { COVERAGE_CELLS = COVERAGE_STATUS_COUNT * OPERATION_COUNT };

struct coverage {
    int64_t version;  /* grows with every change, a reset included */
    int64_t since;    /* ms since 1970, by the system's clock */
    int64_t requests; /* of the API that were counted */
    int64_t count[COVER_COUNT][COVERAGE_CELLS];
    struct lint lint;
    int64_t reactions[COVERAGE_FAULTS][COVERAGE_REACTION_COUNT];
};

/* An attempt to deliver a callback that has ended. */
struct coverage_delivery {
    enum effect_kind effect; /* that it met */
    bool delayed;
    bool is_copy;               /* of one that the receiver has accepted */
    bool lacks_headers;         /* its run has callback.headers, and it was sent without them */
    bool delivered;             /* the receiver accepted it */
    int64_t attempts;           /* of this callback, before this one */
    int64_t http_status;        /* 0: no reply came */
    int64_t duration_us;        /* microseconds; 0: it was not sent */
    enum run_status run_status; /* that it tells */
    const char *run_uid;
    const struct workspace *workspace;
    const char *id;    /* as in the journal of deliveries */
    const char *label; /* of the workspace; NULL: it has none */
};

/* Nothing was tried. Aborts without memory. */
struct coverage *coverage_open(void);
void coverage_close(struct coverage *coverage);

/* Nothing was tried, from now on. */
void coverage_reset(struct coverage *coverage);

/* Counts a cell: the column of a row. */
void coverage_count(struct coverage *coverage, enum coverage_dimension dimension, int row,
                    int column);

/* Counts an attempt to deliver a callback. */
void coverage_deliver(struct coverage *coverage, const struct coverage_delivery *delivery);

/* As a report has it. */
const char *coverage_reaction_word(enum coverage_reaction reaction);

/* The row of a documented status, or COVERAGE_STATUS_COUNT. */
enum coverage_status coverage_status_find(int status);

/* The statuses of a run as a client can tell them apart: of those that a cancel leads to, one. */
enum run_status coverage_run_status(enum run_status status);

#endif
