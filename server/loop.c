/* The loop: waits for sockets, signals and due events, and serves each of them. */
#include "server/server.h"

#include "server/callbacks/dispatcher.h"
#include "server/config/log.h"
#include "server/http/http.h"
#include "server/stop_signals.h"
#include "store/base/clock.h"
#include "store/base/instant.h"
#include "store/base/limits.h"
#include "store/engine/engine.h"
#include "store/workspace/content.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* No instant: the timer has to be set again. */
#define TIMER_EXPIRED (INSTANT_NONE + 1)

/* Microseconds that due events may take in an iteration without anything else to do, and between
 * looks for other work. Changes are committed at the end of a slice, so long slices are cheaper. */
enum { QUIET_SLICE = 1000000, CHECK_INTERVAL = 2000 };

/* How long due events may fire in this iteration.
 *
 * When a descriptor woke it, others may be ready too, unseen until the iteration ends, and so may
 * be a reply that a commit has released: due events get LIMIT_FIRING. When there is nothing else,
 * they may take long, but stop as soon as a descriptor is ready; and after LIMIT_FIRING when there
 * is a reply: a request may have come just after the loop looked. */
struct time_slice {
    int epoll; /* that the loop waits on */
    const struct http *http;
    int64_t usual_end; /* clock_monotonic_us(), when somebody waits */
    int64_t end;       /* when nobody does */
    int64_t check_at;  /* when to look for ready descriptors; INT64_MAX: not in this slice */
};

static void time_slice_begin(struct time_slice *slice, bool quiet)
{
    int64_t now = clock_monotonic_us();

    slice->usual_end = now + LIMIT_FIRING;
    slice->end = quiet ? now + QUIET_SLICE : slice->usual_end;
    slice->check_at = quiet ? now + CHECK_INTERVAL : INT64_MAX;
}

/* For store_set_yield(), hence the void. */
static bool time_slice_expired(void *context)
{
    struct time_slice *slice = context;
    struct pollfd ready = {.fd = slice->epoll, .events = POLLIN};
    int64_t now = clock_monotonic_us();

    if (now >= slice->end)
        return true;
    if (now < slice->check_at)
        return false;
    slice->check_at = now + CHECK_INTERVAL;
    return poll(&ready, 1, 0) > 0 || (now >= slice->usual_end && http_has_replies(slice->http));
}

/* Sets the timer to when something is due next, if that has changed. */
static void loop_set_timer(int timer, const struct store *store, int64_t *set)
{
    int64_t due = engine_next_wake(store);
    struct itimerspec when = {0};

    if (due == *set)
        return;
    if (due != INSTANT_NONE) {
        int64_t left = due * 1000 - clock_monotonic_us();
        left = left > 0 ? left : 1; /* zero would disarm it */
        when.it_value.tv_sec = left / 1000000;
        when.it_value.tv_nsec = left % 1000000 * 1000;
    }
    timerfd_settime(timer, 0, &when, NULL);
    *set = due;
}

/* Makes the timer readable when the system's time is set: a real clock that was set forward may be
 * at what is due. It expires when nobody is there any more. */
static void loop_watch_system_time(int timer)
{
    const struct itimerspec never = {.it_value.tv_sec = INSTANT_MAX / 1000};

    timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

bool loop_open(struct loop *loop)
{
    loop->signals = stop_signals_open();
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    loop->system_set = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);

    const int watched[] = {loop->timer,
                           loop->system_set,
                           loop->signals,
                           loop->input,
                           http_fd(loop->http),
                           http_peer_close_fd(loop->http),
                           dispatcher_fd(loop->dispatcher),
                           store_fd(loop->service->store)};
    bool ok = loop->signals >= 0 && loop->epoll >= 0 && loop->timer >= 0 && loop->system_set >= 0;
    if (ok)
        loop_watch_system_time(loop->system_set);
    for (size_t i = 0; ok && i < sizeof watched / sizeof *watched; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = watched[i]};
        ok = watched[i] < 0 || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, watched[i], &event) == 0;
    }
    return ok;
}

void loop_close(struct loop *loop)
{
    const int fds[] = {loop->timer, loop->system_set, loop->epoll, loop->signals};

    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
    }
}

/* False when the program cannot go on. */
static bool loop_commit(const struct loop *loop)
{
    enum commit_result result = store_commit(loop->service->store);

    dispatcher_committed(loop->dispatcher, result == STORE_COMMITTED);
    http_release(loop->http, result == STORE_COMMITTED);
    return result != STORE_BROKEN;
}

/* Reads and ignores what was written. True when nobody can write any more: the other process has
 * closed its end of the pipe, or has ended. */
static bool input_has_ended(int fd)
{
    char ignored[4096];
    ssize_t size = read(fd, ignored, sizeof ignored);

    return size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR);
}

/* What one iteration of the loop came to. */
enum iteration { ITERATION_IDLE, ITERATION_SERVED, ITERATION_STOPPED, ITERATION_BROKEN };

/* The state of the loop while it serves. */
struct serving {
    const struct loop *loop;
    struct time_slice slice;
    struct store_pause pause;
    int64_t set;         /* what the timer is set to */
    int64_t pause_at;    /* when the long call that runs now lets others be served */
    int64_t lead;        /* microseconds that it has run more than those within it */
    int64_t sweep_at;    /* when to delete what was discarded, although there is something to do */
    enum iteration last; /* what the last one came to */
    int depth;           /* of long calls that run while others pause */
};

/* Microseconds that a long call runs between two pauses, and that others are served in one at most:
 * each of them waits that long. Beyond so many long calls within each other, the next ones wait. */
enum { LONG_CALL_PART = 2000, PAUSE_MAX = 5000, DEPTH_MAX = 16 };

