/* The handlers of snapshots (CONTROL.md "Control API"). */
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/workspace/snapshot.h"

static void write_snapshot(struct strbuf *out, const struct snapshot *snapshot)
{
    json_write_open(out, NULL, '{');
    json_write_text(out, "name", snapshot->name);
    json_write_time(out, "now", snapshot->now);
    json_write_integer(out, "runs", snapshot->runs);
    json_write_close(out, '}');
}

static struct strbuf snapshot_json(struct request *rq, const struct snapshot *snapshot)
{
    struct strbuf out = {.arena = &rq->arena};

    write_snapshot(&out, snapshot);
    return out;
}

enum outcome op_list_snapshots(struct request *rq, struct reply *out)
{
    struct snapshot_page page;
    struct strbuf body = {.arena = &rq->arena};
    enum error e = snapshot_list(&rq->ctx, &page);

    json_write_open(&body, NULL, '[');
    for (int i = 0; !e && i < page.count; i++)
        write_snapshot(&body, &page.list[i]);
    json_write_close(&body, ']');
    return e ? request_fail(rq, e) : reply_ok(out, body);
}

enum outcome op_take_snapshot(struct request *rq, struct reply *out)
{
    struct snapshot snapshot;
    enum error e = snapshot_take(&rq->ctx, rq->param[0], &snapshot);

    return e ? request_fail(rq, e) : reply_created(out, snapshot_json(rq, &snapshot));
}

enum outcome op_restore_snapshot(struct request *rq, struct reply *out)
{
    struct snapshot snapshot;
    enum error e = snapshot_restore(&rq->ctx, rq->param[0], &snapshot);

    return e ? request_fail(rq, e) : reply_ok(out, snapshot_json(rq, &snapshot));
}

enum outcome op_drop_snapshot(struct request *rq, struct reply *out)
{
    struct snapshot snapshot;
    enum error e = snapshot_drop(&rq->ctx, rq->param[0], &snapshot);

    return e ? request_fail(rq, e) : reply_ok(out, snapshot_json(rq, &snapshot));
}
