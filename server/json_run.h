/* A run as the API prints it: the twelve fields of API.md section 4, or the fifteen of section 6,
 * in their order. The tree points into the run, which must outlive it.
 */
#ifndef SERVER_JSON_RUN_H
#define SERVER_JSON_RUN_H

#include "server/json.h"
#include "server/request.h"
#include "store/run_list.h"

/* Twelve fields: the reply of an action. */
cJSON *json_run(struct request *rq, const struct run *run);

/* Fifteen: a run that is read. */
cJSON *json_run_detail(struct request *rq, const struct run *run);

/* An array of the fifteen. */
cJSON *json_run_page(struct request *rq, const struct run_page *page);

#endif
