/* Outputs: the objects that a run brought forth, in the order in which they came. */
#ifndef STORE_RUN_OUTPUT_H
#define STORE_RUN_OUTPUT_H

#include "store/base/arena.h"
#include "store/base/errors.h"
#include "store/base/limits.h"
#include "store/db/list.h"

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

struct output_query {
    const char *run_uid;
    const char *step_uid; /* NULL: of every step */
    int64_t limit, offset;
};

/* Reads one page of JSON objects as text, in the order of their positions; none for a run that does
 * not exist. */
enum error output_list(const struct ctx *ctx, const struct output_query *query,
                       struct text_list *out);

/* How many bytes of JSON a run has brought forth. */
enum error output_bytes(struct store *store, int64_t workspace, const char *run_uid, int64_t *out);

/* Deletes all of a run. */
enum error output_discard(struct store *store, int64_t workspace, const char *run_uid);

#endif
