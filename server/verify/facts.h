/* What a reply shows of the rules behind it: facts, and never a value of its data.
 *
 * What a service says is not trusted: a fact holds only labels, field names and types that look
 * like such, and nothing that has the key in it.
 */
#ifndef SERVER_VERIFY_FACTS_H
#define SERVER_VERIFY_FACTS_H

#include "server/json/json.h"
#include "store/base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum field_kind {
#define KIND(name, word) KIND_##name,
#include "server/verify/kinds.def"
    KIND_COUNT
};

/* A value, which is NULL when it cannot be told from this reply; or, of a field, the kinds that it
 * has in all items. */
struct fact {
    const char *name; /* "status", or the path of a field: "workflow.uid"; "" are the items */
    const char *value;
    unsigned kinds; /* 1 << KIND_...; 0: not a field */
    size_t seen;    /* in how many items the field is, and in how many of them it is an object */
    size_t objects;
};

/* Strings are static, or in the arena. Zeroed but for arena and key, it is empty. */
struct facts {
    struct arena *arena;
    const char *key; /* which no fact may hold; or NULL */
    struct fact *list;
    size_t count, capacity;
};

/* A text of a service where it looks like a name and does not hold the key; else what it is. */
const char *facts_safe(const struct facts *facts, const char *text);

/* The fact of this name, a value or a field, or NULL; a new one. A fact stays in place only until
 * the next one is added. */
struct fact *facts_find(const struct facts *facts, const char *name, bool is_field);
struct fact *facts_add(struct facts *facts, const char *name);
void facts_set(struct facts *facts, const char *name, const char *value);

/* The value of a fact; NULL without one. */
const char *facts_value(const struct facts *facts, const char *name);

/* Whether the reply was a success. */
bool facts_succeeded(const struct facts *facts);

/* Makes the fields of one object what those of any object in a list may be, too. */
void facts_merge_fields(struct facts *facts, const struct facts *list);

struct difference {
    const char *name, *here, *there;
};

/* How theirs differs from what ours may be. Writes at most `max`, and returns how many there are.
 */
size_t facts_compare(const struct facts *ours, const struct facts *theirs, struct difference *out,
                     size_t max);

/* Adds the facts to an object as "facts", and reads them back, held to the same rules as what a
 * service says. False for anything else. */
void facts_write(const struct facts *facts, struct strbuf *out);
bool facts_restore(struct facts *out, const cJSON *object);

#endif
