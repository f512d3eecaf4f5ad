#include "server/callbacks/dispatcher.h"

#include "server/callbacks/attempt.h"
#include "server/config/log.h"
#include "store/base/limits.h"
#include "store/callback/outbox_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
    RETRY = 1000,  /* ms after which a store that failed is tried again */
    IDLE_MAX = 16, /* connections to receivers that are kept */
    EVENTS_AT_ONCE = 64
};

struct dispatcher {
    struct store *store;
    const struct settings *settings;
    struct metrics *metrics;
    const struct curl_dl *curl; /* NULL until something is to be sent */
    CURLM *multi;
    int epoll;
    int timer; /* libcurl's */
    int retry; /* ends a pause */
    bool pauses;
    int count; /* places that are taken */
    struct attempt transfer[LIMIT_CALLBACKS];
};

static bool epoll_watch(int epoll, int operation, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};

    return epoll_ctl(epoll, operation, fd, &event) == 0;
}

struct dispatcher *dispatcher_start(struct store *store, const struct settings *settings,
                                    struct metrics *metrics)
{
    struct dispatcher *d = calloc(1, sizeof *d);

    if (!d)
        return NULL;
    d->store = store;
    d->settings = settings;
    d->metrics = metrics;
    d->epoll = epoll_create1(EPOLL_CLOEXEC);
    d->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    d->retry = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (d->epoll >= 0 && d->timer >= 0 && d->retry >= 0 &&
        epoll_watch(d->epoll, EPOLL_CTL_ADD, d->timer, EPOLLIN) &&
        epoll_watch(d->epoll, EPOLL_CTL_ADD, d->retry, EPOLLIN))
        return d;
    int error = errno;
    dispatcher_stop(d);
    errno = error;
    return NULL;
}

int dispatcher_fd(const struct dispatcher *dispatcher)
{
    return dispatcher->epoll;
}

/* libcurl tells which sockets it waits for; it never closes one without taking it back first. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known)
{
    struct dispatcher *d = context;
    uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);

    (void)easy;
    (void)known;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(d->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    epoll_watch(d->epoll, EPOLL_CTL_ADD, fd, events);
    epoll_watch(d->epoll, EPOLL_CTL_MOD, fd, events);
    return 0;
}

/* Now is a nanosecond from now, and less than nothing is never. */
static void timer_set(int timer, long ms)
{
    struct itimerspec when = {0};

    if (ms >= 0) {
        when.it_value.tv_sec = ms / 1000;
        when.it_value.tv_nsec = ms % 1000 * 1000000 + (ms == 0);
    }
    timerfd_settime(timer, 0, &when, NULL);
}

/* ... and when it wants to be called in any case. */
static int on_timer(CURLM *multi, long ms, void *context)
{
    struct dispatcher *d = context;

    (void)multi;
    timer_set(d->timer, ms);
    return 0;
}

