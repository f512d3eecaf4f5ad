/* A schedule as the API shows it: the thirteen fields of API.md section 8, in their order. */
#ifndef SERVER_API_SCHEDULE_JSON_H
#define SERVER_API_SCHEDULE_JSON_H

#include "store/base/strbuf.h"
#include "store/schedule/schedule.h"

/* Writes it as one value of a list, or as a text of its own. */
void json_write_schedule(struct strbuf *out, const struct schedule *schedule);

#endif
