/* What the server counts of itself, and how it says so: the Prometheus text format 0.0.4. */
#ifndef SERVER_CONFIG_METRICS_H
#define SERVER_CONFIG_METRICS_H

#include "server/contract/contract.h"

#include <stdio.h>

struct server;

enum {
    METRIC_OPERATIONS_MAX = 64, /* of the contract; and one for requests that have none */
    METRIC_STATUSES_MAX = 24,   /* different ones of an operation; later ones are counted as 0 */
    METRIC_BUCKETS = 14         /* of the duration of a request: 2^n * 25 microseconds */
};

/* Zeroed, nothing was counted. */
struct metrics {
    struct {
        int status[METRIC_STATUSES_MAX]; /* 0: none was sent */
        int64_t count[METRIC_STATUSES_MAX];
        int used;
    } requests[METRIC_OPERATIONS_MAX + 1];
    int64_t bucket[METRIC_BUCKETS + 1]; /* the last is for all longer ones */
    int64_t total_us;
    int64_t delivered, failed; /* tries of callbacks */
};

/* Counts a request: its operation or NULL, the status of its reply, microseconds until it was
 * ready. */
void metrics_count(struct metrics *metrics, const struct operation *op, int status, int64_t took);

/* Writes all of them. Errors: of the store. */
enum error metrics_write(const struct server *server, FILE *out);

#endif
