/* A run as the API prints it: the twelve fields of API.md section 4, or the fifteen of section 6,
 * in their order. Each is a JSON text in the request's arena.
 */
#ifndef SERVER_API_RUN_JSON_H
#define SERVER_API_RUN_JSON_H

#include "server/request/request.h"
#include "store/base/strbuf.h"
#include "store/run/run.h"

/* The status as the API shows it. What a cancelled run shows is a guess, of its cancel: each of
 * these notes what it rests on (ctx.h). */
const char *json_run_status(struct request *rq, const struct run *run);

/* Notes what its outputs, or their number, rest on: what a cancel left of those there ever were. */
void json_run_note_outputs(struct request *rq, const struct run *run);

/* Twelve fields: the reply of an action. */
struct strbuf json_run(struct request *rq, const struct run *run);

/* The same, and what a start adds: assumption start.flow-run-uid. */
struct strbuf json_run_started(struct request *rq, const struct run *run);

/* Fifteen: a run that is read. */
struct strbuf json_run_detail(struct request *rq, const struct run *run);

/* An array of the fifteen. */
struct strbuf json_run_page(struct request *rq, const struct list_page *page);

#endif
