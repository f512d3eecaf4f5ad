/* The probes of `verify`: probes.def as a table, and the placeholders in their targets and bodies.
 *
 * All strings of a row are static.
 */
#ifndef SERVER_VERIFY_PROBE_H
#define SERVER_VERIFY_PROBE_H

#include "store/base/arena.h"
#include "store/base/assumptions.h"

#include <stdbool.h>

/* The words of --level, in the order of its row. A level has those below it. */
enum probe_level { LEVEL_READS, LEVEL_REFUSALS, LEVEL_WRITES };

enum placeholder {
    PLACEHOLDER_NONE,
#define PLACEHOLDER(name, ...) PLACEHOLDER_##name,
#define PROBE(...)
#define NOT_SETTLED(...)
#include "server/verify/probes.def"
    PLACEHOLDER_COUNT
};

enum probe_id {
    PROBE_NONE,
#define PLACEHOLDER(...)
#define PROBE(name, ...) PROBE_##name,
#define NOT_SETTLED(...)
#include "server/verify/probes.def"
    PROBE_COUNT
};

enum probe_flag {
    FLAG_FIELDS = 1 << 0,  /* names and types of the fields of the body are compared */
    FLAG_ORDER = 1 << 1,   /* whether created_at ascends */
    FLAG_PAGE = 1 << 2,    /* how many items the page before had, when more follow */
    FLAG_NULLS = 1 << 3,   /* where started_at is null, here and in the reply before */
    FLAG_STATE = 1 << 4,   /* status and finished_at of the run */
    FLAG_LEFT = 1 << 5,    /* whether there are outputs, if there were before */
    FLAG_KEYLESS = 1 << 6, /* sent without the key */
    FLAG_TEXT = 1 << 7,    /* sent as text/plain */
    FLAG_SETUP = 1 << 8,   /* only prepares another: it is not compared */
    FLAG_POLL = 1 << 9,    /* sent until it captures something, POLLS_MAX times */
    FLAG_COSTS = 1 << 10   /* a credit of --most-credits */
};

enum { VERIFY_REQUESTS_MAX = 40, POLLS_MAX = 3, PROBE_SETTLES = 3 };

struct probe {
    const char *id, *operation, *method, *target, *body; /* body: or NULL */
    const char *varies;
    enum probe_level level;
    enum probe_id after;
    enum placeholder captures;
    unsigned flags;
    enum assumption settles[PROBE_SETTLES]; /* unused ones are ASSUME_NONE */
};

/* The row of any probe but PROBE_NONE. */
const struct probe *probe_row(enum probe_id id);

/* The word of a level. */
const char *probe_level_name(enum probe_level level);

/* Why no probe settles an assumption, or NULL: one does. */
const char *probe_not_settled(enum assumption which);

/* What stands for each placeholder; NULL: nothing yet. */
struct placeholders {
    const char *value[PLACEHOLDER_COUNT];
};

/* A text with its placeholders filled, in the arena. NULL, and the *missing one, if one is empty.
 */
const char *placeholders_fill(struct arena *arena, const struct placeholders *placeholders,
                              const char *text, enum placeholder *missing);

/* Why a placeholder may be empty. */
const char *placeholder_reason(enum placeholder placeholder);

#endif
