#include "server/callbacks/dispatcher.h"

#include "server/callbacks/attempt_record.h"
#include "server/callbacks/curl_loop.h"
#include "server/callbacks/delivery_fault.h"
#include "server/config/log.h"
#include "store/base/clock.h"
#include "store/base/limits.h"
#include "store/callback/outbox.h"
#include "store/db/transaction.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PAUSE = 1000, /* ms until a store that failed is used again */
    EVENTS_AT_ONCE = 64
};

struct dispatcher {
    struct store *store;
    struct session_table *sessions;
    const struct settings *settings;
    struct metrics *metrics;
    struct coverage *coverage;
    struct sockaddr_storage listening; /* the address of the server itself */
    struct curl_loop loop;
    int retry; /* a timer that ends a pause */
    int delay; /* a timer that ends the delay of an attempt */
    bool paused;
    int count; /* attempts that are not free */
    struct attempt attempts[LIMIT_CALLBACKS];
};

struct dispatcher *dispatcher_start(struct store *store, struct session_table *sessions,
                                    const struct settings *settings, struct metrics *metrics,
                                    struct coverage *coverage,
                                    const struct sockaddr_storage *listening)
{
    struct dispatcher *d = calloc(1, sizeof *d);

    if (!d)
        return NULL;
    d->store = store;
    d->sessions = sessions;
    d->settings = settings;
    d->metrics = metrics;
    d->coverage = coverage;
    d->listening = *listening;
    d->retry = d->delay = -1;
    if (curl_loop_open(&d->loop) && (d->retry = curl_loop_add_timer(&d->loop)) >= 0 &&
        (d->delay = curl_loop_add_timer(&d->loop)) >= 0)
        return d;
    int error = errno;
    dispatcher_stop(d);
    errno = error;
    return NULL;
}

int dispatcher_fd(const struct dispatcher *dispatcher)
{
    return dispatcher->loop.epoll;
}

/* Makes it free for the next callback. */
static void attempt_free(struct dispatcher *d, struct attempt *t)
{
    attempt_close(d->loop.curl, d->loop.multi, t);
    arena_release(&t->arena);
    *t = (struct attempt){0};
    d->count--;
}

/* The store failed, as on a full disk: nothing is read or written for a second. */
static void dispatcher_pause(struct dispatcher *d)
{
    timer_set(d->retry, PAUSE);
    d->paused = true;
}

/* Writes the outcome and frees the attempt, once that is committed. When it fails, the attempt is
 * kept and written after the pause, and so it is while a long call has the workspace. A cancel or a
 * reset may have removed the callback: then there is nothing to write. */
static void attempt_write_outcome(struct dispatcher *d, struct attempt *t)
{
    const struct workspace *workspace = workspace_by_id(d->store, t->callback.workspace);

    if (workspace && workspace->busy)
        return;
    if (outbox_in_flight(d->store, &t->callback)) {
        if (outbox_record_attempt(d->store, &t->callback, &t->outcome) != ERROR_NONE) {
            dispatcher_pause(d);
            return;
        }
        attempt_record(d->store, d->sessions, t);
    }
    t->written = batch_pending(d->store);
    if (!t->written)
        attempt_free(d, t);
}

/* For coverage. `error` is as in attempt_note_outcome(); one that is only held has none either. */
static void attempt_cover(struct dispatcher *d, struct attempt *t, bool held, int64_t http_status,
                          const char *error)
{
    int copies = t->effect.kind == EFFECT_DUPLICATE ? (int)(t->effect.amount - t->copies) : 0;
    const struct workspace *workspace = workspace_by_id(d->store, t->callback.workspace);
    const struct coverage_delivery delivery = {
        .effect = t->effect.kind,
        .delayed = t->effect.delay_ms > 0,
        .is_copy = t->outcome.delivered,
        .lacks_headers = t->lacks_headers,
        .delivered = !held && !error,
        .attempts = t->callback.attempts,
        .http_status = http_status,
        .duration_us = t->easy ? clock_monotonic_us() - t->started : 0,
        .run_status = run_status_from(t->callback.run_status, false),
        .run_uid = t->callback.run_uid,
        .workspace = workspace,
        .label = workspace ? session_get(d->sessions, workspace)->label : NULL,
        .id =
            journal_delivery_id(&t->arena, t->callback.uid, (int)t->callback.attempts + copies + 1),
    };

    coverage_deliver(d->coverage, &delivery);
}

