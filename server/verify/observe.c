#include "server/verify/observe.h"

#include "store/base/instant.h"
#include "store/base/syntax.h"
#include "store/base/uid.h"
#include "store/run/run_machine.h"
#include "store/schedule/schedule.h"

#include <math.h>
#include <string.h>

enum {
    FACTS_MAX = 200, /* of one reply */
    DEPTH_MAX = 3    /* of objects within each other */
};

static const struct json_bounds bounds = {LIMIT_JSON_DEPTH, LIMIT_JSON_VALUES, NULL};

/* A status that the API shows, of a run or a schedule. */
static bool status_is_known(const char *text)
{
    for (enum schedule_status s = 0; s < SCHEDULE_STATUS_COUNT; s++) {
        if (strcmp(schedule_statuses[s].name, text) == 0)
            return true;
    }
    return run_status_from(text, false) != RUN_STATUS_COUNT;
}

static enum field_kind kind_of_text(const cJSON *node)
{
    const char *text = node->valuestring;
    char uid[UID_SIZE], time[INSTANT_SIZE];
    int64_t at;

    if (uid_parse(text, uid) && strcmp(uid, text) == 0)
        return KIND_UUID;
    if (instant_parse(text, &at)) {
        instant_format(at, time);
        return strcmp(time, text) == 0 ? KIND_TIME : KIND_OTHER_TIME;
    }
    return node->string && strcmp(node->string, "status") == 0 && status_is_known(text)
               ? KIND_STATUS
               : KIND_STRING;
}

static enum field_kind kind_of(const cJSON *node)
{
    if (cJSON_IsNull(node))
        return KIND_NULL;
    if (cJSON_IsBool(node))
        return KIND_BOOLEAN;
    if (cJSON_IsNumber(node))
        return floor(node->valuedouble) == node->valuedouble ? KIND_INTEGER : KIND_NUMBER;
    if (cJSON_IsString(node))
        return kind_of_text(node);
    return cJSON_IsArray(node) ? KIND_LIST : KIND_OBJECT;
}

static void field_note(struct facts *facts, const char *name, const cJSON *node)
{
    struct fact *fact = facts_find(facts, name, true);

    if (!fact && facts->count >= FACTS_MAX)
        return;
    fact = fact ? fact : facts_add(facts, name);
    fact->kinds |= 1U << kind_of(node);
    fact->seen++;
    fact->objects += cJSON_IsObject(node) ? 1 : 0;
}

/* The fields of an object, and of those in it, but "params", which is free in form. */
static void fields_note(struct facts *facts, const cJSON *object, const char *path, int depth)
{
    const cJSON *member;

    cJSON_ArrayForEach (member, object) {
        const char *name = arena_format(facts->arena, "%s%s%s", path, *path ? "." : "",
                                        facts_safe(facts, member->string));
        field_note(facts, name, member);
        if (cJSON_IsObject(member) && depth < DEPTH_MAX && strcmp(name, "params") != 0)
            fields_note(facts, member, name, depth + 1);
    }
}

/* How many objects there are that could have the field. */
static size_t field_chances(const struct facts *facts, const char *name)
{
    const char *end = strrchr(name, '.');
    const char *parent = end ? arena_copy(facts->arena, name, (size_t)(end - name)) : "";
    const struct fact *fact = facts_find(facts, parent, true);

    return *name && fact ? fact->objects : 0;
}

/* Of a list, the fields of all its items are taken together. */
static void observe_fields(struct facts *facts, const cJSON *body)
{
    const cJSON *item = body && cJSON_IsArray(body) ? body->child : body;

    for (; item; item = item->next) {
        field_note(facts, "", item);
        if (cJSON_IsObject(item))
            fields_note(facts, item, "", 0);
    }
    for (size_t i = 0; i < facts->count; i++) {
        struct fact *fact = &facts->list[i];
        if (fact->kinds && fact->seen < field_chances(facts, fact->name))
            fact->kinds |= 1U << KIND_MISSING;
    }
}

/* The order of created_at; NULL when all are equal. */
static const char *order_of(const cJSON *list)
{
    int64_t before = INSTANT_NONE, at;
    bool up = false, down = false;
    const cJSON *item;

    cJSON_ArrayForEach (item, list) {
        const char *text = json_text(item, "created_at");
        if (!text || !instant_parse(text, &at))
            return NULL;
        up |= before != INSTANT_NONE && at > before;
        down |= before != INSTANT_NONE && at < before;
        before = at;
    }
    return up && down ? "neither" : up ? "ascending" : down ? "descending" : NULL;
}

/* Whether started_at of the first item is "null" or "set"; NULL without one. */
static const char *first_start(const cJSON *list)
{
    const cJSON *started = json_find(cJSON_GetArrayItem(list, 0), "started_at");

    return !started ? NULL : cJSON_IsNull(started) ? "null" : "set";
}

