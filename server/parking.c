#include "server/parking.h"

#include "store/base/clock.h"

void parking_park(struct parking *parking, struct exchange *exchange, int64_t due)
{
    exchange->due = due;
    exchange->parked = true;
    exchange->next = parking->first;
    parking->first = exchange;
    parking->count++;
    MHD_suspend_connection(exchange->connection);
}

static void leave(struct parking *parking, struct exchange **place)
{
    struct exchange *exchange = *place;

    *place = exchange->next;
    exchange->parked = false;
    parking->count--;
}

void parking_resume(struct parking *parking, bool all)
{
    int64_t now = parking->first ? clock_stopwatch() : 0;
    struct exchange **place = &parking->first;

    parking->again = false;
    while (*place) {
        struct exchange *exchange = *place;
        if (!all && exchange->due > now) {
            place = &exchange->next;
            continue;
        }
        leave(parking, place);
        MHD_resume_connection(exchange->connection);
    }
}

int parking_timeout(const struct parking *parking)
{
    const struct exchange *exchange = parking->first;

    if (parking->again)
        return 0;
    if (!exchange)
        return -1;
    int64_t first = exchange->due, now = clock_stopwatch();
    while ((exchange = exchange->next))
        first = exchange->due < first ? exchange->due : first;
    if (first <= now)
        return 0;
    return first - now > 60000000 ? 60000 : (int)((first - now + 999) / 1000);
}

void parking_leave(struct parking *parking, struct exchange *exchange)
{
    struct exchange **place = &parking->first;

    if (!exchange->parked)
        return;
    while (*place != exchange)
        place = &(*place)->next;
    leave(parking, place);
}
