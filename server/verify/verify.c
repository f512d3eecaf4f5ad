#include "server/verify/verify.h"

#include "server/verify/judge.h"
#include "server/verify/observe.h"
#include "server/verify/record.h"
#include "server/verify/target.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    PACE_US = 1000000, /* between the beginnings of two requests */
    POLL_US = 5000000, /* between two looks at what takes its time */
    SERVER_ERRORS_MAX = 3
};

struct verify {
    const struct settings *settings;
    struct arena arena; /* of what lasts to the end */
    struct reference reference;
    struct client client;
    struct endpoint endpoint; /* the service */
    struct report report;
    bool succeeded[PROBE_COUNT]; /* with a 2xx */
    int64_t last_sent;           /* clock_monotonic_us() */
    int server_errors;
    uint64_t credits; /* left */
    enum verify_result result;
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    interrupted = number;
}

/* An interrupt ends it before the next request: then it says what it has made. A connection that
 * is closed while it is written to is an error like any other. */
static void signals_handle(void)
{
    const struct sigaction action = {.sa_handler = on_interrupt};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Always false: nothing more is sent. */
static bool verify_stop(struct verify *v, enum verify_result result, const char *reason)
{
    v->report.stopped = reason;
    v->result = result;
    fprintf(stderr, "edges-emulator: verify stopped: %s\n", reason);
    return false;
}

static bool reply_check(struct verify *v, const struct probe *probe,
                        const struct client_reply *reply)
{
    bool self_test = settings_number(v->settings, OPTION_SELF_TEST);

    if (reply->emulator && !self_test)
        return verify_stop(v, VERIFY_USAGE, "the target is an emulator; --self-test asks it");
    if (!reply->emulator && self_test && v->report.requests == 1) /* a fault's reply says nothing */
        return verify_stop(v, VERIFY_USAGE, "the target is no emulator; leave --self-test out");
    if (reply->status == 401 && !(probe->flags & FLAG_KEYLESS))
        return verify_stop(
            v, VERIFY_STOPPED,
            "the service does not take the key (401); set EDGES_API_KEY to one that it knows");
    if (reply->status == 429)
        return verify_stop(v, VERIFY_STOPPED,
                           "the service limits requests (429); run it again later");
    if (reply->status / 100 == 3)
        return verify_stop(
            v, VERIFY_STOPPED,
            "the service redirects, which is not followed; name the place itself by --against");
    if (reply->status >= 500 && ++v->server_errors == SERVER_ERRORS_MAX)
        return verify_stop(v, VERIFY_STOPPED,
                           "the service failed three times (5xx); run it again later");
    return true;
}

/* Waits until the next request may be sent. */
static void verify_pace(struct verify *v, int64_t pace)
{
    int64_t now = clock_monotonic_us(), then = v->last_sent + pace;

    if (v->last_sent && now < then && !settings_number(v->settings, OPTION_SELF_TEST))
        usleep((useconds_t)(then - now));
    v->last_sent = clock_monotonic_us();
}

/* Sends one request. False: it stopped, and nothing was seen. */
static bool probe_send(struct verify *v, const struct probe *probe, int64_t pace, struct facts *out)
{
    struct client_reply reply;

    if (v->report.requests == VERIFY_REQUESTS_MAX)
        return verify_stop(v, VERIFY_STOPPED, "it has sent all the requests that it may");
    verify_pace(v, pace);
    if (interrupted)
        return verify_stop(v, VERIFY_STOPPED, "it was interrupted");
    v->report.requests++;
    const char *reason = endpoint_send(&v->endpoint, probe, &reply);
    if (reason)
        return verify_stop(v, VERIFY_STOPPED,
                           arena_format(&v->arena,
                                        "no reply from %s: %s; name another service by --against",
                                        v->endpoint.base, reason));
    if (!reply_check(v, probe, &reply))
        return false;
    *out = (struct facts){.arena = &v->arena, .key = v->endpoint.key};
    observe(out, probe, &reply, &v->endpoint.placeholders);
    return true;
}

/* Asks the service: once, or until it has what the probe captures. */
static bool probe_ask(struct verify *v, const struct probe *probe, struct facts *out)
{
    const char *folder = settings_value(v->settings, OPTION_RECORD);
    int most = probe->flags & FLAG_POLL ? POLLS_MAX : 1;

    for (int i = 0; i < most && !(i && v->endpoint.placeholders.value[probe->captures]); i++) {
        if (!probe_send(v, probe, i ? POLL_US : PACE_US, out))
            return false;
    }
    return !folder || record_write(folder, probe, out) ||
           verify_stop(v, VERIFY_USAGE, "the record cannot be written");
}

/* The probe that has to have succeeded before. One that only looks is none: what was made is
 * cancelled whatever it saw. */
static enum probe_id probe_needed(const struct probe *probe)
{
    const struct probe *after = probe->after ? probe_row(probe->after) : NULL;

    return after && after->flags & FLAG_POLL ? after->after : probe->after;
}

/* Why a probe is not sent; NULL: it is. */
static const char *probe_obstacle(struct verify *v, enum probe_id id)
{
    const struct probe *probe = probe_row(id);
    enum probe_id needed = probe_needed(probe);
    struct arena arena = {0};
    enum placeholder missing = PLACEHOLDER_NONE;

    if (needed && !v->succeeded[needed])
        return arena_format(&v->arena, "needs %s", probe_row(needed)->id);
    placeholders_fill(&arena, &v->endpoint.placeholders, probe->target, &missing);
    arena_release(&arena);
    if (missing)
        return placeholder_reason(missing);
    return probe->flags & FLAG_COSTS && !v->credits ? "needs more of --most-credits" : NULL;
}

static bool probe_replay(struct verify *v, const struct probe *probe, struct facts *out)
{
    bool bad = false;

    *out = (struct facts){.arena = &v->arena, .key = v->endpoint.key};
    if (record_read(settings_value(v->settings, OPTION_REPLAY), probe, out, &v->report.at, &bad))
        return true;
    if (bad)
        verify_stop(v, VERIFY_USAGE, "a file of --replay is not one that --record wrote");
    return false;
}

static bool is_accepted(const struct probe *probe, const struct facts *facts)
{
    return probe->level == LEVEL_REFUSALS && strcmp(probe->method, "GET") != 0 &&
           facts_succeeded(facts);
}

/* The whole of one probe: what the service shows, and the verdict on it. */
static void probe_run(struct verify *v, enum probe_id id)
{
    const struct probe *probe = probe_row(id);
    struct verdict *verdict = &v->report.verdicts[id];
    bool replay = settings_value(v->settings, OPTION_REPLAY);
    struct facts theirs;

    verdict->kind = VERDICT_SKIPPED;
    verdict->reason = replay ? "not recorded" : probe_obstacle(v, id);
    if (replay ? !probe_replay(v, probe, &theirs)
               : verdict->reason || !probe_ask(v, probe, &theirs)) {
        if (!verdict->reason)
            verdict->reason = "it stopped here";
        return;
    }
    v->credits -= probe->flags & FLAG_COSTS && !replay ? 1 : 0;
    v->succeeded[id] = facts_succeeded(&theirs);
    verdict->kind = VERDICT_SENT;
    verdict->reason = NULL;
    if (!(probe->flags & FLAG_SETUP) && !judge(&v->report, &v->reference, &v->arena, id, &theirs))
        verify_stop(v, VERIFY_STOPPED, "the emulator itself did not answer");
    else if (is_accepted(probe, &theirs))
        verify_stop(v, VERIFY_ACCEPTED, "a call that should have been refused was accepted");
    else if (probe->captures == PLACEHOLDER_FINISHED && !replay &&
             !v->endpoint.placeholders.value[PLACEHOLDER_FINISHED])
        verify_stop(v, VERIFY_USAGE, "--run names no finished run; GET /v1/flows/runs lists them");
}

/* A run or a schedule that was made and could not be cancelled any more. */
static void verify_warn(const struct verify *v)
{
    static const struct {
        enum placeholder made;
        enum probe_id cancel;
    } rows[] = {{PLACEHOLDER_STARTED, PROBE_CANCEL},
                {PLACEHOLDER_SECOND, PROBE_CANCEL_SECOND},
                {PLACEHOLDER_PLANNED, PROBE_CANCEL_SCHEDULE}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *uid = v->endpoint.placeholders.value[rows[i].made];
        if (uid && !v->succeeded[rows[i].cancel] && !strcasestr(uid, v->endpoint.key))
            fprintf(stderr, "edges-emulator: verify made %s and did not cancel it\n", uid);
    }
}

static void verify_run(struct verify *v)
{
    bool dry = settings_number(v->settings, OPTION_DRY_RUN);

    for (enum probe_id id = PROBE_NONE + 1; id < PROBE_COUNT; id++) {
        if (probe_row(id)->level > v->report.level)
            continue;
        if (v->report.stopped) {
            v->report.verdicts[id] =
                (struct verdict){.kind = VERDICT_SKIPPED, .reason = "it stopped before"};
            continue;
        }
        if (dry)
            v->report.verdicts[id].kind = VERDICT_PLANNED;
        else
            probe_run(v, id);
        v->report.last = id;
        report_probe(&v->report, id);
    }
    report_end(&v->report);
    verify_warn(v);
    if (!v->result && report_count(&v->report, VERDICT_DIFFERS))
        v->result = VERIFY_DIFFERS;
}

/* Makes ready what is needed to ask. */
static bool verify_open(struct verify *v, const struct target *target)
{
    const struct settings *settings = v->settings;
    const char *folder = settings_value(settings, OPTION_RECORD), *reason = "";
    const char *save = settings_value(settings, OPTION_SAVE);

    v->credits = settings_number(settings, OPTION_MOST_CREDITS);
    v->endpoint = (struct endpoint){
        .client = &v->client,
        .arena = &v->arena,
        .base = target->base,
        .key = target->key,
        .placeholders.value = {[PLACEHOLDER_NAMED] = settings_value(settings, OPTION_RUN),
                               [PLACEHOLDER_FLOW] = settings_value(settings, OPTION_FLOW),
                               [PLACEHOLDER_INPUT] = settings_value(settings, OPTION_INPUT),
                               [PLACEHOLDER_LARGE] = endpoint_large()},
    };
    if (settings_number(settings, OPTION_DRY_RUN))
        return true;
    if ((folder && !record_open(folder)) || (save && !record_check(save))) {
        v->result = VERIFY_USAGE;
        return false;
    }
    signals_handle();
    if (!reference_start(&v->reference, &settings->assumptions))
        return verify_stop(v, VERIFY_STOPPED, "the emulator itself did not start");
    return !target->base ||
           client_open(&v->client, (long)settings_number(settings, OPTION_REPLY_TIMEOUT),
                       &reason) ||
           verify_stop(v, VERIFY_STOPPED, reason);
}

enum verify_result verify(const struct settings *settings, reference_serve *serve)
{
    const char *save = settings_value(settings, OPTION_SAVE);
    bool dry = settings_number(settings, OPTION_DRY_RUN);
    struct verify v = {
        .settings = settings,
        .reference.serve = serve,
        .report = {.format = (enum report_format)settings_number(settings, OPTION_FORMAT),
                   .level = (enum probe_level)settings_number(settings, OPTION_LEVEL),
                   .assumptions = settings->assumptions,
                   .at = clock_system()},
    };
    struct target target;

    if (!target_read(settings, &v.arena, &target))
        v.result = VERIFY_USAGE;
    else if (verify_open(&v, &target))
        verify_run(&v);
    reference_stop(&v.reference);
    client_close(&v.client);
    if (save && !dry && v.result != VERIFY_USAGE && !record_save(save, &v.report))
        v.result = VERIFY_USAGE;
    arena_release(&v.arena);
    return v.result;
}
