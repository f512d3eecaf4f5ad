/* One item of a fixture, checked by the contract, as the store takes it. */
#ifndef SERVER_FIXTURE_RUN_H
#define SERVER_FIXTURE_RUN_H

#include "server/json.h"
#include "store/flow.h"
#include "store/output.h"
#include "store/run.h"
#include "store/schedule.h"

/* How the times that an item leaves open are filled in, in milliseconds. */
struct fixture_times {
    int64_t first; /* the first of them, perhaps a relative one (instant.h) */
    int64_t step;  /* from one to the next */
};

/* A run; strings point into the tree, or are printed into the arena that cJSON uses. False, and a
 * reason in the words of AJV, when its fields contradict each other. */
bool fixture_read_run(const cJSON *item, struct fixture_times times, struct run *out,
                      const char **reason);

/* Its inputs, as a client would have sent them; NULL when it names none. */
const char *fixture_read_inputs(const cJSON *item);

/* Output number i of a run: of the members of its "outputs". */
void fixture_read_output(const cJSON *item, const struct run *run, int64_t position,
                         struct output *out);

void fixture_read_flow(const cJSON *item, struct flow *out);

/* What is wrong with the slug of a flow, or NULL: it stands in the path of a request. */
const char *fixture_check_slug(const char *slug);

/* The member of a run that cannot be, and why; NULL when all is well. A run may name a flow that is
 * not there, as long as it does not follow its plan. */
const char *fixture_check_run(struct store *store, const struct run *run, const char **why);

/* Its number, from 1, makes its uid when it names none. */
void fixture_read_schedule(const cJSON *item, struct fixture_times times, int64_t number,
                           struct schedule *out);

/* The member of a schedule that cannot be, and in the arena why; NULL when all is well. */
const char *fixture_check_schedule(struct store *store, struct arena *arena,
                                   const struct schedule *schedule, const char **why);

#endif
