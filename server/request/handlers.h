/* The handlers: one for each operation of the contract. The table is made by contract/generate.py.
 */
#ifndef SERVER_REQUEST_HANDLERS_H
#define SERVER_REQUEST_HANDLERS_H

struct request;
struct reply;

/* What became of a request that a handler was given. */
enum outcome {
    REPLIED, /* *out is the reply */
    REFUSED, /* rq->refusal says why */
    PENDING  /* not yet: out->retry_at says when to ask again */
};

typedef enum outcome operation_handler(struct request *rq, struct reply *out);

/* In the order of contract_operations. */
extern operation_handler *const operation_handlers[];

#endif
