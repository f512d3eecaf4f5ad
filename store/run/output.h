/* Outputs: the objects that a run produced, each at a position that counts from 0. */
#ifndef STORE_RUN_OUTPUT_H
#define STORE_RUN_OUTPUT_H

#include "store/base/limits.h"
#include "store/db/list.h"

struct output {
    int64_t workspace;
    const char *run_uid;
    int64_t position;
    const char *step_uid;
    const char *data;     /* a JSON object as text */
    int64_t bytes_so_far; /* of its data and of all before it */
};

/* Writes one. Errors: ERROR_ALREADY_EXISTS when the run has one at this position. */
enum error output_add(struct store *store, const struct output *output);

struct output_query {
    const char *run_uid;
    const char *step_uid; /* NULL: of every step */
    int64_t limit, offset;
};

/* Reads one page of outputs, JSON objects as text, by position into the arena. It is empty for a
 * run that does not exist. */
enum error output_list(const struct ctx *ctx, const struct output_query *query,
                       struct text_list *out);

/* The size of all outputs of a run, in bytes of JSON. */
enum error output_bytes(struct store *store, int64_t workspace, const char *run_uid, int64_t *out);

/* Deletes all outputs of a run. */
enum error output_discard(struct store *store, int64_t workspace, const char *run_uid);

#endif
