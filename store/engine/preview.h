/* What the plan of a run will bring, and when. Nothing is changed.
 *
 * An event that the status of the run will refuse when its time comes is passed over, as the engine
 * does.
 */
#ifndef STORE_ENGINE_PREVIEW_H
#define STORE_ENGINE_PREVIEW_H

#include "store/engine/engine.h"

/* An event of the run, or outputs of a step. */
struct planned {
    int64_t at;
    int64_t position;     /* of its item in the plan */
    enum run_event event; /* of an event */
    enum run_status to;
    const char *step_uid; /* of outputs; NULL: it is an event */
    int64_t outputs;
};

struct preview {
    struct planned *list; /* in the arena of the context; the soonest first */
    size_t count;
};

/* A reader of previews, which reads a plan once for all the runs that follow it. Its texts are in
 * the arena of the context, which must outlive it. */
struct plan_step;
struct plan_step *preview_reader(const struct ctx *ctx);

/* Reads the next `max` things that the plan of a run brings. */
enum error preview_read(struct plan_step *reader, const struct run *run, size_t max,
                        struct preview *out);

#endif
