/* A run as the API shows it: the twelve fields of API.md section 4, or the fifteen of section 6, in
 * their order. The texts are in the request's arena.
 *
 * What a cancelled run shows is a guess of its cancel: each function notes what it rests on
 * (ctx.h).
 */
#ifndef SERVER_API_RUN_JSON_H
#define SERVER_API_RUN_JSON_H

#include "server/request/request.h"
#include "store/base/strbuf.h"
#include "store/run/run.h"

/* The status as the API shows it. */
const char *json_run_status(struct request *rq, const struct run *run);

/* Notes what a reply with the outputs of a run, or their number, rests on. */
void json_run_note_outputs(struct request *rq, const struct run *run);

/* Twelve fields: the reply of an action. A start adds flow_run_uid; NULL adds nothing. */
struct strbuf json_run(struct request *rq, const struct run *run, const char *flow_run_uid);

/* Fifteen fields: a run that is read. As a text of its own, or written as one value. */
struct strbuf json_run_detail(struct request *rq, const struct run *run);
void json_write_run(struct request *rq, struct strbuf *out, const char *name,
                    const struct run *run);

#endif
