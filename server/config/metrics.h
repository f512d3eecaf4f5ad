/* Counters of requests and callbacks. control/metrics.c shows them. */
#ifndef SERVER_CONFIG_METRICS_H
#define SERVER_CONFIG_METRICS_H

#include <stdint.h>

enum {
    METRIC_OPERATIONS_MAX = 64, /* of the contract; and one for requests that have none */
    METRIC_STATUSES_MAX = 24,   /* different ones of an operation; later ones are counted as 0 */
    METRIC_BUCKETS = 14         /* of the duration of a request */
};

/* Zeroed, nothing was counted. */
struct metrics {
    struct {
        int status[METRIC_STATUSES_MAX]; /* 0: none was sent */
        int64_t count[METRIC_STATUSES_MAX];
        int used;
    } requests[METRIC_OPERATIONS_MAX + 1]; /* by the operation's place in the contract */
    int64_t bucket[METRIC_BUCKETS + 1];    /* the last is for all longer ones */
    int64_t total_us;
    int64_t delivered, failed; /* attempts to deliver a callback */
};

/* The longest duration that a bucket counts: 2^i * 25 microseconds. */
int64_t metrics_bucket_limit(int i);

/* Counts a request: its operation's place in the contract (METRIC_OPERATIONS_MAX: no route), the
 * status of its reply, microseconds until that was ready. */
void metrics_count(struct metrics *metrics, int operation, int status, int64_t duration_us);

#endif
