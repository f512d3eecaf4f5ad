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
enum { QUIET_SLICE = 1000000, LOOK_INTERVAL = 2000 };

/* How long due events may fire in this iteration.
 *
 * When a descriptor woke it, others may be ready too, unseen until the iteration ends, and so may
 * be a reply that a commit has released: due events get LIMIT_FIRING. When there is nothing else,
 * they may take long, but stop as soon as a descriptor is ready. */
struct time_slice {
    int epoll;       /* that the loop waits on */
    int64_t end;     /* clock_monotonic_us() */
    int64_t look_at; /* when to look for ready descriptors; INT64_MAX: not in this slice */
};

static void time_slice_begin(struct time_slice *slice, bool quiet)
{
    int64_t now = clock_monotonic_us();

    slice->end = now + (quiet ? QUIET_SLICE : LIMIT_FIRING);
    slice->look_at = quiet ? now + LOOK_INTERVAL : INT64_MAX;
}

/* For store_set_yield(), hence the void. */
static bool time_slice_expired(void *context)
{
    struct time_slice *slice = context;
    struct pollfd ready = {.fd = slice->epoll, .events = POLLIN};
    int64_t now = clock_monotonic_us();

    if (now >= slice->end)
        return true;
    if (now < slice->look_at)
        return false;
    slice->look_at = now + LOOK_INTERVAL;
    return poll(&ready, 1, 0) > 0;
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
                           http_fd(loop->http),
                           http_peer_close_fd(loop->http),
                           dispatcher_fd(loop->dispatcher)};
    bool ok = loop->signals >= 0 && loop->epoll >= 0 && loop->timer >= 0 && loop->system_set >= 0;
    if (ok)
        loop_watch_system_time(loop->system_set);
    for (size_t i = 0; ok && i < sizeof watched / sizeof *watched; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = watched[i]};
        ok = epoll_ctl(loop->epoll, EPOLL_CTL_ADD, watched[i], &event) == 0;
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

static bool loop_serve(const struct loop *loop, struct time_slice *slice)
{
    struct epoll_event event;
    int64_t set = INSTANT_NONE;
    bool busy;

    for (;;) {
        dispatcher_run(loop->dispatcher); /* at first, what was due when the server stopped last */
        if (!loop_commit(loop))
            return false;
        log_flush();
        loop_set_timer(loop->timer, loop->service->store, &set);
        int ready = epoll_wait(loop->epoll, &event, 1, http_timeout(loop->http, &busy));
        if (ready < 0 && errno != EINTR) {
            fprintf(stderr, "edges-emulator: cannot wait for events: %s\n", strerror(errno));
            return false;
        }
        time_slice_begin(slice, ready == 0 && !busy);
        int awake = ready > 0 ? event.data.fd : -1;
        if (awake == loop->signals) {
            stop_signals_take(loop->signals);
            return true;
        }
        if (awake == loop->system_set)
            loop_watch_system_time(loop->system_set);
        if (awake == loop->timer || awake == loop->system_set) {
            engine_wake(loop->service->store);
            set = TIMER_EXPIRED;
        }
        http_run(loop->http, awake);
        if (!loop_commit(loop))
            return false;
    }
}

bool loop_run(const struct loop *loop)
{
    struct time_slice slice = {.epoll = loop->epoll};

    store_set_yield(loop->service->store, time_slice_expired, &slice);
    bool ok = loop_serve(loop, &slice);
    store_set_yield(loop->service->store, NULL, NULL); /* the slice goes out of scope */
    return ok;
}
