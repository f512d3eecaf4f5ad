/* Flows: what can be run, and the plan that a run of it follows (CONTROL.md "Fixtures"). */
#ifndef STORE_FLOW_H
#define STORE_FLOW_H

#include "store/base/errors.h"
#include "store/base/uid.h"

struct store;

struct flow {
    int64_t workspace;
    const char *slug;
    char uid[UID_SIZE];
    const char *name;
    const char *steps; /* a JSON array of step slugs as text */
    const char *plan;  /* a JSON array as text, or NULL for the usual plan */
};

/* Writes one; its uid, where "", follows from the slug. Errors: ERROR_ALREADY_EXISTS. */
enum error flow_add(struct store *store, struct flow *flow);

#endif
