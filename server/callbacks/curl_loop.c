#include "server/callbacks/curl_loop.h"

#include <stdint.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { IDLE_MAX = 16 /* connections to receivers that are kept */ };

static bool epoll_watch(int epoll, int operation, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};

    return epoll_ctl(epoll, operation, fd, &event) == 0;
}

/* A time of 0 would disarm the timer, so that is a nanosecond. */
void timer_set(int timer, long ms)
{
    struct itimerspec when = {0};

    if (ms >= 0) {
        when.it_value.tv_sec = ms / 1000;
        when.it_value.tv_nsec = ms % 1000 * 1000000 + (ms == 0);
    }
    timerfd_settime(timer, 0, &when, NULL);
}

bool timer_expired(int timer)
{
    uint64_t expirations;

    return read(timer, &expirations, sizeof expirations) == sizeof expirations;
}

int curl_loop_add_timer(struct curl_loop *loop)
{
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

    if (timer < 0 || epoll_watch(loop->epoll, EPOLL_CTL_ADD, timer, EPOLLIN))
        return timer;
    close(timer);
    return -1;
}

bool curl_loop_open(struct curl_loop *loop)
{
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->timer = loop->epoll < 0 ? -1 : curl_loop_add_timer(loop);
    return loop->timer >= 0;
}

/* libcurl says which sockets it waits for. It removes each before it closes it. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known)
{
    struct curl_loop *loop = context;
    uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);

    (void)easy;
    (void)known;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    epoll_watch(loop->epoll, EPOLL_CTL_ADD, fd, events);
    epoll_watch(loop->epoll, EPOLL_CTL_MOD, fd, events);
    return 0;
}

/* libcurl says when it wants to be called at the latest. */
static int on_timer(CURLM *multi, long ms, void *context)
{
    struct curl_loop *loop = context;

    (void)multi;
    timer_set(loop->timer, ms);
    return 0;
}

bool curl_loop_load(struct curl_loop *loop, const char **reason)
{
    if (loop->multi)
        return true;
    loop->curl = curl_dl_load(reason);
    if (!loop->curl)
        return false;
    loop->multi = loop->curl->multi_init();
    if (!loop->multi)
        return false;
    loop->curl->multi_setopt(loop->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    loop->curl->multi_setopt(loop->multi, CURLMOPT_SOCKETDATA, loop);
    loop->curl->multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    loop->curl->multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
    loop->curl->multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_MAX);
    return true;
}

void curl_loop_handle(struct curl_loop *loop, const struct epoll_event *event)
{
    int mask = 0, running;

    if (event->data.fd == loop->timer) {
        if (timer_expired(loop->timer))
            loop->curl->multi_socket_action(loop->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        return;
    }
    if (event->events & EPOLLIN)
        mask |= CURL_CSELECT_IN;
    if (event->events & EPOLLOUT)
        mask |= CURL_CSELECT_OUT;
    if (event->events & (EPOLLERR | EPOLLHUP))
        mask |= CURL_CSELECT_ERR;
    loop->curl->multi_socket_action(loop->multi, event->data.fd, mask, &running);
}

void curl_loop_close(struct curl_loop *loop)
{
    if (loop->multi)
        loop->curl->multi_cleanup(loop->multi);
    if (loop->curl)
        loop->curl->global_cleanup();
    if (loop->timer >= 0)
        close(loop->timer);
    if (loop->epoll >= 0)
        close(loop->epoll);
}
