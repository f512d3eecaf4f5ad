/* The handlers of coverage: what the clients of this server have tried (CONTROL.md "coverage"). */
#include "server/coverage/formats.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"

/* The header that tells a CI whether it is enough, whatever the format. */
static const struct header_line *headers_of(const struct report *report)
{
    struct header_line *lines = arena_zalloc(report->arena, 2 * sizeof *lines);
    int count[LINT_LEVEL_COUNT];

    report_count_findings(report, count);
    lines->name = COVERAGE_HEADER;
    lines->value = arena_format(report->arena, COVERAGE_HEADER_FORMAT, report->total.cells,
                                report->total.covered, count[LINT_ERROR], count[LINT_WARNING]);
    return lines;
}

enum outcome op_get_coverage(struct request *rq, struct reply *out)
{
    const char *host = request_host(rq), *format = json_text(rq->query, "format");
    struct report report =
        report_make(&rq->arena, rq->service->coverage, host ? host : rq->service->authority);

    struct text_list ignored = request_texts(rq, "ignore");
    for (int k = 0; k < ignored.count; k++)
        report.findings[lint_rule_find(ignored.text[k])] = (struct lint_finding){0};
    report.brief = cJSON_IsTrue(json_find(rq->query, "brief"));
    struct strbuf body = report_format_find(format)->write(&report);
    out->headers = headers_of(&report);
    return reply_text(out, report_format_find(format)->content_type, body.bytes, body.size);
}

enum outcome op_clear_coverage(struct request *rq, struct reply *out)
{
    struct strbuf body = json_write_begin(&rq->arena, '{');

    json_write_integer(&body, "deleted", rq->service->coverage->requests);
    coverage_reset(rq->service->coverage);
    return reply_ok(out, json_write_end(&body, '}'));
}
