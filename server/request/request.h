/* One request on its way: what came, what was made of it, what was found wrong.
 *
 * Made when the request line has been read, filled while it comes in, answered when it is complete,
 * and taken back with its arena once the reply has left. The stages of router.c fill it from top to
 * bottom; a handler may use all of it.
 */
#ifndef SERVER_REQUEST_REQUEST_H
#define SERVER_REQUEST_REQUEST_H

#include "server/contract/contract.h"
#include "server/json/json.h"
#include "server/request/handlers.h"
#include "server/request/headers.h"
#include "server/request/service.h"
#include "server/request/url.h"
#include "server/session/effect.h"
#include "store/base/ctx.h"
#include "store/base/errors.h"
#include "store/db/list.h"
#include "store/engine/engine.h"

/* A body as it arrives: kept while it is small enough and somebody reads it. */
struct body {
    char *bytes;
    size_t size;     /* bytes kept */
    size_t capacity; /* bytes there is room for */
    int64_t max;     /* bytes that are kept */
    size_t received; /* bytes that came */
};

/* Who comes first, by the header Emulator-Race. */
enum forced_race { FORCED_RACE_NONE, FORCED_RACE_FINISH_WINS, FORCED_RACE_CANCEL_WINS };

/* What a handler saw of the run or schedule that a request is about, for hints and the journal. */
struct transition {
    char run[UID_SIZE];         /* "": the one that the path names */
    const char *before, *after; /* its statuses, static; or NULL. A change that was refused was
                                   refused in `after`: the end of a run may have come first */
};

/* A clock on its way to what it is to show, while a lot has to happen before. */
struct clock_change {
    bool in_progress;
    struct clock to;
    struct fired_log fired; /* in the arena `retained` */
};

struct request {
    struct service *service;
    struct arena arena; /* of all that lives as long as the request */
    struct ctx ctx; /* what its handler works with; without a workspace until its key was checked */
    int64_t started; /* on the stopwatch */

    const char *method;
    struct url url;
    struct headers headers;
    struct body raw;
    const char *id; /* X-Request-Id of the reply */

    const struct operation *op;           /* NULL: no route */
    const struct operation *same_path_op; /* of the same path, when only the method is wrong */
    const char *param[PARAMS_MAX];        /* of the path, checked; UUIDs in lower case */
    const cJSON *query;                   /* checked, defaults filled in */
    const cJSON *body;                    /* checked; NULL when the operation reads none */

    struct assumption_set used;        /* what the reply rests on */
    struct assumption_set used_before; /* ... before it was handed to its handler */
    struct assumption_set
        defaults_used; /* gave defaults to query and body: a success rests on them */

    enum forced_race forced_race;
    struct effect effect;             /* of a fault, on this request or its reply */
    struct clock_change clock_change; /* of the clock, while it is in progress */
    struct arena retained;            /* what outlasts being handled again */
    struct transition transition;

    struct refusal refusal;
    const char *hint;     /* the header Emulator-Hint; NULL: none */
    const char *fidelity; /* the header Emulator-Fidelity; NULL: none */
};

/* Makes an empty request ready for its head. */
void request_init(struct request *rq, struct service *service, struct arena arena);

/* From now on it is the workspace's, under its assumptions. */
void request_set_workspace(struct request *rq, struct workspace *workspace);

/* The workspace of the key it came with, whether or not that key was checked; NULL: none yet. */
struct workspace *request_find_workspace(const struct request *rq);

/* Refuses it with an error and, unless format is NULL, a message made as by printf. Always false,
 * for checks to return. */
bool request_reject(struct request *rq, enum error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for what a check of a value found: the message is `what` ("body", "querystring"), the
 * place, the reason. */
bool request_reject_for(struct request *rq, enum error error, const char *what,
                        const struct refusal *refusal);

/* The same as request_reject(), for handlers: always REFUSED. */
enum outcome request_refuse(struct request *rq, enum error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* REFUSED for an error that came without words; what was noted before stays. */
enum outcome request_fail(struct request *rq, enum error error);

/* Takes a piece of the body. One that is too large is read to its end, so that the client hears
 * why, but not for ever: false when it is not worth reading on. */
bool request_take_body(struct request *rq, const char *bytes, size_t size);

/* Gives it the id it came with, if that can be printed; else one of its own, by which it can be
 * looked up. */
void request_identify(struct request *rq);

/* Whether it is for the emulator's own part, also where it has no route. */
bool request_is_control(const struct request *rq);

/* The uid of the run that its path names, in lower case; "" where there is none. */
void request_run(const struct request *rq, char out[UID_SIZE]);

/* A number that no other request of this server, or of this workspace, got. */
uint64_t request_next_ref(struct request *rq);

/* A list of the query as an array of strings; UUIDs as the store has them. */
struct text_list request_texts(struct request *rq, const char *name);

#endif
