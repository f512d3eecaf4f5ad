/* The assumption table: each guess about the vendor's API, its default, the value in force.
 *
 * The rows of assumptions.def are the only list. A value is always one that its row allows, so
 * code may compare it with assumption_is() and needs no case for "something else".
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

/* The values in force. Init before use; nothing to release. */
struct assumptions {
    char value[ASSUMPTION_COUNT][ASSUMPTION_VALUE_SIZE];
    uint64_t decided; /* by the user, not guessed: bits as of assumptions_consulted() */
};

/* One row of assumptions.def; all strings are static. */
struct assumption_row {
    const char *id;
    const char *value; /* the default */
    const char *also;  /* other values, divided by '|', or ANY_LABEL */
    const char *why;
};

/* Whether a text may be an error's label: letters, digits and underscores, at most so many. The
 * vendor's have upper case letters alone. */
bool label_is_valid(const char *text, size_t most, bool lower_case);

/* Every assumption at its default. */
void assumptions_init(struct assumptions *assumptions);

/* The row with this id, or ASSUME_NONE. */
enum assumption assumption_find(const char *id);

/* Puts a value in force; false, and nothing changed, when the row does not allow it. */
bool assumption_set(struct assumptions *assumptions, enum assumption which, const char *value);

/* The row of any assumption but ASSUME_NONE. */
const struct assumption_row *assumption_row(enum assumption which);

/* The value in force; lives as long as *assumptions. */
const char *assumption_value(const struct assumptions *assumptions, enum assumption which);

/* Which assumptions have been looked at, as bits (1 << which): what a reply rested on. recall()
 * sets them, to none or to what they were before; note() adds one that had its say earlier. One for
 * the whole process, which has one thread. */
uint64_t assumptions_consulted(void);
void assumptions_recall(uint64_t before);
void assumption_note(enum assumption which);

/* Whether this value is in force; tests/lint/test_tables.py checks that the row allows it. */
bool assumption_is(const struct assumptions *assumptions, enum assumption which, const char *value);

#endif
