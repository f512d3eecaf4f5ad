/* A request: what arrived, what was made of it, and why it was refused.
 *
 * It begins when its request line has been read and ends, with its arena, when its reply has been
 * sent. The stages of router.c fill it from top to bottom; a handler may use all of it.
 */
#ifndef SERVER_REQUEST_REQUEST_H
#define SERVER_REQUEST_REQUEST_H

#include "server/contract/contract.h"
#include "server/json/json.h"
#include "server/request/headers.h"
#include "server/request/service.h"
#include "server/request/url.h"
#include "server/session/effect.h"
#include "store/base/ctx.h"
#include "store/base/errors.h"
#include "store/base/strbuf.h"
#include "store/db/list.h"
#include "store/engine/engine.h"

/* What became of a request that a handler was given. */
enum outcome {
    REPLIED, /* *out is the reply */
    REFUSED, /* rq->refusal says why */
    PENDING  /* not yet: out->retry_at says when to run the handler again */
};

/* The statuses of the run or schedule that a request is about, for hints and the journal. */
struct transition {
    char run[UID_SIZE];         /* "": the run that the path names */
    const char *before, *after; /* as shown; static; or NULL. A refused change was refused in
                                   `after`: the run may have ended first */
    enum run_status run_status; /* of a run, the same as `after` */
    int64_t life_end;           /* of the workspace, when it was handled (life.h) */
};

/* A run that a reply shows, and that does not continue until somebody acts. */
struct shown_run {
    const struct shown_run *next;
    const char *uid;
    enum run_status status;
};

/* What the reply tells the client, as its handler knows it; for coverage. */
struct shown {
    const struct shown_run *runs;  /* of those that it shows, which do not continue */
    enum run_status status_before; /* of a run that is cancelled or resumed: its status before */
    bool is_list;
    int64_t offset; /* of a list */
    int rows;
    bool more; /* it has rows after these */
};

struct reply;

/* A change of the clock that takes several slices of time. */
struct clock_change {
    bool in_progress;
    struct clock to;
    struct fired_log fired;
    struct strbuf text;  /* of the reply that lists what fired, in the arena `retained` */
    struct reply *reply; /* that has the beginning of a long text */
    bool without_memory; /* for a longer one */
};

/* Why the handler of a request did not run yet: another call has its workspace, or it may take long
 * and is to be run as a long call, by itself. */
enum postponed { NOT_POSTPONED, POSTPONED_BY_CALL, POSTPONED_AS_LONG };

struct request {
    struct service *service;
    struct arena arena; /* of all that lives as long as the request */
    struct ctx ctx;     /* of the handler; without a workspace until the key was checked */
    int64_t started;    /* clock_monotonic_us() */
    int64_t connection; /* the number of its connection */

    const char *method;
    struct url url;
    struct headers headers;
    struct strbuf raw;    /* the body up to raw_max bytes; of a longer one, the first pieces */
    int64_t raw_max;      /* 0: nobody reads it */
    int64_t raw_received; /* bytes */
    int64_t raw_expected; /* by Content-Length; or 0 */
    const char *id;       /* X-Request-Id of the reply */
    char workspace_uid[UID_SIZE]; /* of its workspace, which may be gone by the end; or "" */

    const struct operation *op;           /* NULL: no route */
    const struct operation *same_path_op; /* of this path, when only the method is wrong */
    const char *param[PARAMS_MAX];        /* of the path, checked; UUIDs in lower case */
    const cJSON *query;                   /* checked, defaults filled in */
    cJSON *body;                          /* checked; NULL when the operation reads none */
    bool checked;                         /* all stages have passed: its handler may run */
    bool is_long_call;        /* it is run now as a long call: it may pause, and others be served */
    bool has_changed;         /* something that stays, whatever becomes of its reply */
    bool has_workspace;       /* which is busy with it until call_end() */
    bool has_fixtures;        /* no other request loads one by name until then */
    enum postponed postponed; /* a PENDING one */
    struct arena_mark mark;   /* of the arena, before the handler runs */

    struct assumption_set used;        /* what the reply rests on */
    struct assumption_set used_before; /* the same before the handler runs */
    struct assumption_set
        defaults_used; /* gave defaults to query and body: a success rests on them */

    struct trigger trigger; /* of what its handler changes */
    enum forced_race forced_race;
    struct effect effect; /* of a fault, on this request or its reply */
    struct clock_change clock_change;
    int64_t batches_lost;  /* when its work, PENDING, went on last; -1: it only waits */
    int64_t wait_reached;  /* when the condition of a wait came true; 0: not yet */
    struct arena retained; /* of what a handler keeps while it is PENDING */
    struct transition transition;
    struct shown shown;

    struct refusal refusal;
    const char *hint;     /* the header Emulator-Hint; NULL: none */
    const char *fidelity; /* the header Emulator-Fidelity; NULL: none */
};

/* Makes a zeroed request ready for its head. */
void request_init(struct request *rq, struct service *service, struct arena arena);

/* Makes it a request to this workspace, under its assumptions. */
void request_set_workspace(struct request *rq, struct workspace *workspace);

/* The workspace of its X-API-Key header, even if that was not checked; NULL: none yet. */
struct workspace *request_find_workspace(const struct request *rq);

/* The host, with a port, that it is for: of its target, else of its Host header (RFC 9112
 * section 3.2.2). NULL: it names none. */
const char *request_host(const struct request *rq);

/* Refuses it with an error and, unless format is NULL, a message made as by printf. Always false,
 * for checks to return. */
bool request_reject(struct request *rq, enum error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a value that does not fit: the message is `what` ("body", "querystring"), the
 * pointer and the reason. */
bool request_reject_for(struct request *rq, enum error error, const char *what,
                        const struct refusal *refusal);

/* The same as request_reject(), for handlers: always REFUSED. */
#define request_refuse(...) (request_reject(__VA_ARGS__), REFUSED)

/* Postpones it. Always false, for checks to return. */
bool request_postpone(struct request *rq, enum postponed why);

/* REFUSED for an error without a message; an earlier refusal stays. */
enum outcome request_fail(struct request *rq, enum error error);

/* Notes that its reply is a page of a list. */
void request_note_list(struct request *rq, int64_t offset, int rows, bool more);

/* Counts a piece of the body. One that is too large is read to its end, so that the client reads
 * the reply, up to LIMIT_BODY_DRAINED: false when it is not worth reading on. */
bool request_count_body(struct request *rq, size_t size);

/* Adds the piece that was counted last, unless the body is too large. */
void request_add_body(struct request *rq, const char *bytes, size_t size);

/* Sets its id, if it has none: the one in its X-Request-Id header if that can be printed, else a
 * new one; notes the uid of its workspace, and makes it the trigger of what its handler changes. */
void request_identify(struct request *rq);

enum { TRACE_ID_SIZE = 33 };

/* The trace id of its traceparent header, as W3C Trace Context has it; false without one. */
bool request_trace_id(const struct request *rq, char out[TRACE_ID_SIZE]);

/* Whether it is for the control API, also where it has no route. */
bool request_is_control(const struct request *rq);

/* The uid of the run that its path names, in lower case; "" where there is none. */
void request_run(const struct request *rq, char out[UID_SIZE]);

/* A number that no other request of this workspace, or without one of this server, got. */
uint64_t request_next_ref(struct request *rq);

/* The seed of this name for the uids and references of its workspace. */
uint64_t request_seed(const struct request *rq, const char *name);

/* A list of the query as an array of strings, UUIDs in lower case. */
struct text_list request_texts(struct request *rq, const char *name);

#endif
