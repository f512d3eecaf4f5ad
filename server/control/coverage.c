/* The handlers of coverage: what the clients of this server have tried (CONTROL.md "coverage"). */
#include "server/coverage/report.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"

enum outcome op_get_coverage(struct request *rq, struct reply *out)
{
    const char *host = request_host(rq);
    struct report report =
        report_make(&rq->arena, rq->service->coverage, host ? host : "127.0.0.1:3343");

    return reply_ok(out, report_json(&report));
}

enum outcome op_clear_coverage(struct request *rq, struct reply *out)
{
    struct strbuf body = json_write_begin(&rq->arena, '{');

    json_write_integer(&body, "deleted", rq->service->coverage->requests);
    coverage_reset(rq->service->coverage);
    return reply_ok(out, json_write_end(&body, '}'));
}
