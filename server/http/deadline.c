#include "server/http/deadline.h"

#include "store/base/clock.h"

#include <sys/socket.h>

static void deadline_set(struct deadlines *deadlines, struct deadline *deadline, int64_t time)
{
    deadline->at = clock_monotonic_us() + time;
    if (deadline->at < deadlines->next_check || deadlines->next_check == 0)
        deadlines->next_check = deadline->at;
}

void deadline_add(struct deadlines *deadlines, struct deadline *deadline, int fd)
{
    deadline->fd = fd;
    deadline->next = deadlines->first;
    deadline->place = &deadlines->first;
    if (deadline->next)
        deadline->next->place = &deadline->next;
    deadlines->first = deadline;
    deadline_set(deadlines, deadline, deadlines->head_time);
}

void deadline_remove(struct deadline *deadline)
{
    *deadline->place = deadline->next;
    if (deadline->next)
        deadline->next->place = deadline->place;
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
    if (!deadlines->first || deadlines->next_check == 0)
        return;
    int64_t now = clock_monotonic_us();
    if (now < deadlines->next_check)
        return;
    deadlines->next_check = 0;
    for (struct deadline *deadline = deadlines->first; deadline; deadline = deadline->next) {
        if (deadline->at <= now) {
            shutdown(deadline->fd, SHUT_RDWR);
            deadline->at = INT64_MAX;
        } else if (deadline->at != INT64_MAX &&
                   (deadlines->next_check == 0 || deadline->at < deadlines->next_check)) {
            deadlines->next_check = deadline->at;
        }
    }
}

int deadline_timeout(const struct deadlines *deadlines)
{
    if (!deadlines->first || deadlines->next_check == 0)
        return -1;
    int64_t rest = deadlines->next_check - clock_monotonic_us();
    if (rest <= 0)
        return 0;
    return rest > 60000000 ? 60000 : (int)((rest + 999) / 1000);
}
