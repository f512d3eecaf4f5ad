#include "server/http/deadline.h"

#include "store/base/clock.h"

#include <sys/socket.h>

static void expect(struct slow_clients *clients, struct slow_client *client, int64_t time)
{
    client->deadline = clock_stopwatch() + time;
    if (client->deadline < clients->next_check || clients->next_check == 0)
        clients->next_check = client->deadline;
}

void slow_begin(struct slow_clients *clients, struct slow_client *client, int fd)
{
    client->fd = fd;
    client->next = clients->first;
    client->place = &clients->first;
    if (client->next)
        client->next->place = &client->next;
    clients->first = client;
    expect(clients, client, clients->head_time);
}

void slow_end(struct slow_client *client)
{
    *client->place = client->next;
    if (client->next)
        client->next->place = client->place;
}

void slow_expect_head(struct slow_clients *clients, struct slow_client *client)
{
    expect(clients, client, clients->head_time);
}

void slow_expect_body(struct slow_clients *clients, struct slow_client *client)
{
    expect(clients, client, SLOW_BODY_FACTOR * clients->head_time);
}

void slow_expect_nothing(struct slow_client *client)
{
    client->deadline = INT64_MAX;
}

void slow_cut(struct slow_clients *clients)
{
    if (!clients->first || clients->next_check == 0)
        return;
    int64_t now = clock_stopwatch();
    if (now < clients->next_check)
        return;
    clients->next_check = 0;
    for (struct slow_client *client = clients->first; client; client = client->next) {
        if (client->deadline <= now) {
            shutdown(client->fd, SHUT_RDWR);
            client->deadline = INT64_MAX;
        } else if (client->deadline != INT64_MAX &&
                   (clients->next_check == 0 || client->deadline < clients->next_check)) {
            clients->next_check = client->deadline;
        }
    }
}

int slow_timeout(const struct slow_clients *clients)
{
    if (!clients->first || clients->next_check == 0)
        return -1;
    int64_t rest = clients->next_check - clock_stopwatch();
    if (rest <= 0)
        return 0;
    return rest > 60000000 ? 60000 : (int)((rest + 999) / 1000);
}