/* While there is something else to do, such as sending a large reply, what was discarded is deleted
 * for so many microseconds, and then not for so many. */
enum { SWEEP_BUSY = 1000, SWEEP_INTERVAL = 4000 };

/* One iteration. Without `may_wait` it is ITERATION_IDLE when there was nothing to do; but while
 * the database is being synced it waits, for what would be done then had to wait too. */
static enum iteration serving_iterate(struct serving *s, bool may_wait)
{
    const struct loop *loop = s->loop;
    struct epoll_event event;
    bool busy;

    dispatcher_run(loop->dispatcher); /* at first, what was due when the server stopped last */
    if (!loop_commit(loop))
        return ITERATION_BROKEN;
    may_wait |= store_is_syncing(loop->service->store);
    log_flush();
    loop_set_timer(loop->timer, loop->service->store, &s->set);
    int timeout = http_timeout(loop->http, &busy);
    int ready = epoll_wait(loop->epoll, &event, 1, may_wait ? timeout : 0);
    if (ready < 0 && errno != EINTR) {
        fprintf(stderr, "edges-emulator: cannot wait for events: %s\n", strerror(errno));
        return ITERATION_BROKEN;
    }
    if (!may_wait && ready == 0 && timeout != 0)
        return ITERATION_IDLE;
    time_slice_begin(&s->slice, may_wait && ready == 0 && !busy);
    int ready_fd = ready > 0 ? event.data.fd : -1;
    if (ready_fd == loop->signals) {
        stop_signals_take(loop->signals);
        return ITERATION_STOPPED;
    }
    if (ready > 0 && ready_fd == loop->input && input_has_ended(loop->input))
        return ITERATION_STOPPED;
    if (ready_fd == loop->system_set)
        loop_watch_system_time(loop->system_set);
    if (ready_fd == loop->timer || ready_fd == loop->system_set) {
        engine_wake(loop->service->store);
        s->set = TIMER_EXPIRED;
    }
    http_run(loop->http, ready_fd);
    if (!loop_commit(loop))
        return ITERATION_BROKEN;
    return ITERATION_SERVED;
}

/* Runs the oldest. False: there is none, or nothing is to be begun. What it writes while the
 * database is being synced could have to wait for that. */
static bool serving_run_long_call(struct serving *s)
{
    struct store *store = s->loop->service->store;

    if (!http_has_long_call(s->loop->http))
        return false;
    const struct store_pause *before = store_set_pause(store, &s->pause);
    int64_t begun = clock_monotonic_us(), lead = s->lead;

    s->lead = 0;
    s->pause_at = begun + LONG_CALL_PART;
    bool ran =
        s->depth++ < DEPTH_MAX && s->last == ITERATION_SERVED && http_run_long_call(s->loop->http);
    if (--s->depth == 0)
        store_set_cache(store, false);
    s->lead = lead - (clock_monotonic_us() - begun);
    store_set_pause(store, before);
    return ran;
}

/* The two of struct store_pause. */
static bool pause_is_due(void *context)
{
    const struct serving *s = context;

    return clock_monotonic_us() >= s->pause_at;
}

/* What others are served in a pause does not pause itself, unless it is a long call too. Those take
 * half of the time at most: else one would never end while others come again and again. It lasts
 * until what was written so far is on the disk. */
static bool pause_serve(void *context)
{
    struct serving *s = context;
    struct store *store = s->loop->service->store;
    int64_t end = clock_monotonic_us() + PAUSE_MAX;

    store_set_cache(store, true);
    store_set_pause(store, NULL);
    s->lead += clock_monotonic_us() - s->pause_at + LONG_CALL_PART;
    do {
        s->last = serving_iterate(s, false);
        if (s->last == ITERATION_SERVED && s->lead >= 0 && !store_is_syncing(store))
            serving_run_long_call(s);
    } while (s->last == ITERATION_SERVED &&
             (store_is_syncing(store) || clock_monotonic_us() < end));
    if (s->last == ITERATION_IDLE)
        s->last = ITERATION_SERVED;
    store_set_pause(store, &s->pause);
    s->pause_at = clock_monotonic_us() + LONG_CALL_PART;
    return s->last == ITERATION_SERVED && http_client_is_there(s->loop->http);
}

static bool is_serving(const struct serving *s)
{
    return s->last == ITERATION_SERVED || s->last == ITERATION_IDLE;
}

/* Deletes some of what was discarded: all the time while there is nothing else to do. */
static void serving_sweep(struct serving *s)
{
    struct store *store = s->loop->service->store;
    bool is_idle = s->last == ITERATION_IDLE;

    if (store_is_syncing(store) || (!is_idle && clock_monotonic_us() < s->sweep_at))
        return;
    content_sweep(store, is_idle ? LONG_CALL_PART : SWEEP_BUSY);
    s->sweep_at = clock_monotonic_us() + SWEEP_INTERVAL;
}

bool loop_run(const struct loop *loop)
{
    struct store *store = loop->service->store;
    struct serving s = {
        .loop = loop, .slice = {.epoll = loop->epoll, .http = loop->http}, .set = INSTANT_NONE};

    s.pause = (struct store_pause){pause_is_due, pause_serve, &s};
    store_set_yield(store, time_slice_expired, &s.slice);
    do {
        bool sweeping = content_has_discarded(store);
        s.last = serving_iterate(&s, !sweeping);
        while (s.last == ITERATION_SERVED && !store_is_syncing(store) && serving_run_long_call(&s))
            ;
        if (sweeping && is_serving(&s))
            serving_sweep(&s);
    } while (is_serving(&s));
    store_set_yield(store, NULL, NULL); /* the slice goes out of scope */
    return s.last == ITERATION_STOPPED;
}