static bool dispatcher_load_curl(struct dispatcher *d, const char **reason)
{
    if (d->multi)
        return true;
    d->curl = curl_dl_load(reason);
    if (!d->curl)
        return false;
    d->multi = d->curl->multi_init();
    if (!d->multi)
        return false;
    d->curl->multi_setopt(d->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    d->curl->multi_setopt(d->multi, CURLMOPT_SOCKETDATA, d);
    d->curl->multi_setopt(d->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    d->curl->multi_setopt(d->multi, CURLMOPT_TIMERDATA, d);
    d->curl->multi_setopt(d->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_MAX);
    return true;
}

/* Frees a place, whatever became of its callback. */
static void attempt_free(struct dispatcher *d, struct attempt *t)
{
    attempt_close(d->curl, d->multi, t);
    attempt_release(t);
    d->count--;
}

/* The store failed, as on a full disk: nothing is taken and nothing written for a second. */
static void dispatcher_pause(struct dispatcher *d)
{
    timer_set(d->retry, RETRY);
    d->pauses = true;
}

/* Writes how a try went. When that fails it is kept, and tried again after the pause; of what was
 * overtaken by a cancel or a reset there is nothing to write. */
static void attempt_write_outcome(struct dispatcher *d, struct attempt *t)
{
    if (outbox_in_flight(d->store, &t->callback) &&
        outbox_record_attempt(d->store, &t->callback, t->http_status, t->error) != ERROR_NONE) {
        dispatcher_pause(d);
        return;
    }
    attempt_free(d, t);
}

static void attempt_log(const struct attempt *t, int64_t http_status, const char *error)
{
    const struct log_field fields[] = {
        {.key = "callback", .text = t->callback.uid, .label = "callback "},
        {.key = "run", .text = t->callback.run_uid, .label = "run="},
        {.key = "flow_run_status", .text = t->callback.run_status},
        {.key = "status", .number = http_status},
        {.key = "outcome", .text = error ? error : "delivered", .keep_spaces = true},
    };

    log_line(LOG_INFO, fields, sizeof fields / sizeof *fields);
}

static void attempt_finish(struct dispatcher *d, struct attempt *t, int64_t http_status,
                           const char *error)
{
    attempt_log(t, http_status, error);
    if (error)
        d->metrics->failed++;
    else
        d->metrics->delivered++;
    attempt_close(d->curl, d->multi, t);
    t->over = true;
    t->http_status = http_status;
    t->error = error;
    if (!d->pauses)
        attempt_write_outcome(d, t);
}

/* What an attempt works with. */
static struct ctx attempt_ctx(struct dispatcher *d, struct attempt *t, struct workspace *workspace)
{
    return (struct ctx){.store = d->store,
                        .arena = &t->arena,
                        .workspace = workspace,
                        .assumptions = workspace->assumptions};
}

/* A callback that was just taken leaves for its receiver. */
static void attempt_start(struct dispatcher *d, struct attempt *t, const struct ctx *ctx)
{
    const char *reason = "the emulator has no memory left for it";
    struct payload message;

    if (!dispatcher_load_curl(d, &reason) ||
        payload_write(ctx, &t->callback, &message) != ERROR_NONE ||
        !attempt_prepare(d->curl, t, &message) ||
        d->curl->multi_add_handle(d->multi, t->easy) != CURLM_OK)
        attempt_finish(d, t, 0, reason);
}

static struct attempt *attempt_find_free(struct dispatcher *d)
{
    for (int i = 0; i < d->settings->callbacks_at_once; i++) {
        if (!d->transfer[i].taken)
            return &d->transfer[i];
    }
    return NULL;
}

/* Nobody holds more places than are left for the others, and the last of them, an eighth, are for
 * who holds none: a receiver that is silent holds up its own workspace, and it takes many such
 * workspaces to hold up all. */
static bool dispatcher_has_share(const struct dispatcher *d, const struct workspace *workspace)
{
    int places = d->settings->callbacks_at_once, held = 0;

    for (int i = 0; i < places; i++)
        held += d->transfer[i].taken && d->transfer[i].callback.workspace == workspace->id;
    return held == 0 || held + places / 8 < places - d->count;
}

/* Breaks off what a cancel or a reset of this workspace has overtaken. */
static void attempt_abort_invalidated(struct dispatcher *d, struct workspace *workspace)
{
    workspace->outbox_invalidated = false;
    for (int i = 0; d->count && i < d->settings->callbacks_at_once; i++) {
        struct attempt *t = &d->transfer[i];
        if (t->taken && t->callback.workspace == workspace->id &&
            !outbox_in_flight(d->store, &t->callback))
            attempt_free(d, t);
    }
}

/* Whether one was sent. A workspace leaves the queue with its last. */
static bool dispatcher_send_one(struct dispatcher *d, struct workspace *workspace)
{
    struct attempt *t = dispatcher_has_share(d, workspace) ? attempt_find_free(d) : NULL;

    if (!t)
        return false;
    struct ctx ctx = attempt_ctx(d, t, workspace);
    enum error e = outbox_take_due(&ctx, &t->callback);
    if (e)
        dispatcher_pause(d);
    if (e || !*t->callback.uid) {
        attempt_release(t);
        return false;
    }
    t->taken = true;
    d->count++;
    attempt_start(d, t, &ctx);
    return true;
}

/* Sends what is due as long as there are places, one of each workspace in turn. */
static void dispatcher_send_due(struct dispatcher *d)
{
    struct workspace *each, *first_idle = NULL;

    for (each = outbox_first(d->store); each; each = each->outbox_next) {
        if (each->outbox_invalidated)
            attempt_abort_invalidated(d, each);
    }
    while (!d->pauses && d->count < d->settings->callbacks_at_once &&
           (each = outbox_first(d->store)) && each != first_idle) {
        if (dispatcher_send_one(d, each))
            first_idle = NULL;
        else if (each->outbox_queued && !first_idle)
            first_idle = each; /* when it comes again, nobody sent anything since */
        outbox_rotate(d->store, each);
    }
}

static void dispatcher_write_outcomes(struct dispatcher *d)
{
    for (int i = 0; d->count && !d->pauses && i < d->settings->callbacks_at_once; i++) {
        if (d->transfer[i].over)
            attempt_write_outcome(d, &d->transfer[i]);
    }
}

static void dispatcher_take_results(struct dispatcher *d)
{
    CURLMsg *message;
    int left;

    while (d->multi && (message = d->curl->multi_info_read(d->multi, &left))) {
        CURLcode result = message->data.result;
        struct attempt *t = NULL;
        long status = 0;
        if (message->msg != CURLMSG_DONE)
            continue;
        d->curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        d->curl->easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
        attempt_finish(d, t, status, attempt_result(d->curl, t, result, status));
    }
}

static void dispatcher_handle_event(struct dispatcher *d, const struct epoll_event *event)
{
    int mask = 0, running;
    uint64_t rings;

    if (event->data.fd == d->timer) {
        if (read(d->timer, &rings, sizeof rings) == sizeof rings)
            d->curl->multi_socket_action(d->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        return;
    }
    if (event->data.fd == d->retry) {
        d->pauses = read(d->retry, &rings, sizeof rings) != sizeof rings;
        return;
    }
    if (event->events & EPOLLIN)
        mask |= CURL_CSELECT_IN;
    if (event->events & EPOLLOUT)
        mask |= CURL_CSELECT_OUT;
    if (event->events & (EPOLLERR | EPOLLHUP))
        mask |= CURL_CSELECT_ERR;
    d->curl->multi_socket_action(d->multi, event->data.fd, mask, &running);
}

void dispatcher_run(struct dispatcher *d)
{
    struct epoll_event events[EVENTS_AT_ONCE];

    if (d->count || d->pauses) {
        int ready = epoll_wait(d->epoll, events, EVENTS_AT_ONCE, 0);
        for (int i = 0; i < ready; i++)
            dispatcher_handle_event(d, &events[i]);
        dispatcher_take_results(d);
        dispatcher_write_outcomes(d);
    }
    dispatcher_send_due(d);
}

void dispatcher_stop(struct dispatcher *d)
{
    for (int i = 0; i < LIMIT_CALLBACKS; i++) {
        if (d->transfer[i].taken)
            attempt_free(d, &d->transfer[i]);
    }
    if (d->multi)
        d->curl->multi_cleanup(d->multi);
    if (d->curl)
        d->curl->global_cleanup();
    if (d->timer >= 0)
        close(d->timer);
    if (d->retry >= 0)
        close(d->retry);
    if (d->epoll >= 0)
        close(d->epoll);
    free(d);
}

const char *dispatcher_library_version(void)
{
    return curl_dl_version();
}
