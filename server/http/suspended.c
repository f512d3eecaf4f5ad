#include "server/http/suspended.h"

#include "server/session/session.h"
#include "store/base/clock.h"

/* Grows with every change in the workspace of an exchange. */
static int64_t changes(const struct exchange *exchange)
{
    return exchange->rig->changes + exchange->rq.workspace->changes;
}

/* What is sent finds out by itself. */
static bool has_left(const struct exchange *exchange)
{
    return exchange->client->hangup.has_ended && exchange->state != EXCHANGE_SENDS;
}

void parking_look(struct parking *parking)
{
    parking->next_due = 0;
}

void parking_park(struct parking *parking, struct exchange *exchange, int64_t due, struct rig *rig)
{
    if (!parking->first || due < parking->next_due)
        parking->next_due = due;
    exchange->due = due;
    exchange->rig = rig;
    if (rig) {
        exchange->seen_changes = changes(exchange);
        exchange->rq.workspace->waiters++;
    }
    exchange->parked = true;
    exchange->next = parking->first;
    parking->first = exchange;
    parking->count++;
    if (has_left(exchange))
        parking_look(parking);
    MHD_suspend_connection(exchange->connection);
}

static void leave(struct parking *parking, struct exchange **place)
{
    struct exchange *exchange = *place;

    *place = exchange->next;
    exchange->parked = false;
    if (exchange->rig)
        exchange->rq.workspace->waiters--;
    parking->count--;
}

static bool is_due(const struct exchange *exchange, int64_t now)
{
    return exchange->due <= now || (exchange->rig && exchange->seen_changes != changes(exchange));
}

void parking_resume(struct parking *parking, bool has_news)
{
    int64_t now = parking->first ? clock_stopwatch() : 0;
    struct exchange **place = &parking->first;

    parking->again = false;
    if (!parking->first || (!has_news && now < parking->next_due))
        return;
    parking->next_due = INT64_MAX;
    while (*place) {
        struct exchange *exchange = *place;
        bool due = is_due(exchange, now);
        if (!due && has_left(exchange))
            exchange->state = EXCHANGE_LEFT;
        if (due || exchange->state == EXCHANGE_LEFT) {
            leave(parking, place);
            MHD_resume_connection(exchange->connection);
            continue;
        }
        if (exchange->due < parking->next_due)
            parking->next_due = exchange->due;
        place = &exchange->next;
    }
}

void parking_resume_all(struct parking *parking)
{
    while (parking->first) {
        struct exchange *exchange = parking->first;
        leave(parking, &parking->first);
        MHD_resume_connection(exchange->connection);
    }
}

int parking_timeout(const struct parking *parking)
{
    if (parking->again)
        return 0;
    if (!parking->first)
        return -1;
    int64_t rest = parking->next_due - clock_stopwatch();
    if (rest <= 0)
        return 0;
    return rest > 60000000 ? 60000 : (int)((rest + 999) / 1000);
}

void parking_leave(struct parking *parking, struct exchange *exchange)
{
    struct exchange **place = &parking->first;

    while (exchange->parked && *place && *place != exchange)
        place = &(*place)->next;
    if (exchange->parked && *place)
        leave(parking, place);
}
