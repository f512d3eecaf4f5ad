#include "server/verify/reference.h"

#include "server/config/options.h"
#include "server/json/write.h"
#include "server/verify/observe.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define OWN_FLOW "edges-emulator-verify"
#define OWN_FINISHED "00000000-0000-4000-8000-000000000010" /* of the fixture demo */

enum {
    OWN_RUNS = 101,        /* more than the longest page */
    OWN_TIMEOUT_MS = 30000 /* of a request on loopback */
};

/* Every second run has what others have not. Both kinds of schedules are in demo, but for the times
 * that only a fixture has. */
static void fixture_write(FILE *out)
{
    fputs("{\"version\":1,\"flows\":[{\"slug\":\"" OWN_FLOW "\",\"steps\":[\"one\"],\"plan\":["
          "{\"after_ms\":0,\"event\":\"START\"},{\"after_ms\":0,\"step_uid\":\"one\",\"count\":1}]}"
          "],\"schedules\":[{\"status\":\"PAUSED\",\"flow_slug\":\"" OWN_FLOW "\","
          "\"cron\":\"0 9 * * *\",\"postponed_until\":\"2098-01-01T00:00:00Z\","
          "\"last_executed_at\":\"2020-01-01T00:00:00Z\"}],\"runs\":[",
          out);
    for (int i = 0; i < OWN_RUNS; i++)
        fprintf(out, "%s{\"created_at\":\"2020-01-01T00:%02d:%02dZ\",%s}", i ? "," : "", i / 60,
                i % 60,
                i % 2 ? "\"status\":\"CREATED\""
                      : "\"status\":\"FAILED\",\"last_error\":{\"label\":\"LK_ERROR\",\"message\":"
                        "\"no\"},\"callback\":{\"url\":\"http://127.0.0.1/\"},\"synced_at\":"
                        "\"2020-01-01T01:00:00Z\",\"scheduled_flow_run_uid\":"
                        "\"10000000-0000-4000-8000-000000000001\"");
    fputs("]}", out);
}

/* The child's life: it serves, and ends with the parent. */
static int reference_serve_child(const struct reference *reference, int fixture, int output)
{
    char *arguments[] = {(char[]){"edges-emulator"},
                         (char[]){"--port=0"},
                         (char[]){"--fixture=demo"},
                         (char[]){"--fixture=-"},
                         (char[]){"--log-level=error"},
                         (char[]){"--journal=0"},
                         NULL};
    static struct options options;
    static struct settings settings;
    char *nothing[] = {NULL};

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (dup2(fixture, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        !options_read(sizeof arguments / sizeof *arguments - 1, arguments, nothing, &options) ||
        !settings_read(&options, &settings))
        return EXIT_FAILURE;
    settings.assumptions = reference->start;
    return reference->serve(&settings);
}

static bool reference_fail(const char *reason)
{
    fprintf(stderr, "edges-emulator: verify cannot ask the emulator itself: %s\n", reason);
    return false;
}

/* Reads the ready line of the child, and the line after it. */
static bool reference_read_port(struct reference *reference)
{
    static const char address[] = "http://127.0.0.1:";
    char line[256] = "";
    FILE *output = fdopen(dup(reference->output), "re");
    bool ok = output && fgets(line, sizeof line, output);
    const char *port = strstr(line, address);

    reference->port = port ? (unsigned)strtoul(port + strlen(address), NULL, 10) : 0;
    ok = ok && reference->port && fgets(line, sizeof line, output);
    if (output)
        fclose(output);
    return ok;
}

bool reference_start(struct reference *reference, const struct assumptions *assumptions)
{
    const char *reason = "";
    int ends[2], fixture = memfd_create("fixture", 0);
    FILE *text = fixture >= 0 ? fdopen(dup(fixture), "we") : NULL;

    if (!text || pipe(ends) != 0)
        return reference_fail("out of file descriptors");
    fixture_write(text);
    fclose(text);
    lseek(fixture, 0, SEEK_SET);
    reference->start = *assumptions;
    fflush(NULL); /* what is not written yet would be written twice */
    reference->child = fork();
    if (reference->child == 0) {
        close(ends[0]);
        _exit(reference_serve_child(reference, fixture, ends[1]));
    }
    close(ends[1]);
    close(fixture);
    reference->output = ends[0];
    if (reference->child < 0 || !reference_read_port(reference))
        return reference_fail("it did not start");
    return client_open(&reference->client, OWN_TIMEOUT_MS, &reason) || reference_fail(reason);
}

void reference_stop(struct reference *reference)
{
    if (reference->child <= 0)
        return;
    kill(reference->child, SIGTERM);
    waitpid(reference->child, NULL, 0);
    close(reference->output);
    client_close(&reference->client);
    reference->child = 0;
}

/* Sets the assumptions of a workspace to these. */
static const char *reference_assume(struct reference *reference, struct endpoint *endpoint,
                                    const struct assumptions *assumptions)
{
    struct strbuf body = json_write_begin(endpoint->arena, '{');
    struct client_reply reply;

    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++)
        json_write_text(&body, assumption_row(i)->id, assumption_value(assumptions, i));
    const struct client_request request = {
        .method = "PUT",
        .url = arena_format(endpoint->arena, "http://127.0.0.1:%u/_emulator/assumptions",
                            reference->port),
        .key = endpoint->key,
        .type = "application/json",
        .body = json_write_end(&body, '}').bytes,
    };
    const char *reason = client_send(endpoint->client, endpoint->arena, &request, &reply);
    return reason || reply.status == 200 ? reason : "it refused the assumptions";
}

/* Sends a probe after those before it, and reads the last reply. */
static const char *reference_send(struct endpoint *endpoint, enum probe_id id, struct facts *out)
{
    const struct probe *probe = probe_row(id);
    struct facts before = {.arena = endpoint->arena};
    struct client_reply reply;
    const char *reason = probe->after ? reference_send(endpoint, probe->after, &before) : NULL;

    if (!reason)
        reason = endpoint_send(endpoint, probe, &reply);
    if (reason)
        return reason;
    observe(out, probe, &reply, &endpoint->placeholders);
    if (facts_find(out, "", true) && facts_find(&before, "", true) && facts_succeeded(out))
        facts_merge_fields(out, &before);
    return NULL;
}

static bool is_started_with(const struct reference *reference,
                            const struct assumptions *assumptions)
{
    return memcmp(reference->start.value, assumptions->value, sizeof reference->start.value) == 0;
}

bool reference_ask(struct reference *reference, enum probe_id id,
                   const struct assumptions *assumptions, struct facts *out)
{
    bool same = is_started_with(reference, assumptions),
         keyless = probe_row(id)->flags & FLAG_KEYLESS;

    if (keyless && !same) { /* without a key there is no workspace that could assume it */
        reference_stop(reference);
        if (!reference_start(reference, assumptions))
            return false;
        same = true;
    }
    struct endpoint endpoint = {
        .client = &reference->client,
        .arena = out->arena,
        .base = arena_format(out->arena, "http://127.0.0.1:%u/v1", reference->port),
        .key = arena_format(out->arena, "verify-%d", reference->workspaces++),
        .placeholders.value = {[PLACEHOLDER_NAMED] = OWN_FINISHED,
                               [PLACEHOLDER_FLOW] = OWN_FLOW,
                               [PLACEHOLDER_INPUT] = "{}",
                               [PLACEHOLDER_LARGE] = endpoint_large()},
    };
    const char *reason = same ? NULL : reference_assume(reference, &endpoint, assumptions);
    if (!reason)
        reason = reference_send(&endpoint, id, out);
    return !reason || reference_fail(reason);
}
