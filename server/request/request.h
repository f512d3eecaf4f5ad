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
#include "server/request/headers.h"
#include "server/request/url.h"
#include "server/server.h"
#include "server/session/effect.h"
#include "store/base/arena.h"
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
    struct fired_log fired; /* in the arena `kept` */
};

struct request {
    struct server *server;
    struct arena arena;
    int64_t started; /* on the stopwatch */

    const char *method;
    struct url url;
    struct headers headers;
    struct body raw;
    const char *id; /* X-Request-Id of the reply */

    const struct operation *op;           /* NULL: no route */
    const struct operation *same_path_op; /* of the same path, when only the method is wrong */
    struct workspace *workspace;          /* NULL: not asked for, or refused */
    int64_t now;                   /* the workspace's clock, read once, after the body came */
    const char *param[PARAMS_MAX]; /* of the path, checked; UUIDs in lower case */
    const cJSON *query;            /* checked, defaults filled in */
    const cJSON *body;             /* checked; NULL when the operation reads none */

    struct clock_change clock_change; /* of the clock, while it is under way */
    struct arena retained;            /* what outlasts being handled again */
    uint64_t assumptions_used; /* what was looked at of the assumptions before it was settled */
    uint64_t defaults_used; /* what of them its query and body left open: a success rests on it */

    enum forced_race forced_race;
    struct effect effect; /* of a fault, on this request or its reply */
    int64_t retry_after;  /* seconds until it may be tried again; 0: nothing is said of it */

    enum error error; /* it was refused with */
    struct transition transition;
    const char
        *suggestion; /* a word that would have been right in the place of a wrong one; or NULL */
    const char *const *allowed_values; /* all such words, NULL after the last; or NULL */
    const char *hint;                  /* the header Emulator-Hint; NULL: none */
    const char *fidelity;              /* the header Emulator-Fidelity; NULL: none */
    const char *message; /* more exact than the error's own; NULL when there is none */
};

/* Notes what exactly was wrong, and returns the error. */
enum error request_refuse(struct request *rq, enum error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

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

/* Its workspace; that of its key even when it was refused before the key was looked at; or NULL. */
struct workspace *request_workspace(struct request *rq);

/* The assumptions in force for it: its workspace's, or the server's. */
const struct assumptions *request_assumptions(struct request *rq);

/* A list of the query as an array of strings; UUIDs as the store has them. */
struct text_list request_texts(struct request *rq, const char *name);

#endif
