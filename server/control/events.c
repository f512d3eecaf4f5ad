/* The handler of the stream of events: which areas of a workspace have changed, never what is in
 * them (PAGE.md "Live by version numbers"). However much changes, it costs ten small events a
 * second.
 */
#include "server/coverage/coverage.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "server/session/session.h"
#include "store/base/limits.h"
#include "store/db/workspace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    COMMENT_INTERVAL =
        15000000,    /* microseconds: a client that has left is noticed when it is sent */
    RETRY_AFTER = 5, /* seconds, when there are too many */
    EVENT_SIZE = 512 /* bytes of an event, at most */
};

/* The areas, in the order in which they are written. */
enum shown_area {
    SHOWN_RUNS,
    SHOWN_SCHEDULES,
    SHOWN_CALLBACKS,
    SHOWN_CLOCK,
    SHOWN_JOURNAL,
    SHOWN_FAULTS,
    SHOWN_ASSUMPTIONS,
    SHOWN_WORKSPACES,
    SHOWN_COVERAGE,
    SHOWN_COUNT
};

static const char *const area_names[SHOWN_COUNT] = {
    "runs",   "schedules",   "callbacks",  "clock",    "journal",
    "faults", "assumptions", "workspaces", "coverage",
};

struct event_stream {
    struct reply_stream stream; /* the first member: reply.h hands it back */
    struct service *service;
    const struct workspace *workspace;
    int64_t generation; /* of the workspace: another key ends the stream */
    int64_t written_at; /* clock_monotonic_us() of the last event or comment; 0: none yet */
    int64_t version[SHOWN_COUNT];
};

static void read_versions(const struct event_stream *events, int64_t out[SHOWN_COUNT])
{
    const struct service *service = events->service;
    const struct session *session = session_get(service->sessions, events->workspace);
    const int64_t *of = events->workspace->area_version;

    out[SHOWN_RUNS] = of[AREA_RUNS];
    out[SHOWN_SCHEDULES] = of[AREA_SCHEDULES];
    out[SHOWN_CALLBACKS] = of[AREA_CALLBACKS];
    out[SHOWN_CLOCK] = of[AREA_CLOCK];
    out[SHOWN_JOURNAL] = session->journal_version;
    out[SHOWN_FAULTS] = session->faults_version;
    out[SHOWN_ASSUMPTIONS] = of[AREA_ASSUMPTIONS];
    out[SHOWN_WORKSPACES] = store_list_version(service->store) + session_labels(service->sessions);
    out[SHOWN_COVERAGE] = service->coverage->version;
}

/* An event with the areas that have changed, at first with all; nothing when none has. */
static int write_event(struct event_stream *events, char *out, size_t room)
{
    int64_t now[SHOWN_COUNT];
    size_t size = 0, written = 0;

    read_versions(events, now);
    for (int i = 0; i < SHOWN_COUNT; i++) {
        if (events->written_at && now[i] == events->version[i])
            continue;
        written +=
            (size_t)snprintf(out + written, room - written, "%s\"%s\":%" PRId64,
                             size++ ? "," : "event: versions\ndata: {", area_names[i], now[i]);
    }
    if (!size)
        return 0;
    memcpy(events->version, now, sizeof now);
    return (int)written + snprintf(out + written, room - written, "}\n\n");
}

static int next_event(struct reply_stream *stream, char *out, size_t room)
{
    struct event_stream *events = (struct event_stream *)(void *)stream;
    int64_t now = clock_monotonic_us();

    if (events->generation != events->workspace->generation)
        return -1;
    if (room < EVENT_SIZE ||
        (events->written_at && now - events->written_at < LIMIT_EVENT_INTERVAL))
        return 0;
    int size = write_event(events, out, room);
    if (!size && now - events->written_at >= COMMENT_INTERVAL)
        size = snprintf(out, room, ": still here\n\n");
    if (size)
        events->written_at = now;
    return size;
}

enum outcome op_stream_events(struct request *rq, struct reply *out)
{
    static const struct header_line headers[] = {{"Cache-Control", "no-store"}, {0}};
    struct event_stream *events = arena_zalloc(&rq->arena, sizeof *events);

    if (rq->service->streams >= LIMIT_STREAMS) {
        rq->refusal.retry_after = RETRY_AFTER;
        return request_fail(rq, ERROR_TOO_MANY_STREAMS);
    }
    *events = (struct event_stream){
        .stream.next = next_event,
        .service = rq->service,
        .workspace = rq->ctx.workspace,
        .generation = rq->ctx.workspace->generation,
    };
    rq->service->streams++;
    out->stream = &events->stream;
    out->headers = headers;
    return reply_text(out, "text/event-stream; charset=utf-8", "", 0);
}
