/* Members of an item of a fixture, as the store keeps them. */
#ifndef SERVER_FIXTURE_READ_H
#define SERVER_FIXTURE_READ_H

#include "server/json.h"
#include "store/base/uid.h"

/* INSTANT_NONE when it is absent or null. */
int64_t fixture_time(const cJSON *item, const char *name);

/* "" when it is absent. */
void fixture_uid(const cJSON *item, const char *name, char out[UID_SIZE]);

/* Whose an entry of "workspaces" is: the print of its api_key, or its key_print; 0 without both. */
uint64_t fixture_print(const cJSON *item);

/* JSON as it is kept in a column; NULL when the member is absent or null. */
const char *fixture_json(const cJSON *item, const char *name);

#endif
