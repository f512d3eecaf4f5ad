#include "server/callbacks/dispatcher.h"

#include "server/callbacks/attempt.h"
#include "server/config/log.h"
#include "store/base/limits.h"
#include "store/callback/outbox_queue.h"

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

struct deliver {
    struct server *server;
    struct store *store;
    const struct settings *settings;
    const struct curl_library *curl; /* NULL until something is to be sent */
    CURLM *multi;
    int epoll;
    int timer; /* libcurl's */
    int retry; /* ends a pause */
    bool pauses;
    int count; /* places that are taken */
    struct transfer transfer[LIMIT_CALLBACKS];
};

static void watch(int epoll, int operation, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};

    epoll_ctl(epoll, operation, fd, &event);
}

struct deliver *deliver_start(struct server *server)
{
    struct deliver *d = calloc(1, sizeof *d);

    if (!d)
        return NULL;
    d->server = server;
    d->store = server->store;
    d->settings = server->settings;
    d->epoll = epoll_create1(EPOLL_CLOEXEC);
    d->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    d->retry = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (d->epoll >= 0 && d->timer >= 0 && d->retry >= 0) {
        watch(d->epoll, EPOLL_CTL_ADD, d->timer, EPOLLIN);
        watch(d->epoll, EPOLL_CTL_ADD, d->retry, EPOLLIN);
        return d;
    }
    deliver_stop(d);
    return NULL;
}

int deliver_descriptor(const struct deliver *deliver)
{
    return deliver->epoll;
}

/* libcurl tells which sockets it waits for; it never closes one without taking it back first. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known)
{
    struct deliver *d = context;
    uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);

    (void)easy;
    (void)known;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(d->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    watch(d->epoll, EPOLL_CTL_ADD, fd, events);
    watch(d->epoll, EPOLL_CTL_MOD, fd, events);
    return 0;
}

/* Now is a nanosecond from now, and less than nothing is never. */
static void ring(int timer, long ms)
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
    struct deliver *d = context;

    (void)multi;
    ring(d->timer, ms);
    return 0;
}

static bool load(struct deliver *d, const char **reason)
{
    if (d->multi)
        return true;
    d->curl = curl_library(reason);
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
static void let_go(struct deliver *d, struct transfer *t)
{
    transfer_close(d->curl, d->multi, t);
    transfer_release(t);
    d->count--;
}

/* The store failed, as on a full disk: nothing is taken and nothing written for a second. */
static void pause_for_store(struct deliver *d)
{
    ring(d->retry, RETRY);
    d->pauses = true;
}

/* Writes how a try went. When that fails it is kept, and tried again after the pause; of what was
 * overtaken by a cancel or a reset there is nothing to write. */
static void write_outcome(struct deliver *d, struct transfer *t)
{
    if (outbox_is_under_way(d->store, &t->callback) &&
        outbox_tried(d->store, &t->callback, t->http_status, t->error) != ERROR_NONE) {
        pause_for_store(d);
        return;
    }
    d->server->has_news = true;
    let_go(d, t);
}

static void finish(struct deliver *d, struct transfer *t, int64_t http_status, const char *error)
{
    log_callback(d->settings, &t->callback, http_status, error);
    if (error)
        d->server->metrics.failed++;
    else
        d->server->metrics.delivered++;
    transfer_close(d->curl, d->multi, t);
    t->over = true;
    t->http_status = http_status;
    t->error = error;
    if (!d->pauses)
        write_outcome(d, t);
}

/* A callback that was just taken leaves for its receiver. */
static void send_off(struct deliver *d, struct transfer *t)
{
    const char *reason = "the emulator has no memory left for it";
    struct message message;

    if (!load(d, &reason) ||
        message_write(d->store, &t->arena, &t->callback, &message) != ERROR_NONE ||
        !transfer_prepare(d->curl, t, &message) ||
        d->curl->multi_add_handle(d->multi, t->easy) != CURLM_OK)
        finish(d, t, 0, reason);
}

static struct transfer *free_place(struct deliver *d)
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
static bool has_share(const struct deliver *d, const struct workspace *workspace)
{
    int places = d->settings->callbacks_at_once, held = 0;

    for (int i = 0; i < places; i++)
        held += d->transfer[i].taken && d->transfer[i].callback.workspace == workspace->id;
    return held == 0 || held + places / 8 < places - d->count;
}

/* Breaks off what a cancel or a reset of this workspace has overtaken. */
static void break_off(struct deliver *d, struct workspace *workspace)
{
    workspace->outbox_overtaken = false;
    for (int i = 0; d->count && i < d->settings->callbacks_at_once; i++) {
        struct transfer *t = &d->transfer[i];
        if (t->taken && t->callback.workspace == workspace->id &&
            !outbox_is_under_way(d->store, &t->callback))
            let_go(d, t);
    }
}

/* Whether one was sent. A workspace leaves the queue with its last. */
static bool send_one(struct deliver *d, struct workspace *workspace)
{
    struct transfer *t = has_share(d, workspace) ? free_place(d) : NULL;

    if (!t)
        return false;
    enum error e = outbox_take(d->store, &t->arena, workspace, &t->callback);
    if (e)
        pause_for_store(d);
    if (e || !*t->callback.uid) {
        transfer_release(t);
        return false;
    }
    t->taken = true;
    d->count++;
    send_off(d, t);
    return true;
}

/* Sends what is due as long as there are places, one of each workspace in turn. */
static void send_due(struct deliver *d)
{
    struct workspace *each, *first_idle = NULL;

    for (each = outbox_next_workspace(d->store); each; each = each->outbox_next) {
        if (each->outbox_overtaken)
            break_off(d, each);
    }
    while (!d->pauses && d->count < d->settings->callbacks_at_once &&
           (each = outbox_next_workspace(d->store)) && each != first_idle) {
        if (send_one(d, each))
            first_idle = NULL;
        else if (each->outbox_queued && !first_idle)
            first_idle = each; /* when it comes again, nobody sent anything since */
        outbox_step_back(d->store, each);
    }
}

static void write_outcomes(struct deliver *d)
{
    for (int i = 0; d->count && !d->pauses && i < d->settings->callbacks_at_once; i++) {
        if (d->transfer[i].over)
            write_outcome(d, &d->transfer[i]);
    }
}

static void take_results(struct deliver *d)
{
    CURLMsg *message;
    int left;

    while (d->multi && (message = d->curl->multi_info_read(d->multi, &left))) {
        CURLcode result = message->data.result;
        struct transfer *t = NULL;
        long status = 0;
        if (message->msg != CURLMSG_DONE)
            continue;
        d->curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        d->curl->easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
        finish(d, t, status, transfer_judge(d->curl, t, result, status));
    }
}

static void act(struct deliver *d, const struct epoll_event *event)
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

void deliver_run(struct deliver *d)
{
    struct epoll_event events[EVENTS_AT_ONCE];

    if (d->count || d->pauses) {
        int ready = epoll_wait(d->epoll, events, EVENTS_AT_ONCE, 0);
        for (int i = 0; i < ready; i++)
            act(d, &events[i]);
        take_results(d);
        write_outcomes(d);
    }
    send_due(d);
}

void deliver_stop(struct deliver *d)
{
    for (int i = 0; i < LIMIT_CALLBACKS; i++) {
        if (d->transfer[i].taken)
            let_go(d, &d->transfer[i]);
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

const char *deliver_library_version(void)
{
    return curl_library_version();
}
