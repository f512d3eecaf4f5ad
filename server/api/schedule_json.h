/* A schedule as the API prints it: the thirteen fields of API.md section 8, in their order. */
#ifndef SERVER_API_SCHEDULE_JSON_H
#define SERVER_API_SCHEDULE_JSON_H

#include "store/base/strbuf.h"
#include "store/schedule/schedule.h"

/* Writes it as one value. */
void schedule_write(struct strbuf *out, const struct schedule *schedule);

#endif
