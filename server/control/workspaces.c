/* The handler that lists the workspaces of the server (CONTROL.md "Control API"). */
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "server/request/stages.h"
#include "server/session/session.h"
#include "store/base/instant.h"
#include "store/run/life.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* One that is to be shown. It is looked for again after each pause, in which it may have gone. */
struct shown_workspace {
    int64_t place, used_at;
};

static int last_used_first(const void *a, const void *b)
{
    int64_t one = ((const struct shown_workspace *)a)->used_at;
    int64_t other = ((const struct shown_workspace *)b)->used_at;

    return (one < other) - (one > other);
}

/* The workspaces that the caller may see: all, or with --api-key that of its key. NULL: the work is
 * to be given up. */
static struct shown_workspace *workspaces_list(struct request *rq, int64_t *count)
{
    int64_t last = workspace_count(rq->ctx.store);
    struct shown_workspace *list = arena_alloc(&rq->arena, sizeof *list * ((size_t)last + 1));
    const char *uid = json_text(rq->query, "workspace");
    const char *request_id = json_text(rq->query, "request_id");

    *count = 0;
    for (int64_t place = 1; place <= last; place++) {
        if (!ctx_pause(&rq->ctx))
            return NULL;
        struct workspace *each = workspace_at(rq->ctx.store, place);
        bool seen = !rq->ctx.workspace || rq->ctx.workspace == each;
        if (!each || !*each->uid || !seen || (uid && strcasecmp(uid, each->uid) != 0))
            continue;
        if (!request_id ||
            journal_find(&session_get(rq->service->sessions, each)->journal, request_id))
            list[(*count)++] = (struct shown_workspace){place, each->used_at};
    }
    qsort(list, (size_t)*count, sizeof *list, last_used_first);
    return list;
}

/* Statuses that no run has are left out; two that the API shows alike are one. */
static void write_runs(struct strbuf *out, const struct workspace *workspace)
{
    json_write_open(out, "runs", '{');
    for (enum run_status i = 0; i < RUN_STATUS_COUNT; i++) {
        const char *shown = run_statuses[i].shown;
        int64_t count = run_count_shown(workspace, shown);
        if (count && run_status_from(shown, false) == i)
            json_write_integer(out, shown, count);
    }
    json_write_close(out, '}');
}

/* Its last use by the system's time: workspaces remember it by the clock that never goes back. */
static int64_t last_used_at(const struct workspace *workspace)
{
    int64_t ago = clock_monotonic_us() - workspace->used_at;

    return workspace->used_at ? clock_system() - ago / 1000 : INSTANT_NONE;
}

static void write_workspace(struct request *rq, struct strbuf *out, struct workspace *workspace)
{
    const char *label = session_get(rq->service->sessions, workspace)->label;

    json_write_open(out, NULL, '{');
    json_write_text(out, "workspace_uid", workspace->uid);
    json_write_text(out, "key_hash", arena_format(&rq->arena, "%016" PRIx64, workspace->key_hash));
    json_write_text(out, "label", label && *label ? json_safe(&rq->arena, label) : NULL);
    json_write_time(out, "first_used_at",
                    workspace->first_used_at ? workspace->first_used_at : INSTANT_NONE);
    json_write_time(out, "last_used_at", last_used_at(workspace));
    if (workspace->cache.clock.frozen)
        json_write_time(out, "clock", workspace_now(workspace));
    else
        json_write_text(out, "clock", "real");
    write_runs(out, workspace);
    json_write_text(out, "last_changed_run", life_last_changed_run(workspace));
    json_write_close(out, '}');
}

enum outcome op_list_workspaces(struct request *rq, struct reply *out)
{
    int64_t limit = json_integer(rq->query, "limit", 0);
    struct strbuf body = json_write_begin(&rq->arena, '[');

    if (rq->service->settings->known_keys_only && !auth_check_key(rq))
        return REFUSED;
    struct shown_workspace *list = workspaces_list(rq, &out->total_count);
    bool given_up = !list;
    for (int64_t i = 0; !given_up && i < out->total_count && i < limit; i++) {
        struct workspace *each = workspace_at(rq->ctx.store, list[i].place);
        if (each && *each->uid)
            write_workspace(rq, &body, each);
        given_up = (body.size >= SHARED_BODY_LEAST && !reply_share(rq, out, &body, false)) ||
                   !ctx_pause(&rq->ctx);
    }
    if (given_up)
        return request_fail(rq, ERROR_INTERNAL);
    json_write_close(&body, ']');
    return reply_ok_shared(rq, out, &body);
}