static void attempt_note_outcome(struct dispatcher *d, struct attempt *t, int64_t http_status,
                                 const char *error)
{
    const struct log_field fields[] = {
        {.key = "callback", .text = t->callback.uid, .label = "callback "},
        {.key = "run", .text = t->callback.run_uid, .label = "run="},
        {.key = "flow_run_status", .text = t->callback.run_status},
        {.key = "status", .number = http_status},
        {.key = "outcome", .text = error ? error : "delivered", .keep_spaces = true},
        {.key = "workspace", .text = t->workspace_uid, .only_json = true},
    };

    log_line(LOG_INFO, error ? "callback failed" : "callback delivered", fields,
             sizeof fields / sizeof *fields);
    if (error)
        d->metrics->failed++;
    else
        d->metrics->delivered++;
    if (t->effect.kind != EFFECT_ANSWER) /* no receiver met it */
        attempt_cover(d, t, false, http_status, error);
    t->outcome.http_status = http_status;
    t->outcome.error = error;
    t->outcome.delivered |= !error;
}

static void attempt_send(struct dispatcher *d, struct attempt *t);

static void attempt_finish(struct dispatcher *d, struct attempt *t, int64_t http_status,
                           const char *error)
{
    attempt_note_outcome(d, t, http_status, error);
    t->duration_us = t->started ? clock_monotonic_us() - t->started : 0;
    attempt_close(d->loop.curl, d->loop.multi, t);
    if (t->copies && !d->paused && outbox_in_flight(d->store, &t->callback) &&
        outbox_record_copy(d->store, &t->callback, &t->outcome) == ERROR_NONE) {
        attempt_record(d->store, d->sessions, t);
        t->outcome.is_copy = true;
        t->copies--;
        attempt_send(d, t);
        return;
    }
    t->over = true;
    if (!d->paused)
        attempt_write_outcome(d, t);
}

static void attempt_send(struct dispatcher *d, struct attempt *t)
{
    const char *reason = "the emulator has no memory left for it";

    if (curl_loop_load(&d->loop, &reason) &&
        attempt_prepare(d->loop.curl, t, (const struct sockaddr *)&d->listening) &&
        d->loop.curl->multi_add_handle(d->loop.multi, t->easy) == CURLM_OK)
        return;
    t->copies = 0;
    attempt_finish(d, t, 0, reason);
}

/* Sends it as its fault has it: not at all, with copies, or without headers. */
static void attempt_start(struct dispatcher *d, struct attempt *t)
{
    struct workspace *workspace = workspace_by_id(d->store, t->callback.workspace);
    const struct ctx ctx = {.store = d->store,
                            .arena = &t->arena,
                            .workspace = workspace,
                            .assumptions = workspace->assumptions};

    t->outcome.given_up = t->effect.kind == EFFECT_DROP;
    t->copies = t->effect.kind == EFFECT_DUPLICATE ? t->effect.amount : 0;
    if (t->effect.kind == EFFECT_WITHOUT_HEADERS) {
        t->lacks_headers = t->callback.headers != NULL;
        t->callback.headers = NULL;
    }
    if (delivery_fault_holds(d->store, t)) {
        attempt_cover(d, t, true, 0, NULL);
        attempt_free(d, t);
        return;
    }
    if (t->effect.kind == EFFECT_HOLD_BEHIND_NEXT)
        t->effect.kind = EFFECT_NONE; /* it is sent as usual */
    if (t->outcome.given_up)
        attempt_finish(d, t, 0, "dropped by a fault rule");
    else if (payload_write(&ctx, &t->callback, &t->payload) != ERROR_NONE)
        attempt_finish(d, t, 0, "the emulator has no memory left for it");
    else if (t->effect.kind == EFFECT_ANSWER)
        attempt_finish(d, t, t->effect.amount, attempt_answer(t, t->effect.amount));
    else
        attempt_send(d, t);
}

/* Starts the attempts whose delay is over, and sets the timer for the others. Meanwhile a cancel, a
 * reset or an eviction may have removed the callback. */
static void dispatcher_end_delays(struct dispatcher *d)
{
    int64_t now = clock_monotonic_us(), first = 0;

    for (int i = 0; d->count && i < d->settings->callbacks_at_once; i++) {
        struct attempt *t = &d->attempts[i];
        if (t->start_at && t->start_at <= now) {
            t->start_at = 0;
            if (outbox_in_flight(d->store, &t->callback))
                attempt_start(d, t);
            else
                attempt_free(d, t);
        } else if (t->start_at && (!first || t->start_at < first)) {
            first = t->start_at;
        }
    }
    timer_set(d->delay, first ? (long)((first - now + 999) / 1000) : -1);
}

/* A free attempt for this workspace, or NULL. None may hold more than are free for the others, and
 * the last eighth is for those that hold none: a silent receiver delays its own workspace, and only
 * many such workspaces delay all. */
static struct attempt *attempt_find_free(struct dispatcher *d, const struct workspace *workspace)
{
    int most = d->settings->callbacks_at_once, held = 0;
    struct attempt *found = NULL;

