/* From a request to its reply: the stages every request passes, in the order of the vendor's server
 * (Fastify): route, guard, key, size, path, query, body, handler. The first that refuses decides.
 */
#ifndef SERVER_REQUEST_ROUTER_H
#define SERVER_REQUEST_ROUTER_H

#include "server/request/reply.h"
#include "server/request/request.h"

/* The stages that need the head only: asked when a body is so large that it is not worth reading,
 * and again by router_answer(). False when one refused. */
bool router_check_head(struct request *rq);

/* Answers a complete request; or not yet, when the reply says so: then it is to be asked again. */
void router_answer(struct request *rq, struct reply *out);
void router_answer_again(struct request *rq, struct reply *out);

/* Bytes that the body of a request of which only the head has come may have. */
int64_t router_body_limit(const struct request *rq);

/* Answers with a refusal found by somebody else. */
void router_refuse(struct request *rq, enum error error, struct reply *out);

#endif
