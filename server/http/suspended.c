#include "server/http/suspended.h"

#include "store/base/clock.h"

/* A client that leaves while its reply is sent is found by libmicrohttpd. */
static bool exchange_is_aborted(const struct exchange *exchange)
{
    return exchange->connection->peer_close.has_ended && exchange->state != EXCHANGE_SENDING;
}

void suspended_recheck(struct suspended *suspended)
{
    suspended->next_due = 0;
}

void suspended_add(struct suspended *suspended, struct exchange *exchange, int64_t due)
{
    if (!suspended->timed || due < suspended->next_due)
        suspended->next_due = due;
    exchange->due = due;
    link_add(&suspended->timed, &exchange->suspended);
    if (exchange_is_aborted(exchange))
        suspended_recheck(suspended);
    MHD_suspend_connection(exchange->mhd_connection);
}

void suspended_add_until_commit(struct suspended *suspended, struct exchange *exchange)
{
    link_add(&suspended->awaiting_commit, &exchange->suspended);
    MHD_suspend_connection(exchange->mhd_connection);
}

void suspended_remove(struct exchange *exchange)
{
    link_remove(&exchange->suspended);
}

void suspended_resume(struct suspended *suspended, struct exchange *exchange)
{
    if (!exchange->suspended.previous)
        return;
    suspended_remove(exchange);
    suspended->run_again = true;
    MHD_resume_connection(exchange->mhd_connection);
}

void suspended_resume_due(struct suspended *suspended)
{
    if (suspended_next(suspended) == INT64_MAX)
        return;
    int64_t now = clock_monotonic_us();
    if (now < suspended->next_due)
        return;
    suspended->next_due = INT64_MAX;
    for (struct link *each = suspended->timed, *next; each; each = next) {
        struct exchange *exchange = LINK_OWNER(each, struct exchange, suspended);
        next = each->next;
        bool due = exchange->due <= now;
        if (!due && exchange_is_aborted(exchange))
            exchange->state = EXCHANGE_ABORTED;
        if (due || exchange->state == EXCHANGE_ABORTED)
            suspended_resume(suspended, exchange);
        else if (exchange->due < suspended->next_due)
            suspended->next_due = exchange->due;
    }
}

static void suspended_resume_list(struct suspended *suspended, struct link **list)
{
    while (*list)
        suspended_resume(suspended, LINK_OWNER(*list, struct exchange, suspended));
}

void suspended_resume_committed(struct suspended *suspended)
{
    suspended_resume_list(suspended, &suspended->awaiting_commit);
}

void suspended_resume_all(struct suspended *suspended)
{
    suspended_resume_list(suspended, &suspended->awaiting_commit);
    suspended_resume_list(suspended, &suspended->timed);
}

int64_t suspended_next(const struct suspended *suspended)
{
    return suspended->timed ? suspended->next_due : INT64_MAX;
}
