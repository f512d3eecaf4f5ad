#include "server/http/peer_close.h"

#include <sys/epoll.h>
#include <sys/socket.h>

enum { EVENTS_AT_ONCE = 64 };

int peer_close_open(void)
{
    return epoll_create1(EPOLL_CLOEXEC);
}

/* Asks for one event, at the end of the stream. epoll drops a descriptor that is closed. */
static void peer_close_arm(int epoll, int operation, struct peer_close *peer_close)
{
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT, .data.ptr = peer_close};

    epoll_ctl(epoll, operation, peer_close->fd, &event);
}

void peer_close_watch(int epoll, struct peer_close *peer_close, int fd)
{
    *peer_close = (struct peer_close){.fd = fd};
    peer_close_arm(epoll, EPOLL_CTL_ADD, peer_close);
}

bool peer_close_notify(int epoll)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    int count = epoll_wait(epoll, events, EVENTS_AT_ONCE, 0);
    bool any = false;

    for (int i = 0; i < count; i++) {
        struct peer_close *peer_close = events[i].data.ptr;
        if (peer_close->seen) {
            shutdown(peer_close->fd, SHUT_RD);
            peer_close->has_ended = any = true;
        } else {
            /* The end may have come after libmicrohttpd read; then its own event is still to come.
             */
            peer_close->seen = true;
            peer_close_arm(epoll, EPOLL_CTL_MOD, peer_close);
        }
    }
    return any;
}
