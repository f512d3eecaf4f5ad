#include "server/config/metrics.h"

int64_t metrics_bucket_limit(int i)
{
    return INT64_C(25) << i;
}

void metrics_count(struct metrics *metrics, int operation, int status, int64_t duration_us)
{
    int row = operation < METRIC_OPERATIONS_MAX ? operation : METRIC_OPERATIONS_MAX;
    int i = 0, used = metrics->requests[row].used;

    while (i < used && metrics->requests[row].status[i] != status)
        i++;
    if (i == METRIC_STATUSES_MAX)
        i = 0;
    else if (i == used) {
        metrics->requests[row].status[i] = status;
        metrics->requests[row].used++;
    }
    metrics->requests[row].count[i]++;

    i = 0;
    while (i < METRIC_BUCKETS && duration_us > metrics_bucket_limit(i))
        i++;
    metrics->bucket[i]++;
    metrics->total_us += duration_us;
}
