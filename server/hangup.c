#include "server/hangup.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { TOLD_AT_ONCE = 64 };

/* An end that was there when libmicrohttpd last began to read. One that is seen for the first time
 * may have come since, and its event be still on the way. */
#define SEEN ((uint64_t)1 << 32)

int hangup_open(void)
{
    return epoll_create1(EPOLL_CLOEXEC);
}

/* Asks for one event, when the stream has ended. A descriptor that is closed leaves by itself. */
static void expect(int hangups, int operation, int fd, bool seen)
{
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT};

    event.data.u64 = (uint64_t)(unsigned)fd | (seen ? SEEN : 0);
    epoll_ctl(hangups, operation, fd, &event);
}

void hangup_watch(int hangups, int fd)
{
    expect(hangups, EPOLL_CTL_ADD, fd, false);
}

void hangup_tell(int hangups)
{
    struct epoll_event events[TOLD_AT_ONCE];
    int count = epoll_wait(hangups, events, TOLD_AT_ONCE, 0);

    for (int i = 0; i < count; i++) {
        int fd = (int)(events[i].data.u64 & ~SEEN);
        if (events[i].data.u64 & SEEN)
            shutdown(fd, SHUT_RD);
        else
            expect(hangups, EPOLL_CTL_MOD, fd, true);
    }
}
