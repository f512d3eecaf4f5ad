/* The handler of the metrics: the Prometheus text format 0.0.4 (CONTROL.md "Control API"). */
#include "server/config/metrics.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/base/clock.h"
#include "store/base/strbuf.h"
#include "store/run/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void metric_head(struct strbuf *out, const char *name, const char *type, const char *help)
{
    strbuf_format(out, "# HELP edges_emulator_%s %s\n# TYPE edges_emulator_%s %s\n", name, help,
                  name, type);
}

static void metric_single(struct strbuf *out, const char *name, const char *type, const char *help,
                          int64_t value)
{
    metric_head(out, name, type, help);
    strbuf_format(out, "edges_emulator_%s %" PRId64 "\n", name, value);
}

static void write_requests(const struct metrics *metrics, struct strbuf *out)
{
    metric_head(
        out, "requests_total", "counter",
        "Requests by operation (none: no route) and status (0: a fault let nothing be sent).");
    for (int row = 0; row <= METRIC_OPERATIONS_MAX; row++) {
        const char *id = row < contract_operation_count ? contract_operations[row].id : "none";
        for (int i = 0; i < metrics->requests[row].used; i++)
            strbuf_format(
                out, "edges_emulator_requests_total{operation=\"%s\",status=\"%d\"} %" PRId64 "\n",
                id, metrics->requests[row].status[i], metrics->requests[row].count[i]);
    }
}

static void write_durations(const struct metrics *metrics, struct strbuf *out)
{
    static const char name[] = "edges_emulator_request_duration_seconds";
    int64_t count = 0;

    metric_head(
        out, "request_duration_seconds", "histogram",
        "From the request line to the reply being ready; the delay of a fault comes after it.");
    for (int i = 0; i < METRIC_BUCKETS; i++) {
        count += metrics->bucket[i];
        strbuf_format(out, "%s_bucket{le=\"%g\"} %" PRId64 "\n", name,
                      (double)metrics_bucket_limit(i) / 1e6, count);
    }
    count += metrics->bucket[METRIC_BUCKETS];
    strbuf_format(out, "%s_bucket{le=\"+Inf\"} %" PRId64 "\n%s_sum %.6f\n%s_count %" PRId64 "\n",
                  name, count, name, (double)metrics->total_us / 1e6, name, count);
}

/* Of all workspaces; two statuses that the API shows alike are one. */
static void write_run_counts(const struct store *store, struct strbuf *out)
{
    int64_t counts[RUN_STATUS_COUNT] = {0};
    enum run_status shown[RUN_STATUS_COUNT];

    for (enum run_status i = 0; i < RUN_STATUS_COUNT; i++)
        shown[i] = run_status_from(run_statuses[i].shown, false);
    for (int64_t place = 1; place <= workspace_count(store); place++) {
        const struct workspace *each = workspace_at(store, place);
        for (enum run_status i = 0; each && i < RUN_STATUS_COUNT; i++)
            counts[shown[i]] += each->cache.runs_by_status[i];
    }
    metric_head(out, "runs", "gauge", "Flow runs by status.");
    for (enum run_status i = 0; i < RUN_STATUS_COUNT; i++) {
        if (counts[i])
            strbuf_format(out, "edges_emulator_runs{status=\"%s\"} %" PRId64 "\n",
                          run_statuses[i].shown, counts[i]);
    }
}

/* The second number of /proc/self/statm (proc(5)), in pages. */
static int64_t resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    char line[256] = "", *second = line;

    if (!file)
        return 0;
    if (fgets(line, sizeof line, file))
        second += strcspn(line, " ");
    fclose(file);
    return strtoll(second, NULL, 10) * sysconf(_SC_PAGESIZE);
}

enum outcome op_get_metrics(struct request *rq, struct reply *out)
{
    const struct metrics *metrics = &rq->service->metrics;
    int64_t uptime = clock_monotonic_us() - rq->service->started;
    struct strbuf text = {.arena = &rq->arena};
    struct store_counts counts;
    enum error e = store_count(&rq->ctx, &counts);
    if (e)
        return request_fail(rq, e);

    write_requests(metrics, &text);
    write_durations(metrics, &text);
    metric_head(&text, "callback_tries_total", "counter",
                "Attempts to deliver a callback, by outcome.");
    strbuf_format(&text,
                  "edges_emulator_callback_tries_total{outcome=\"delivered\"} %" PRId64 "\n"
                  "edges_emulator_callback_tries_total{outcome=\"failed\"} %" PRId64 "\n",
                  metrics->delivered, metrics->failed);
    metric_single(&text, "resident_memory_bytes", "gauge", "Memory of the process.",
                  resident_bytes());
    metric_single(&text, "uptime_seconds", "gauge", "Since the start.", uptime / 1000000);
    metric_single(&text, "workspaces", "gauge", "Workspaces.", counts.workspaces);
    metric_single(&text, "schedules", "gauge", "Flow schedules.", counts.schedules);
    metric_single(&text, "events_fired_total", "counter", "Events fired by a clock.", counts.fired);
    write_run_counts(rq->ctx.store, &text);
    return reply_text(out, "text/plain; version=0.0.4; charset=utf-8", text.bytes, text.size);
}
