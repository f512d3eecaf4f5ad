/* Fault injection: the fault rules of a workspace, and its rate limit.
 *
 * A rule counts the API calls of its operation and run, and fires on some of them; or it does so
 * with the attempts to deliver callbacks of its run. Every rule
 * counts every call; of the rules that fire, the oldest decides. Chance is derived from the
 * workspace's seed and the rule's count, so the same calls get the same faults again.
 */
#ifndef SERVER_SESSION_FAULTS_H
#define SERVER_SESSION_FAULTS_H

#include "server/session/effect.h"
#include "store/base/uid.h"

struct fault_rule {
    int64_t id;            /* counts the rules of a workspace, from 1 */
    bool callback;         /* about attempts to deliver callbacks, which are its calls */
    const char *operation; /* its id, static; NULL: any */
    char run[UID_SIZE];    /* "": any */
    int64_t nth;           /* fires on this call, from 1; 0: not said */
    int64_t every;         /* and on each so many calls after it, or from the start; 0: not said */
    int64_t times;         /* at most so often; 0: without end */
    double probability;    /* 0 to 1 */
    struct effect effect;  /* its body is the rule's own, of malloc() */
    int64_t calls;         /* of its operation and run */
    int64_t fired;
};

/* So many calls in each minute of the workspace's clock, from the first call on. */
struct rate_limit {
    int64_t per_minute; /* 0: no limit */
    int64_t begun;      /* when the current minute began */
    int64_t used;       /* calls in it */
};

/* Zeroed, there are none. */
struct faults {
    struct fault_rule *rules; /* the oldest first; moves when one is added or removed */
    int64_t count;
    int64_t last_id; /* given */
    size_t bytes;    /* of the bodies of all rules */
    struct rate_limit limit;
};

/* Whether the body of this rule is not too much beside those of the others. */
bool faults_have_room(const struct faults *faults, const struct fault_rule *rule);

/* Adds a copy of a rule, and of its body, with an id of its own. */
const struct fault_rule *faults_add(struct faults *faults, const struct fault_rule *rule);

/* Whether a call of an operation about a run (or "") is one of those that it counts; with the
 * operation NULL, an attempt to deliver a callback. */
bool fault_rule_fits(const struct fault_rule *rule, const char *operation, const char *run);

/* Whether it will never fire again. */
bool fault_rule_is_used_up(const struct fault_rule *rule);

/* Removes the rule of this id. False: there is none. */
bool faults_remove(struct faults *faults, int64_t id);

/* Removes all rules and the limit. Ids continue. */
void faults_clear(struct faults *faults);

/* Makes them a copy of others. */
void faults_copy(const struct faults *from, struct faults *to);

/* Counts a call of an operation about a run (or ""), or with the operation NULL an attempt to
 * deliver a callback. Returns the rule that fires, or NULL; the
 * caller counts it as fired. */
struct fault_rule *faults_count_call(struct faults *faults, uint64_t seed, const char *operation,
                                     const char *run);

/* Counts a call at this instant. 0, or the seconds until the next one is allowed. */
int64_t rate_limit_count_call(struct rate_limit *limit, int64_t now);

#endif