    for (int i = 0; i < most; i++) {
        struct attempt *t = &d->attempts[i];
        if (!*t->callback.uid)
            found = t;
        else
            held += t->callback.workspace == workspace->id;
    }
    return held == 0 || held + most / 8 < most - d->count ? found : NULL;
}

/* Aborts attempts whose callbacks a cancel or a reset has removed, such as of this workspace. */
static void attempt_abort_invalidated(struct dispatcher *d, struct workspace *workspace)
{
    workspace->outbox_invalidated = false;
    for (int i = 0; d->count && i < d->settings->callbacks_at_once; i++) {
        struct attempt *t = &d->attempts[i];
        if (*t->callback.uid && !t->written && !outbox_in_flight(d->store, &t->callback))
            attempt_free(d, t);
    }
}

/* Whether one was sent. A workspace leaves the queue with its last. */
static bool dispatcher_send_one(struct dispatcher *d, struct workspace *workspace)
{
    struct attempt *t = workspace->busy ? NULL : attempt_find_free(d, workspace);

    if (!t)
        return false;
    struct ctx ctx = {.store = d->store,
                      .arena = &t->arena,
                      .workspace = workspace,
                      .assumptions = workspace->assumptions};
    enum error e = outbox_take_due(&ctx, &t->callback);
    d->count++;
    if (e)
        dispatcher_pause(d);
    if (e || !*t->callback.uid) {
        attempt_free(d, t);
        return false;
    }
    t->workspace_uid = arena_strdup(&t->arena, workspace->uid);
    delivery_fault_take(d->sessions, workspace, t);
    if (t->start_at)
        dispatcher_end_delays(d);
    else
        attempt_start(d, t);
    return true;
}

/* Sends what is due while attempts are free, one of each workspace in turn. */
static void dispatcher_send_due(struct dispatcher *d)
{
    struct workspace *each, *first_idle = NULL;

    for (each = outbox_first(d->store); each; each = outbox_after(each)) {
        if (each->outbox_invalidated)
            attempt_abort_invalidated(d, each);
    }
    while (!d->paused && d->count < d->settings->callbacks_at_once &&
           (each = outbox_first(d->store)) && each != first_idle) {
        if (dispatcher_send_one(d, each))
            first_idle = NULL;
        else if (each->outbox.previous && !first_idle)
            first_idle = each; /* when it is first again, none has sent anything */
        outbox_rotate(d->store, each);
    }
}

static void dispatcher_write_outcomes(struct dispatcher *d)
{
    for (int i = 0; d->count && !d->paused && i < d->settings->callbacks_at_once; i++) {
        if (d->attempts[i].over && !d->attempts[i].written)
            attempt_write_outcome(d, &d->attempts[i]);
    }
}

static void dispatcher_take_results(struct dispatcher *d)
{
    CURLMsg *message;
    int left;

    while (d->loop.multi && (message = d->loop.curl->multi_info_read(d->loop.multi, &left))) {
        CURLcode result = message->data.result;
        struct attempt *t = NULL;
        long status = 0;
        if (message->msg != CURLMSG_DONE)
            continue;
        d->loop.curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        d->loop.curl->easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
        attempt_finish(d, t, status, attempt_result(d->loop.curl, t, result, status));
    }
}

static void dispatcher_handle_event(struct dispatcher *d, const struct epoll_event *event)
{
    if (event->data.fd == d->retry)
        d->paused = !timer_expired(d->retry);
    else if (event->data.fd != d->delay)
        curl_loop_handle(&d->loop, event);
    else if (timer_expired(d->delay))
        dispatcher_end_delays(d);
}

void dispatcher_run(struct dispatcher *d)
{
    struct epoll_event events[EVENTS_AT_ONCE];

    if (d->count || d->paused) {
        int ready = epoll_wait(d->loop.epoll, events, EVENTS_AT_ONCE, 0);
        for (int i = 0; i < ready; i++)
            dispatcher_handle_event(d, &events[i]);
        dispatcher_take_results(d);
        dispatcher_write_outcomes(d);
    }
    dispatcher_send_due(d);
}

void dispatcher_committed(struct dispatcher *d, bool committed)
{
    for (int i = 0; d->count && i < d->settings->callbacks_at_once; i++) {
        struct attempt *t = &d->attempts[i];
        if (t->written && committed)
            attempt_free(d, t);
        t->written = false;
    }
    if (!committed)
        dispatcher_pause(d);
}

void dispatcher_stop(struct dispatcher *d)
{
    for (int i = 0; i < LIMIT_CALLBACKS; i++) {
        if (*d->attempts[i].callback.uid)
            attempt_free(d, &d->attempts[i]);
    }
    if (d->retry >= 0)
        close(d->retry);
    if (d->delay >= 0)
        close(d->delay);
    curl_loop_close(&d->loop);
    free(d);
}

const char *dispatcher_library_version(void)
{
    return curl_dl_version();
}
