#include "server/http/connection.h"

#include "store/base/clock.h"
#include "store/base/memory.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { EVENTS_AT_ONCE = 64, KEEP_ALIVE_MARGIN = 1000000 /* microseconds */ };

static void connection_set_due(struct connection *connection, int64_t due)
{
    connection->due = due;
    if (due < connection->all->next_due)
        connection->all->next_due = due;
}

void connection_expect(struct connection *connection, enum expected expected)
{
    int64_t time = connection->all->head_time * (int64_t)expected;

    if (expected == EXPECT_HEAD)
        time += KEEP_ALIVE_MARGIN;
    connection->spared = false;
    connection_set_due(connection, time ? clock_monotonic_us() + time : INT64_MAX);
}

/* Asks for one event, at the end of the stream. epoll drops a descriptor that is closed. */
static void connection_watch(struct connection *connection, int operation)
{
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT, .data.ptr = connection};

    epoll_ctl(connection->all->epoll, operation, connection->fd, &event);
}

struct connection *connection_open(struct connections *all, struct MHD_Connection *mhd)
{
    struct connection *connection = memory_take(sizeof *connection);

    connection->all = all;
    connection->mhd = mhd;
    connection->number = ++all->opened;
    connection->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    link_add(&all->first, &connection->link);
    connection_expect(connection, EXPECT_HEAD);
    connection_watch(connection, EPOLL_CTL_ADD);
    return connection;
}

void connection_close(struct connection *connection)
{
    link_remove(&connection->link);
    free(connection);
}

/* libmicrohttpd itself finds a client that leaves while its reply is sent. */
static bool connection_is_abandoned(const struct connection *connection)
{
    return connection->peer_closed && connection->state != CONNECTION_SENDING &&
           connection->state != CONNECTION_RUNNING;
}

void connection_suspend(struct connection *connection, int64_t due)
{
    connection_set_due(connection, due);
    if (connection_is_abandoned(connection))
        connection->all->next_due = 0;
    if (!connection->suspended)
        MHD_suspend_connection(connection->mhd);
    connection->suspended = true;
}

void connection_resume(struct connection *connection)
{
    if (!connection->suspended)
        return;
    connection->suspended = false;
    connection->due = INT64_MAX;
    connection->all->run_again = true;
    MHD_resume_connection(connection->mhd);
}

void connections_resume_all(struct connections *all)
{
    for (struct link *each = all->first; each; each = each->next)
        connection_resume(LINK_OWNER(each, struct connection, link));
}

/* Of its next head, that libmicrohttpd has not read yet. */
static bool connection_has_bytes(const struct connection *connection)
{
    int size = 0;

    return connection->state != CONNECTION_READING_BODY &&
           ioctl(connection->fd, FIONREAD, &size) == 0 && size > 0;
}

static void connection_run_due(struct connection *connection, int64_t now)
{
    bool due = connection->due <= now;

    if (connection->suspended && !due && connection_is_abandoned(connection))
        connection->state = CONNECTION_ABORTED;
    if (connection->suspended && (due || connection->state == CONNECTION_ABORTED)) {
        connection_resume(connection);
    } else if (due && connection_has_bytes(connection) && !connection->spared) {
        connection_expect(connection, EXPECT_HEAD);
        connection->spared = true;
    } else if (due) {
        shutdown(connection->fd, SHUT_RDWR);
        connection->due = INT64_MAX;
    }
}

void connections_run_due(struct connections *all)
{
    if (all->next_due == INT64_MAX)
        return;
    int64_t now = clock_monotonic_us();
    if (now < all->next_due)
        return;
    all->next_due = INT64_MAX;
    for (struct link *each = all->first; each; each = each->next) {
        struct connection *connection = LINK_OWNER(each, struct connection, link);
        connection_run_due(connection, now);
        connection_set_due(connection, connection->due);
    }
}

void connections_check_peers(struct connections *all)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    int count = epoll_wait(all->epoll, events, EVENTS_AT_ONCE, 0);

    for (int i = 0; i < count; i++) {
        struct connection *connection = events[i].data.ptr;
        if (connection->end_seen) {
            shutdown(connection->fd, SHUT_RD);
            connection->peer_closed = true;
            if (connection->suspended)
                all->next_due = 0;
        } else {
            /* The end may have come after libmicrohttpd read: then its own event is still to come.
             */
            connection->end_seen = true;
            connection_watch(connection, EPOLL_CTL_MOD);
        }
    }
}
