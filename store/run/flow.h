/* Flows: what can be run, and the plan that a run of it follows (CONTROL.md "Fixtures"). */
#ifndef STORE_RUN_FLOW_H
#define STORE_RUN_FLOW_H

#include "store/base/arena.h"
#include "store/base/errors.h"
#include "store/base/uid.h"
#include "store/db/list.h"
#include "store/run/run_machine.h"

#include <stdint.h>

struct store;

struct flow {
    int64_t workspace;
    const char *slug;
    char uid[UID_SIZE];
    const char *name;
    const char *steps;    /* a JSON array of step slugs as text */
    const char *plan;     /* a JSON array as text */
    const char *required; /* a JSON array of the names that every input must have, or NULL */
};

/* Writes one; its uid, where "", follows from the slug. Errors: ERROR_ALREADY_EXISTS. */
enum error flow_add(struct store *store, struct flow *flow);

/* The uid of the flow of this slug. Errors: ERROR_FLOW_NOT_FOUND. */
enum error flow_get_uid(struct store *store, int64_t workspace, const char *slug,
                        char out[UID_SIZE]);

/* Whether there is one. Errors: ERROR_FLOW_NOT_FOUND. */
enum error flow_check(struct store *store, int64_t workspace, const char *slug);

/* The slugs of all flows, in order, in the arena. */
enum error flow_slugs(const struct ctx *ctx, struct text_list *out);

/* Whether a flow has all of the steps that a request (a JSON object) asks for; *position is where
 * one stands that it has not, or -1. */
enum error flow_check_steps(struct store *store, int64_t workspace, const char *slug,
                            const char *request, int64_t *position);

/* One thing of a plan. It is an event, or outputs of a step; strings live in the arena. */
struct plan_item {
    int64_t position; /* in the plan; -1: there is none any more */
    int64_t after;    /* ms after the item before it */
    bool is_event;
    enum run_event event;
    const char *error_label, *error_message; /* what the event says, or NULL */
    const char *step_uid;
    int64_t count;        /* outputs for each input */
    const char *template; /* a JSON object as text, or NULL: the input itself */
};

/* The first item at or behind this position, but for those of steps that are not among these (a
 * JSON array as text; NULL leaves out none). */
enum error flow_plan_item(const struct ctx *ctx, const char *slug, const char *steps,
                          int64_t position, struct plan_item *out);

/* A whole plan: the item at position n is item[n]. It is empty for a flow that is not there. */
struct plan {
    struct plan_item *item;
    int64_t count;
};
enum error flow_plan(const struct ctx *ctx, const char *slug, struct plan *out);

/* The position behind the first BLOCK of a plan; 0 when there is none. */
enum error flow_plan_after_block(struct store *store, int64_t workspace, const char *slug,
                                 int64_t *out);

/* What is wrong with the inputs of a run, as a message in the arena; NULL when all is well. */
enum error flow_check_inputs(const struct ctx *ctx, const char *slug, const char *run_uid,
                             const char **out);

#endif
