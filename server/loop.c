#include "server/loop.h"

#include "server/config/log.h"
#include "server/time_slice.h"
#include "store/base/instant.h"
#include "store/db/transaction.h"
#include "store/engine/engine.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* No instant: the alarm has to be set again. */
#define ALARM_RANG (INSTANT_NONE + 1)

int loop_catch_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of SQLite's */
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool loop_watch(const struct loop *loop, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* Sets the alarm to when something is due next by the system's time, if that has changed. A timer
 * of the system's, and not a time-out, because that time may be set. */
static void set_alarm(int alarm, const struct store *store, int64_t *set)
{
    int64_t due = engine_next_wake(store);
    struct itimerspec when = {0};

    if (due == *set)
        return;
    if (due != INSTANT_NONE) {
        int64_t at = due > 0 ? due : 1; /* zero would switch it off */
        when.it_value.tv_sec = at / 1000;
        when.it_value.tv_nsec = at % 1000 * 1000000;
    }
    timerfd_settime(alarm, TFD_TIMER_ABSTIME, &when, NULL);
    *set = due;
}

/* What is due to be sent leaves. False when the database cannot be written any more. */
static bool loop_deliver(const struct loop *loop)
{
    dispatcher_run(loop->deliver);
    return batch_commit(loop->server->store);
}

static bool loop_serve(const struct loop *loop)
{
    struct time_slice turn = {.epoll = loop->epoll};
    struct epoll_event event;
    int64_t set = INSTANT_NONE;

    store_set_yield(loop->server->store, slice_expired, &turn);

    if (!loop_deliver(loop)) /* what an earlier life of the database left */
        return false;
    for (;;) {
        set_alarm(loop->alarm, loop->server->store, &set);
        int ready = epoll_wait(loop->epoll, &event, 1, http_timeout(loop->http));
        if (ready < 0 && errno != EINTR)
            return false;
        time_slice_begin(&turn, ready == 0);
        int awake = ready > 0 ? event.data.fd : -1;
        if (awake == loop->signals)
            return true;
        if (awake == loop->alarm) {
            engine_wake(loop->server->store);
            set = ALARM_RANG;
        }
        http_run(loop->http, awake);
        if (!batch_commit(loop->server->store))
            return false;
        http_release(loop->http);
        if (!loop_deliver(loop))
            return false;
        log_flush();
    }
}

bool loop_open(struct loop *loop)
{
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->alarm = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    return loop->epoll >= 0 && loop->alarm >= 0 && loop_watch(loop, http_fd(loop->http)) &&
           loop_watch(loop, http_peer_close_fd(loop->http)) &&
           loop_watch(loop, dispatcher_fd(loop->deliver)) && loop_watch(loop, loop->signals) &&
           loop_watch(loop, loop->alarm);
}

bool loop_run(const struct loop *loop)
{
    bool ok = loop_serve(loop);

    store_set_yield(loop->server->store, NULL, NULL); /* its turns are over */
    return ok;
}

void loop_close(struct loop *loop)
{
    if (loop->alarm >= 0)
        close(loop->alarm);
    if (loop->epoll >= 0)
        close(loop->epoll);
}
