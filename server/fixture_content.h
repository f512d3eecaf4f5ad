/* What a fixture or a workspace of it holds, on its way into a template: flows, runs, schedules. */
#ifndef SERVER_FIXTURE_CONTENT_H
#define SERVER_FIXTURE_CONTENT_H

#include "server/json.h"
#include "store/store.h"

/* Where it goes, how far it is, and what was wrong with it. */
struct fixture_filling {
    struct store *store;
    struct arena *arena;
    int64_t template;  /* the one that is being filled */
    int64_t position;  /* of the run among all of that template, from 0 */
    int64_t expected;  /* how many runs that template gets in all */
    int64_t schedules; /* of all templates so far */

    const char *pointer, *reason; /* in the arena: which item, and why it cannot be taken */
};

/* Adds what an object that fits the contract holds; `around` is the JSON pointer to it. False when
 * an item cannot be taken: the store then holds a part of it, so who calls rolls back. */
bool fixture_fill(struct fixture_filling *f, const cJSON *object, const char *around);

#endif
