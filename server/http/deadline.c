#include "server/http/deadline.h"

#include "store/base/clock.h"

#include <sys/socket.h>

static void deadline_set(struct deadlines *deadlines, struct deadline *deadline, int64_t time)
{
    deadline->at = clock_monotonic_us() + time;
    if (deadline->at < deadlines->next)
        deadlines->next = deadline->at;
}

void deadline_add(struct deadlines *deadlines, struct deadline *deadline, int fd)
{
    if (!deadlines->first)
        deadlines->next = INT64_MAX;
    deadline->fd = fd;
    link_add(&deadlines->first, &deadline->link);
    deadline_set(deadlines, deadline, deadlines->head_time);
}

void deadline_remove(struct deadline *deadline)
{
    link_remove(&deadline->link);
}

void deadline_expect_head(struct deadlines *deadlines, struct deadline *deadline)
{
    deadline_set(deadlines, deadline, deadlines->head_time);
}

void deadline_expect_body(struct deadlines *deadlines, struct deadline *deadline)
{
    deadline_set(deadlines, deadline, DEADLINE_BODY_FACTOR * deadlines->head_time);
}

void deadline_clear(struct deadline *deadline)
{
    deadline->at = INT64_MAX;
}

void deadline_expire(struct deadlines *deadlines)
{
    if (deadline_next(deadlines) == INT64_MAX)
        return;
    int64_t now = clock_monotonic_us();
    if (now < deadlines->next)
        return;
    deadlines->next = INT64_MAX;
    for (struct link *each = deadlines->first; each; each = each->next) {
        struct deadline *deadline = LINK_OWNER(each, struct deadline, link);
        if (deadline->at <= now) {
            shutdown(deadline->fd, SHUT_RDWR);
            deadline_clear(deadline);
        }
        if (deadline->at < deadlines->next)
            deadlines->next = deadline->at;
    }
}

int64_t deadline_next(const struct deadlines *deadlines)
{
    return deadlines->first ? deadlines->next : INT64_MAX;
}
