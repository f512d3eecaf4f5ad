#include "server/callbacks/dispatcher.h"

#include "server/callbacks/attempt.h"
#include "server/config/log.h"
#include "store/base/limits.h"
#include "store/callback/outbox.h"
#include "store/db/transaction.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
    PAUSE = 1000,  /* ms until a store that failed is used again */
    IDLE_MAX = 16, /* connections to receivers that are kept */
    EVENTS_AT_ONCE = 64
};

struct dispatcher {
    struct store *store;
    const struct settings *settings;
    struct metrics *metrics;
    struct sockaddr_storage listening; /* the address of the server itself */
    const struct curl_dl *curl;        /* NULL until something is to be sent */
    CURLM *multi;
    int epoll;
    int timer; /* libcurl's */
    int retry; /* a timer that ends a pause */
    bool paused;
    int count; /* attempts that are not free */
    struct attempt attempts[LIMIT_CALLBACKS];
};

static bool epoll_watch(int epoll, int operation, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};

    return epoll_ctl(epoll, operation, fd, &event) == 0;
}

struct dispatcher *dispatcher_start(struct store *store, const struct settings *settings,
                                    struct metrics *metrics,
                                    const struct sockaddr_storage *listening)
{
    struct dispatcher *d = calloc(1, sizeof *d);

    if (!d)
        return NULL;
    d->store = store;
    d->settings = settings;
    d->metrics = metrics;
    d->listening = *listening;
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

/* libcurl says which sockets it waits for. It removes each before it closes it. */
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

/* A time of 0 would disarm the timer, so that is a nanosecond. Negative: never. */
static void timer_set(int timer, long ms)
{
    struct itimerspec when = {0};

    if (ms >= 0) {
        when.it_value.tv_sec = ms / 1000;
        when.it_value.tv_nsec = ms % 1000 * 1000000 + (ms == 0);
    }
    timerfd_settime(timer, 0, &when, NULL);
}

/* libcurl says when it wants to be called at the latest. */
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

/* Makes it free for the next callback. */
static void attempt_free(struct dispatcher *d, struct attempt *t)
{
    attempt_close(d->curl, d->multi, t);
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
 * kept and written after the pause. A cancel or a reset may have removed the callback: then there
 * is nothing to write. */
static void attempt_write_outcome(struct dispatcher *d, struct attempt *t)
{
    if (outbox_in_flight(d->store, &t->callback) &&
        outbox_record_attempt(d->store, &t->callback, t->http_status, t->error) != ERROR_NONE) {
        dispatcher_pause(d);
        return;
    }
    t->written = batch_pending(d->store);
    if (!t->written)
        attempt_free(d, t);
}

static void attempt_finish(struct dispatcher *d, struct attempt *t, int64_t http_status,
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
    attempt_close(d->curl, d->multi, t);
    t->over = true;
    t->http_status = http_status;
    t->error = error;
    if (!d->paused)
        attempt_write_outcome(d, t);
}

static void attempt_start(struct dispatcher *d, struct attempt *t, const struct ctx *ctx)
{
    const char *reason = "the emulator has no memory left for it";
    struct payload payload;

    if (!dispatcher_load_curl(d, &reason) ||
        payload_write(ctx, &t->callback, &payload) != ERROR_NONE ||
        !attempt_prepare(d->curl, t, &payload, (const struct sockaddr *)&d->listening) ||
        d->curl->multi_add_handle(d->multi, t->easy) != CURLM_OK)
        attempt_finish(d, t, 0, reason);
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

/* Aborts attempts whose callbacks a cancel or a reset of this workspace has removed. */
static void attempt_abort_invalidated(struct dispatcher *d, struct workspace *workspace)
{
    workspace->outbox_invalidated = false;
    for (int i = 0; d->count && i < d->settings->callbacks_at_once; i++) {
        struct attempt *t = &d->attempts[i];
        if (*t->callback.uid && !t->written && t->callback.workspace == workspace->id &&
            !outbox_in_flight(d->store, &t->callback))
            attempt_free(d, t);
    }
}

/* Whether one was sent. A workspace leaves the queue with its last. */
static bool dispatcher_send_one(struct dispatcher *d, struct workspace *workspace)
{
    struct attempt *t = attempt_find_free(d, workspace);

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
    attempt_start(d, t, &ctx);
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
    uint64_t expirations;

    if (event->data.fd == d->timer) {
        if (read(d->timer, &expirations, sizeof expirations) == sizeof expirations)
            d->curl->multi_socket_action(d->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        return;
    }
    if (event->data.fd == d->retry) {
        d->paused = read(d->retry, &expirations, sizeof expirations) != sizeof expirations;
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

    if (d->count || d->paused) {
        int ready = epoll_wait(d->epoll, events, EVENTS_AT_ONCE, 0);
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
