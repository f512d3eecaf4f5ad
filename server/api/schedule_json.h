/* A schedule as the API prints it: the thirteen fields of API.md section 8, in their order. */
#ifndef SERVER_API_SCHEDULE_JSON_H
#define SERVER_API_SCHEDULE_JSON_H

#include "server/json/json.h"
#include "store/schedule/schedule.h"

/* The tree points into the schedule, which must outlive it. */
cJSON *json_schedule(const struct schedule *schedule);

#endif
