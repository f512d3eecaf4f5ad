#include "server/config/metrics.h"

#include "server/server.h"
#include "store/run/run_machine.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int64_t bucket_limit(int i)
{
    return INT64_C(25) << i;
}

static int operation_index(const struct operation *op)
{
    int64_t index = op ? op - contract_operations : METRIC_OPERATIONS_MAX;

    return index < METRIC_OPERATIONS_MAX ? (int)index : METRIC_OPERATIONS_MAX;
}

void metrics_count(struct metrics *metrics, const struct operation *op, int status, int64_t took)
{
    int row = operation_index(op), i = 0, used = metrics->requests[row].used;

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
    while (i < METRIC_BUCKETS && took > bucket_limit(i))
        i++;
    metrics->bucket[i]++;
    metrics->total_us += took;
}

static void metric_head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP edges_emulator_%s %s\n# TYPE edges_emulator_%s %s\n", name, help, name,
            type);
}

static void metric_single(FILE *out, const char *name, const char *type, const char *help,
                          int64_t value)
{
    metric_head(out, name, type, help);
    fprintf(out, "edges_emulator_%s %" PRId64 "\n", name, value);
}

static void write_requests(const struct metrics *metrics, FILE *out)
{
    metric_head(
        out, "requests_total", "counter",
        "Requests by operation (none: no route) and status (0: a fault let nothing be sent).");
    for (int row = 0; row <= METRIC_OPERATIONS_MAX; row++) {
        const char *id = row < contract_operation_count ? contract_operations[row].id : "none";
        for (int i = 0; i < metrics->requests[row].used; i++)
            fprintf(out,
                    "edges_emulator_requests_total{operation=\"%s\",status=\"%d\"} %" PRId64 "\n",
                    id, metrics->requests[row].status[i], metrics->requests[row].count[i]);
    }
}

static void write_durations(const struct metrics *metrics, FILE *out)
{
    static const char name[] = "edges_emulator_request_duration_seconds";
    int64_t count = 0;

    metric_head(
        out, "request_duration_seconds", "histogram",
        "From the request line to the reply being ready; the delay of a fault comes after it.");
    for (int i = 0; i < METRIC_BUCKETS; i++) {
        count += metrics->bucket[i];
        fprintf(out, "%s_bucket{le=\"%g\"} %" PRId64 "\n", name, (double)bucket_limit(i) / 1e6,
                count);
    }
    count += metrics->bucket[METRIC_BUCKETS];
    fprintf(out, "%s_bucket{le=\"+Inf\"} %" PRId64 "\n%s_sum %.6f\n%s_count %" PRId64 "\n", name,
            count, name, (double)metrics->total_us / 1e6, name, count);
}

static void metrics_write_run(void *context, const char *status, int64_t count)
{
    fprintf(context, "edges_emulator_runs{status=\"%s\"} %" PRId64 "\n", status, count);
}

/* The second number of /proc/self/statm (proc(5)), in pages. */
static int64_t resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    char line[256] = "", *second;

    if (!file)
        return 0;
    if (!fgets(line, sizeof line, file))
        *line = '\0';
    fclose(file);
    second = strchr(line, ' ');
    return second ? strtoll(second, NULL, 10) * sysconf(_SC_PAGESIZE) : 0;
}

enum error metrics_write(const struct server *server, FILE *out)
{
    const struct metrics *metrics = &server->metrics;
    struct store_counts counts = {0};
    enum error e = store_count(server->store, &counts);

    write_requests(metrics, out);
    write_durations(metrics, out);
    metric_head(out, "runs", "gauge", "Flow runs by status.");
    if (!e)
        e = store_count_runs(server->store, metrics_write_run, out);
    metric_single(out, "workspaces", "gauge", "Workspaces.", counts.workspaces);
    metric_single(out, "schedules", "gauge", "Flow schedules.", counts.schedules);
    metric_single(out, "events_fired_total", "counter", "Things that happened by themselves.",
                  counts.fired);
    metric_head(out, "callback_tries_total", "counter", "Tries to deliver a callback, by outcome.");
    fprintf(out, "edges_emulator_callback_tries_total{outcome=\"delivered\"} %" PRId64 "\n",
            metrics->delivered);
    fprintf(out, "edges_emulator_callback_tries_total{outcome=\"failed\"} %" PRId64 "\n",
            metrics->failed);
    metric_single(out, "resident_memory_bytes", "gauge", "Memory of the process.",
                  resident_bytes());
    metric_single(out, "uptime_seconds", "gauge", "Since the start.",
                  (clock_monotonic_us() - server->started) / 1000000);
    return e;
}
