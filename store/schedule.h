/* Schedules: what runs by itself, and when (API.md section 8). */
#ifndef STORE_SCHEDULE_H
#define STORE_SCHEDULE_H

#include "store/base/errors.h"
#include "store/base/uid.h"

struct store;

/* Text is NULL, and a time INSTANT_NONE, where the API shows null. */
struct schedule {
    int64_t workspace;
    char uid[UID_SIZE];
    const char *flow_slug;
    char flow_preset_uid[UID_SIZE];
    const char *flow_preset_name;
    char user_uid[UID_SIZE];      /* "" in a template: the workspace's member */
    char workspace_uid[UID_SIZE]; /* "" in a template: the workspace's own */
    const char *status;           /* one of the four of API.md */
    int64_t postponed_until, next_execution_at, last_executed_at, created_at, updated_at;
    const char *cron;
    const char *timezone;
    const char *inputs; /* a JSON array of objects as text */
};

/* Writes one. Errors: ERROR_ALREADY_EXISTS. */
enum error schedule_add(struct store *store, const struct schedule *schedule);

#endif
