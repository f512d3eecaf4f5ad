/* The handlers of snapshots (CONTROL.md "Control API"). */
#include "server/json/json.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/workspace/snapshot.h"

static cJSON *snapshot_json(const struct snapshot *snapshot)
{
    cJSON *object = cJSON_CreateObject();

    json_add_text(object, "name", snapshot->name);
    json_add_time(object, "now", snapshot->now);
    json_add_integer(object, "runs", snapshot->runs);
    return object;
}

enum outcome op_list_snapshots(struct request *rq, struct reply *out)
{
    struct snapshot_page page;
    cJSON *array = cJSON_CreateArray();
    enum error e = snapshot_list(&rq->ctx, &page);

    for (int i = 0; !e && i < page.count; i++)
        cJSON_AddItemToArray(array, snapshot_json(&page.list[i]));
    return e ? request_fail(rq, e) : reply_ok(out, array);
}

enum outcome op_take_snapshot(struct request *rq, struct reply *out)
{
    struct snapshot snapshot;
    enum error e = snapshot_take(&rq->ctx, rq->param[0], &snapshot);

    return e ? request_fail(rq, e) : reply_created(out, snapshot_json(&snapshot));
}

enum outcome op_restore_snapshot(struct request *rq, struct reply *out)
{
    struct snapshot snapshot;
    enum error e = snapshot_restore(&rq->ctx, rq->param[0], &snapshot);

    return e ? request_fail(rq, e) : reply_ok(out, snapshot_json(&snapshot));
}

enum outcome op_drop_snapshot(struct request *rq, struct reply *out)
{
    struct snapshot snapshot;
    enum error e = snapshot_drop(&rq->ctx, rq->param[0], &snapshot);

    return e ? request_fail(rq, e) : reply_ok(out, snapshot_json(&snapshot));
}