/* The ascending sort began with `up`, the descending one with `down`. */
static const char *nulls_of(const char *up, const char *down)
{
    if (!up || !down || strcmp(up, down) == 0)
        return NULL;
    return strcmp(up, "null") == 0 ? "first in an ascending sort" : "last in an ascending sort";
}

static void observe_state(struct facts *facts, const cJSON *run)
{
    const char *text = json_text(run, "status");
    enum run_status status = text ? run_status_from(text, false) : RUN_STATUS_COUNT;
    const cJSON *finished = json_find(run, "finished_at");

    facts_set(facts, "status of the run",
              status == RUN_STATUS_COUNT ? "(unknown)" : run_statuses[status].shown);
    facts_set(facts, "finished_at of the run",
              !finished                ? "missing"
              : cJSON_IsNull(finished) ? "null"
                                       : "set");
}

static void observe_success(struct facts *facts, const struct probe *probe, const cJSON *body,
                            const struct placeholders *placeholders)
{
    const char *items = cJSON_IsArray(body) && body->child ? "some" : "none";

    if (probe->flags & FLAG_ORDER)
        facts_set(facts, "order by created_at", order_of(body));
    if (probe->flags & FLAG_PAGE)
        facts_set(facts, "page size", *items == 's' ? placeholders->value[PLACEHOLDER_PAGE] : NULL);
    if (probe->flags & FLAG_NULLS)
        facts_set(facts, "nulls",
                  nulls_of(placeholders->value[PLACEHOLDER_LEAST], first_start(body)));
    if (probe->flags & FLAG_LEFT)
        facts_set(facts, "outputs", placeholders->value[PLACEHOLDER_OUTPUTS] ? items : NULL);
    if (probe->flags & FLAG_STATE)
        observe_state(facts, body);
    if (probe->flags & FLAG_FIELDS)
        observe_fields(facts, body);
}

static const char *uid_kept(struct arena *arena, const cJSON *object, const char *name)
{
    const char *text = json_text(object, name);
    char uid[UID_SIZE];

    return text && uid_parse(text, uid) ? arena_strdup(arena, uid) : NULL;
}

/* A run that is over: neither a cancel nor a resume may act on it. */
static bool run_is_over(const cJSON *run)
{
    const char *text = json_text(run, "status");
    enum run_status status = text ? run_status_from(text, false) : RUN_STATUS_COUNT;

    return status == RUN_SUCCEEDED || status == RUN_PARTIAL_SUCCEEDED || status == RUN_FAILED;
}

static const char *value_kept(struct arena *arena, enum placeholder placeholder, const cJSON *body)
{
    const cJSON *first = cJSON_IsArray(body) ? body->child : NULL;

    if (placeholder == PLACEHOLDER_PAGE)
        return first ? arena_format(arena, "%d", cJSON_GetArraySize(body)) : NULL;
    if (placeholder == PLACEHOLDER_LEAST)
        return first_start(body);
    if (placeholder == PLACEHOLDER_OUTPUTS)
        return first ? "some" : NULL;
    if (placeholder == PLACEHOLDER_PLANNED)
        return uid_kept(arena, body, "schedule_flow_run_uid");
    if (placeholder == PLACEHOLDER_FINISHED)
        return run_is_over(body) ? uid_kept(arena, body, "uid") : NULL;
    return uid_kept(arena, first ? first : body, "uid");
}

static const char *body_form(const struct client_reply *reply, const cJSON *body)
{
    if (reply->too_large)
        return "too large";
    if (!reply->body.size)
        return "empty";
    if (!body)
        return "not JSON";
    return cJSON_IsArray(body) ? "list" : cJSON_IsObject(body) ? "object" : "other JSON";
}

void observe(struct facts *out, const struct probe *probe, const struct client_reply *reply,
             struct placeholders *placeholders)
{
    static const char *const types[] = {"none", "JSON", "HTML", "other"};
    struct json_fault fault;
    const cJSON *body =
        reply->body.size && !reply->too_large
            ? json_parse(out->arena, reply->body.bytes, reply->body.size, &bounds, &fault)
            : NULL;

    facts_set(out, "status", arena_format(out->arena, "%d", reply->status));
    facts_set(out, "type", types[reply->type]);
    facts_set(out, "body", body_form(reply, body));
    if (reply->status >= 400) {
        facts_set(out, "error_label", facts_safe(out, json_text(body, "error_label")));
        facts_set(out, "error_scope", facts_safe(out, json_text(body, "error_scope")));
        observe_fields(out, body);
    } else if (body) {
        observe_success(out, probe, body, placeholders);
        if (probe->captures)
            placeholders->value[probe->captures] = value_kept(out->arena, probe->captures, body);
    }
}
