/* One turn of the loop: how long things may happen by themselves in it, while others wait.
 *
 * In a turn that brought something, others may have come with it, unseen until it ends: what is due
 * gets a moment. In a quiet one it may take long, but leaves off as soon as somebody comes.
 */
#ifndef SERVER_TIME_SLICE_H
#define SERVER_TIME_SLICE_H

#include <stdbool.h>
#include <stdint.h>

struct time_slice {
    int epoll;       /* that the loop waits on */
    int64_t end;     /* on the stopwatch */
    int64_t look_at; /* when to look whether somebody has come; INT64_MAX: not in this turn */
};

void time_slice_begin(struct time_slice *turn, bool quiet);

/* Whether others have to come first now. For store_set_yield(), hence the void. */
bool slice_expired(void *turn);

#endif
