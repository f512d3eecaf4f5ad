/* The lint of clients: what they do wrong, as far as the server sees it.
 *
 * What it remembers is bounded (limits.def): what it has forgotten it does not find. Clients of one
 * key are not told apart; where a rule would blame one client for what another was told, it looks
 * at the connection, or at the very same call. Times are those of the system's clock, but a write
 * of the control API, such as an advance of the clock, begins all windows of time anew: for the
 * client, time has passed.
 */
#ifndef SERVER_COVERAGE_LINT_H
#define SERVER_COVERAGE_LINT_H

#include "store/base/limits.h"
#include "store/run/run_machine.h"

#include <stdint.h>

struct request;
struct workspace;

enum lint_rule {
#define LINT(name, ...) LINT_##name,
#include "server/coverage/lint.def"
    LINT_COUNT
};

enum lint_threshold {
#define THRESHOLD(name, value) THRESHOLD_##name = (value),
#include "server/coverage/lint.def"
};

enum lint_level { LINT_ERROR, LINT_WARNING, LINT_LEVEL_COUNT, LINT_BY_CLOCK = LINT_LEVEL_COUNT };

/* One row of LINT; all of it is static. */
struct lint_row {
    const char *name;
    enum lint_level level;
    const char *finds, *consequence;
};
const struct lint_row *lint_row(enum lint_rule rule);
/* The rule of this name, or LINT_COUNT. */
enum lint_rule lint_rule_find(const char *name);
const char *lint_level_name(enum lint_level level);

enum { LINT_IDS = 8 };

/* A request, or an attempt to deliver, that breaks a rule. */
struct lint_place {
    char id[LIMIT_REQUEST_ID + 1];
    char label[LIMIT_LABEL + 1]; /* of its workspace, such as the name of a test; "": none */
};

/* How often a rule was broken, and where first: the id is "" after the last. */
struct lint_finding {
    int64_t count;
    bool certain; /* once at least a test had the clock (lint.def, BY_CLOCK) */
    struct lint_place place[LINT_IDS];
};

/* ERROR or WARNING. */
enum lint_level lint_finding_level(enum lint_rule rule, const struct lint_finding *finding);

struct lint {
    struct lint_finding finding[LINT_COUNT];
    struct lint_client *clients; /* of LIMIT_LINT_WORKSPACES workspaces */
};

/* Nothing was found. Aborts without memory. */
void lint_init(struct lint *lint);
void lint_release(struct lint *lint);

/* Fills *out. The label is that of the workspace, as it came; NULL: it has none. */
void lint_place_set(struct lint_place *out, const char *id, const char *label);

/* Notes that a request, or an attempt to deliver, breaks a rule. The label is as above. */
void lint_find(struct lint *lint, enum lint_rule rule, const char *id, const char *label);

/* What was found of each rule, with the lists that nobody has read on from so far. */
void lint_list(const struct lint *lint, struct lint_finding out[LINT_COUNT]);

/* A request of the API whose reply is complete. */
struct lint_call {
    const struct request *rq;
    int status; /* of its reply; 0: none was sent */
    bool whole; /* all of its reply was sent */
    int fault;  /* the fault that it met; -1: none */
};

/* What the client did after the fault before. */
struct lint_reaction {
    int fault;      /* -1: there was none */
    bool same_call; /* it sent the same call again */
};

/* Looks at a request. */
struct lint_reaction lint_check_call(struct lint *lint, const struct lint_call *call);

/* A write of the control API, or by a person on the page, to the workspace of this request. */
void lint_note_control(struct lint *lint, const struct request *rq);

/* A callback has told this client the end of its run. */
void lint_note_end(struct lint *lint, const struct workspace *workspace, const char *run_uid,
                   enum run_status status);

/* The client of this request has waited so long, in microseconds, for a reply that a fault held,
 * and it came. */
void lint_check_wait(struct lint *lint, const char *id, const char *label, int64_t duration_us);

#endif
