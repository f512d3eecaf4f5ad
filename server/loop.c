#include "server/loop.h"

#include "server/log.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

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

static bool watch(int epoll, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool serve(int epoll, struct http *http, int signals)
{
    struct epoll_event event;

    for (;;) {
        int ready = epoll_wait(epoll, &event, 1, http_timeout(http));
        if (ready < 0 && errno != EINTR)
            return false;
        if (ready > 0 && event.data.fd == signals)
            return true;
        http_run(http);
        log_flush();
    }
}

bool loop_run(struct http *http, int signals)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    bool well = epoll >= 0 && watch(epoll, http_descriptor(http)) && watch(epoll, signals) &&
                serve(epoll, http, signals);

    if (epoll >= 0)
        close(epoll);
    return well;
}
