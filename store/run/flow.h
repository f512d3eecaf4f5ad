/* Flows: what a client can run, and the plan that each run of a flow follows (CONTROL.md
 * "Fixtures").
 *
 * Slugs are unique within a workspace. Texts that are read live in the arena of the context.
 */
#ifndef STORE_RUN_FLOW_H
#define STORE_RUN_FLOW_H

#include "store/base/arena.h"
#include "store/base/errors.h"
#include "store/base/uid.h"
#include "store/db/list.h"
#include "store/run/run_machine.h"

#include <stdint.h>

struct flow {
    int64_t workspace;
    const char *slug;
    int64_t version; /* grows when it is replaced; a run follows the version it started with */
    char uid[UID_SIZE];
    const char *name;
    const char *steps;    /* a JSON array of step slugs as text */
    const char *plan;     /* a JSON array as text */
    const char *required; /* a JSON array of the names that every input must have, or NULL */
};

/* The newest versions of flows are cached, with their plans, until store->flows_changed grows.
 * Frees the cache, when the store is closed. */
void flow_cache_free(struct store *store);

/* Writes a flow. A uid of "" becomes one derived from the slug. Errors: ERROR_ALREADY_EXISTS. */
enum error flow_add(struct store *store, struct flow *flow);

/* Makes a flow of the workspace, or the next version of one that is there: *made tells which. Fills
 * its version, and a uid of "" as flow_add() does or from the version before. */
enum error flow_put(const struct ctx *ctx, struct flow *flow, bool *made);

/* Reads the uid of the flow with this slug; out may be NULL, to learn only whether there is one.
 * Errors: ERROR_FLOW_NOT_FOUND. */
enum error flow_get_uid(struct store *store, int64_t workspace, const char *slug,
                        char out[UID_SIZE]);

/* Checks that a flow has this version; -1 becomes the newest. Errors: ERROR_FLOW_NOT_FOUND. */
enum error flow_get_version(struct store *store, int64_t workspace, const char *slug,
                            int64_t *version);

/* Reads the slugs of all flows, sorted. */
enum error flow_slugs(const struct ctx *ctx, struct text_list *out);

/* Looks for a step that a request (a JSON object as text) names and the flow does not have:
 * *position is its index in the request's steps, or -1. */
enum error flow_check_steps(struct store *store, int64_t workspace, const char *slug,
                            const char *request, int64_t *position);

/* One item of a plan: an event of the run, or outputs of a step. */
struct plan_item {
    int64_t position; /* its index in the plan; -1: there is no item */
    int64_t after;    /* ms after the item before it */
    bool is_event;
    enum run_event event;
    const char *error_label, *error_message; /* that the event gives the run, or NULL */
    const char *step_uid;
    int64_t count;        /* outputs for each input */
    const char *template; /* of an output: a JSON object as text; NULL: the output is the input */
};

/* What runs follow: a version of a flow. */
struct flow_key {
    const char *slug;
    int64_t version;
};

/* Reads the first item at or after a position. Outputs of steps that are not in `steps` (a JSON
 * array as text; NULL: all steps) are skipped. */
enum error flow_plan_item(const struct ctx *ctx, struct flow_key flow, const char *steps,
                          int64_t position, struct plan_item *out);

/* A whole plan: the item at position n is item[n]. It is empty when there is no such flow. */
struct plan {
    struct plan_item *item;
    int64_t count;
};
enum error flow_plan(const struct ctx *ctx, struct flow_key flow, struct plan *out);

/* Checks the inputs of a run against its flow: *out is what is wrong, or NULL. */
enum error flow_check_inputs(const struct ctx *ctx, struct flow_key flow, const char *run_uid,
                             const char **out);

#endif
