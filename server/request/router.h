/* From a request to its reply: the stages every request passes, in the order of the vendor's server
 * (Fastify): route, guard, key, media type, size, fault, JSON, path, body, query, handler. The
 * first that refuses decides.
 */
#ifndef SERVER_REQUEST_ROUTER_H
#define SERVER_REQUEST_ROUTER_H

#include "server/request/reply.h"

/* Runs the stages that need the head only; for a body that is too large to be read. router_answer()
 * runs them too. False when one refused; that a request is postponed is no refusal. */
bool router_head_passes(struct request *rq);

/* Answers a complete request. PENDING: call it again when the workspace has changed, at the latest
 * at out->retry_at. */
enum outcome router_answer(struct request *rq, struct reply *out);

/* The bytes that the body may have, of a request that has not been routed yet. */
int64_t router_body_limit(const struct request *rq);

/* Writes the error response for this error, or for the one that a stage has found before. */
void router_refuse(struct request *rq, enum error error, struct reply *out);

#endif
