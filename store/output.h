/* Outputs: the objects that a run brought forth, in the order in which they came. */
#ifndef STORE_OUTPUT_H
#define STORE_OUTPUT_H

#include "store/base/errors.h"

#include <stdint.h>

struct store;

struct output {
    int64_t workspace;
    const char *run_uid;
    int64_t position; /* from 0 */
    const char *step_uid;
    const char *data; /* a JSON object as text */
};

/* Writes one. Errors: ERROR_ALREADY_EXISTS when the place is taken. */
enum error output_add(struct store *store, const struct output *output);

/* Deletes all of a run. */
enum error output_discard(struct store *store, int64_t workspace, const char *run_uid);

#endif
