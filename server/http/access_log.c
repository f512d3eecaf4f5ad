#include "server/http/access_log.h"

#include "server/config/log.h"
#include "server/session/effect.h"
#include "store/base/clock.h"

void access_log_write(const struct request *rq, int status)
{
    bool failed = status >= 500 && rq->refusal.error != ERROR_FAULT;
    enum log_level level = failed ? LOG_ERROR : LOG_INFO;
    const char *fault = effect_word(rq->effect.kind, rq->effect.delay_ms);
    char trace[TRACE_ID_SIZE];

    if (!log_has(level))
        return;
    bool traced = request_trace_id(rq, trace);
    const struct log_field fields[] = {
        {.key = "status", .number = status},
        {.key = "method", .text = rq->method},
        {.key = "path", .text = rq->url.path},
        {.key = "duration_us", .number = clock_monotonic_us() - rq->started, .unit = "us"},
        {.key = "operation", .text = rq->op ? rq->op->id : "-"},
        {.key = "request_id", .text = rq->id, .label = "id="},
        {.key = fault ? "fault" : NULL, .text = fault, .label = "fault="},
        {.key = *rq->effect.label ? "error_label" : NULL,
         .text = rq->effect.label,
         .label = "error="},
        {.key = *rq->workspace_uid ? "workspace" : NULL,
         .text = rq->workspace_uid,
         .only_json = true},
        {.key = traced ? "trace_id" : NULL, .text = trace, .only_json = true},
    };

    log_line(level, "request", fields, sizeof fields / sizeof *fields);
}
