/* The assumption table: each guess about the vendor's API, its default, the value in force.
 *
 * The rows of assumptions.def are the only list. A value is always one that its row allows, so
 * code may compare it with assumption_is() (ctx.h) and needs no case for "something else".
 */
#ifndef STORE_BASE_ASSUMPTIONS_H
#define STORE_BASE_ASSUMPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANY_LABEL "*"

enum assumption {
    ASSUME_NONE,
#define ASSUMPTION(name, id, value, also, why) ASSUME_##name,
#include "store/base/assumptions.def"
#undef ASSUMPTION
    ASSUMPTION_COUNT
};

enum {
    ASSUMPTION_VALUE_SIZE = 64 /* bytes of a value, its final zero included */
};

/* A set of assumptions. Zeroed, it is empty. */
struct assumption_set {
    uint64_t bits; /* 1 << which */
};

void assumption_set_add(struct assumption_set *set, enum assumption which);
void assumption_set_remove(struct assumption_set *set, enum assumption which);
bool assumption_set_has(const struct assumption_set *set, enum assumption which);

/* The values in force. Init before use; nothing to release. */
struct assumptions {
    char value[ASSUMPTION_COUNT][ASSUMPTION_VALUE_SIZE];
    struct assumption_set decided;  /* by the user: these are no guesses */
    struct assumption_set verified; /* of these, those that the service showed at verified_at */
    int64_t verified_at;            /* ms since 1970 */
};

/* One row of assumptions.def; all strings are static. */
struct assumption_row {
    const char *id;
    const char *value; /* the default */
    const char *also;  /* other values, divided by '|', or ANY_LABEL */
    const char *why;
};

/* Every assumption at its default. */
void assumptions_init(struct assumptions *assumptions);

/* The row with this id, or ASSUME_NONE. */
enum assumption assumption_find(const char *id);

/* Sets a value as decided by the user; false when the row does not allow it. Another value than the
 * verified one is not verified. */
bool assumption_decide(struct assumptions *assumptions, enum assumption which, const char *value);

/* Makes one what it is in `start`. */
void assumption_restore(struct assumptions *assumptions, enum assumption which,
                        const struct assumptions *start);

/* The row of any assumption but ASSUME_NONE. */
const struct assumption_row *assumption_row(enum assumption which);

/* The value in force; lives as long as *assumptions. */
const char *assumption_value(const struct assumptions *assumptions, enum assumption which);

#endif
