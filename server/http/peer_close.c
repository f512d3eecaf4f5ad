#include "server/http/peer_close.h"

#include <sys/epoll.h>
#include <sys/socket.h>

enum { TOLD_AT_ONCE = 64 };

int hangup_open(void)
{
    return epoll_create1(EPOLL_CLOEXEC);
}

/* Asks for one event, when the stream has ended. A descriptor that is closed leaves by itself. */
static void expect(int hangups, int operation, struct hangup *hangup)
{
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT, .data.ptr = hangup};

    epoll_ctl(hangups, operation, hangup->fd, &event);
}

void hangup_watch(int hangups, struct hangup *hangup, int fd)
{
    *hangup = (struct hangup){.fd = fd};
    expect(hangups, EPOLL_CTL_ADD, hangup);
}

bool hangup_tell(int hangups)
{
    struct epoll_event events[TOLD_AT_ONCE];
    int count = epoll_wait(hangups, events, TOLD_AT_ONCE, 0);
    bool told = false;

    for (int i = 0; i < count; i++) {
        struct hangup *hangup = events[i].data.ptr;
        if (hangup->seen) {
            shutdown(hangup->fd, SHUT_RD);
            hangup->has_ended = told = true;
        } else {
            /* It may have come since libmicrohttpd read, and its event be still on the way. */
            hangup->seen = true;
            expect(hangups, EPOLL_CTL_MOD, hangup);
        }
    }
    return told;
}
