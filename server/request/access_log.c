#include "server/request/access_log.h"

#include "server/config/log.h"
#include "store/base/clock.h"

void access_log_write(const struct request *rq, int status)
{
    const struct log_field fields[] = {
        {.key = "status", .number = status},
        {.key = "method", .text = rq->method},
        {.key = "path", .text = rq->url.path},
        {.key = "duration_us", .number = clock_monotonic_us() - rq->started, .unit = "us"},
        {.key = "operation", .text = rq->op ? rq->op->id : "-"},
        {.key = "request_id", .text = rq->id, .label = "id="},
    };

    log_line(status >= 500 ? LOG_ERROR : LOG_INFO, fields, sizeof fields / sizeof *fields);
}
