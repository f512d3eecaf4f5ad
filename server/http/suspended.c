#include "server/http/suspended.h"

#include "server/session/session.h"
#include "store/base/clock.h"

/* Grows with every change in the workspace of an exchange. */
static int64_t changes(const struct exchange *exchange)
{
    return exchange->session->changes + exchange->rq.workspace->changes;
}

/* What is sent finds out by itself. */
static bool has_left(const struct exchange *exchange)
{
    return exchange->connection->peer_close.has_ended && exchange->state != EXCHANGE_SENDS;
}

void suspended_recheck(struct suspended *suspended)
{
    suspended->next_due = 0;
}

void suspended_add(struct suspended *suspended, struct exchange *exchange, int64_t due,
                   struct session *session)
{
    if (!suspended->first || due < suspended->next_due)
        suspended->next_due = due;
    exchange->due = due;
    exchange->session = session;
    if (session) {
        exchange->seen_changes = changes(exchange);
        exchange->rq.workspace->waiters++;
    }
    exchange->suspended = true;
    exchange->next = suspended->first;
    suspended->first = exchange;
    suspended->count++;
    if (has_left(exchange))
        suspended_recheck(suspended);
    MHD_suspend_connection(exchange->mhd_connection);
}

static void leave(struct suspended *suspended, struct exchange **place)
{
    struct exchange *exchange = *place;

    *place = exchange->next;
    exchange->suspended = false;
    if (exchange->session)
        exchange->rq.workspace->waiters--;
    suspended->count--;
}

static bool is_due(const struct exchange *exchange, int64_t now)
{
    return exchange->due <= now ||
           (exchange->session && exchange->seen_changes != changes(exchange));
}

void suspended_resume(struct suspended *suspended, bool has_news)
{
    int64_t now = suspended->first ? clock_monotonic_us() : 0;
    struct exchange **place = &suspended->first;

    suspended->again = false;
    if (!suspended->first || (!has_news && now < suspended->next_due))
        return;
    suspended->next_due = INT64_MAX;
    while (*place) {
        struct exchange *exchange = *place;
        bool due = is_due(exchange, now);
        if (!due && has_left(exchange))
            exchange->state = EXCHANGE_LEFT;
        if (due || exchange->state == EXCHANGE_LEFT) {
            leave(suspended, place);
            MHD_resume_connection(exchange->mhd_connection);
            continue;
        }
        if (exchange->due < suspended->next_due)
            suspended->next_due = exchange->due;
        place = &exchange->next;
    }
}

void suspended_resume_all(struct suspended *suspended)
{
    while (suspended->first) {
        struct exchange *exchange = suspended->first;
        leave(suspended, &suspended->first);
        MHD_resume_connection(exchange->mhd_connection);
    }
}

int suspended_timeout(const struct suspended *suspended)
{
    if (suspended->again)
        return 0;
    if (!suspended->first)
        return -1;
    int64_t rest = suspended->next_due - clock_monotonic_us();
    if (rest <= 0)
        return 0;
    return rest > 60000000 ? 60000 : (int)((rest + 999) / 1000);
}

void suspended_remove(struct suspended *suspended, struct exchange *exchange)
{
    struct exchange **place = &suspended->first;

    while (exchange->suspended && *place && *place != exchange)
        place = &(*place)->next;
    if (exchange->suspended && *place)
        leave(suspended, place);
}
