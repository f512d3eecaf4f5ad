/* The probes of `verify`: probes.def as a table, and the places in their targets and bodies.
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

enum place {
    PLACE_NONE,
#define PLACE(name, ...) PLACE_##name,
#define PROBE(...)
#define NOT_SETTLED(...)
#include "server/verify/probes.def"
    PLACE_COUNT
};

enum probe_id {
    PROBE_NONE,
#define PLACE(...)
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
    FLAG_STEP = 1 << 8,    /* only prepares another: it is not compared */
    FLAG_POLL = 1 << 9,    /* sent until it keeps something, POLLS_MAX times */
    FLAG_COSTS = 1 << 10   /* a credit of --most-credits */
};

enum { VERIFY_REQUESTS = 40, POLLS_MAX = 3, PROBE_SETTLES = 3 };

struct probe {
    const char *id, *operation, *method, *target, *body; /* body: or NULL */
    const char *varies;
    enum probe_level level;
    enum probe_id after;
    enum place keeps;
    unsigned flags;
    enum assumption settles[PROBE_SETTLES]; /* unused ones are ASSUME_NONE */
};

/* The row of any probe but PROBE_NONE. */
const struct probe *probe_row(enum probe_id id);

/* The word of a level. */
const char *probe_level_name(enum probe_level level);

/* Why no probe settles an assumption, or NULL: one does. */
const char *probe_not_settled(enum assumption which);

/* What stands in each place; NULL: nothing yet. */
struct places {
    const char *value[PLACE_COUNT];
};

/* A text with its places filled, in the arena. NULL, and the *missing place, if one is empty. */
const char *places_fill(struct arena *arena, const struct places *places, const char *text,
                        enum place *missing);

/* Why a place may be empty. */
const char *place_reason(enum place place);

#endif
