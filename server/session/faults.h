/* Faults on purpose: the rules of a workspace, and its rate limit.
 *
 * A rule counts the API calls that its operation and run let through, and fires on some of them.
 * Every rule counts every call; of those that fire, the first one made decides. Chance comes from
 * the workspace's seed and the rule's count, so the same calls meet the same faults again.
 */
#ifndef SERVER_SESSION_FAULTS_H
#define SERVER_SESSION_FAULTS_H

#include "server/session/effect.h"
#include "store/base/uid.h"

/* What a rule asks for; zero, "" and NULL ask for nothing. */
struct fault_filter {
    const char *operation; /* its id */
    char run[UID_SIZE];
    int64_t nth;        /* the first call it fires on */
    int64_t every;      /* and every so many from there; alone: every so many from the start */
    double probability; /* 0 to 1 */
    int64_t times;      /* at most; 0: without end */
};

struct fault_rule {
    struct fault_rule *next;
    int64_t id; /* counts those of a workspace, from 1 */
    struct fault_filter when;
    struct effect effect; /* its label is the rule's own */
    int64_t calls;        /* that its operation and run let through */
    int64_t fired;
};

/* So many calls in each minute of the workspace's clock, from the first call on. */
struct rate_limit {
    int64_t per_minute; /* 0: no limit */
    int64_t begun;      /* the minute under way */
    int64_t used;       /* calls in it */
};

/* Zeroed, there are none. */
struct faults {
    struct fault_rule *first, **last;
    int64_t count;   /* of rules that are there */
    int64_t last_id; /* given */
    struct rate_limit limit;
};

/* Adds a rule; what it points to is copied. */
const struct fault_rule *faults_add(struct faults *faults, const struct fault_filter *when,
                                    const struct effect *effect);

/* Takes all rules away, or the one of this id (false: there is none). */
void faults_clear_rules(struct faults *faults);
bool faults_remove(struct faults *faults, int64_t id);

/* Takes everything away, and begins to count anew. */
void faults_clear(struct faults *faults);

/* Counts a call: the rule whose effect it shall suffer, which has fired when it really does; or
 * NULL. run is "" when the call is about none. */
struct fault_rule *faults_meet(struct faults *faults, uint64_t seed, const char *operation,
                               const char *run);

/* Counts a call at this instant. 0, or the seconds after which it may be tried again. */
int64_t faults_limit(struct rate_limit *limit, int64_t now);

#endif
