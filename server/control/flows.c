/* The handlers that list and make flows, and schedules of them (CONTROL.md "Control API"). */
#include "server/api/schedule_json.h"
#include "server/fixture/content.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/run/flow.h"
#include "store/workspace/export_json.h"

#include <string.h>

/* Reads an item of a fixture for this workspace. */
static struct fixture_import item_import(struct request *rq)
{
    return (struct fixture_import){
        .store = rq->ctx.store,
        .arena = &rq->arena,
        .root = rq->body,
        .template = rq->ctx.workspace->id,
    };
}

static enum outcome item_refuse(struct request *rq, const struct fixture_import *import)
{
    request_reject_for(rq, ERROR_BAD_BODY, "body", &import->refusal);
    return REFUSED;
}

enum outcome op_put_flow(struct request *rq, struct reply *out)
{
    struct fixture_import import = item_import(rq);
    const char *slug = rq->param[0], *named = json_text(rq->body, "slug"), *text;
    struct flow flow;
    bool made;

    if (named && strcmp(named, slug) != 0)
        return request_refuse(rq, ERROR_BAD_BODY, "body/slug must be that of the path, or absent");
    if (!fixture_read_flow(&import, rq->body, slug, &flow))
        return item_refuse(rq, &import);
    enum error e = flow_put(&rq->ctx, &flow, &made);
    if (!e)
        e = export_json_flow(&rq->ctx, slug, &text);
    if (e)
        return request_fail(rq, e);
    reply_json(out, text, strlen(text));
    out->status = made ? 201 : 200;
    return REPLIED;
}

enum outcome op_list_flows(struct request *rq, struct reply *out)
{
    struct strbuf body = json_write_begin(&rq->arena, '[');
    struct text_list slugs;
    const char *text;
    enum error e = flow_slugs(&rq->ctx, &slugs);

    for (int64_t i = 0; !e && i < slugs.count; i++) {
        e = export_json_flow(&rq->ctx, slugs.text[i], &text);
        if (!e)
            json_write_json(&body, NULL, text);
    }
    return e ? request_fail(rq, e) : reply_ok(out, json_write_end(&body, ']'));
}

enum outcome op_list_schedules(struct request *rq, struct reply *out)
{
    return op_list_flow_schedules(rq, out);
}

enum outcome op_create_schedule(struct request *rq, struct reply *out)
{
    struct fixture_import import = item_import(rq);
    struct strbuf body = {.arena = &rq->arena};
    struct schedule schedule;

    if (!fixture_read_schedule(&import, rq->body, rq->ctx.now, &schedule))
        return item_refuse(rq, &import);
    enum error e = schedule_create(&rq->ctx, &schedule);
    if (e)
        return request_fail(rq, e);
    json_write_schedule(&body, &schedule);
    return reply_created(out, body);
}
