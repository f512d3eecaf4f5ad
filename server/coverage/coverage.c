#include "server/coverage/coverage.h"

#include "store/base/clock.h"
#include "store/base/memory.h"

#include <stdlib.h>
#include <string.h>

struct coverage *coverage_open(void)
{
    struct coverage *coverage = memory_take(sizeof *coverage);

    coverage_reset(coverage);
    return coverage;
}

void coverage_close(struct coverage *coverage)
{
    lint_release(&coverage->lint);
    free(coverage);
}

void coverage_reset(struct coverage *coverage)
{
    const struct clock system = {0};

    int64_t version = coverage->version + 1;

    lint_release(&coverage->lint);
    memset(coverage, 0, sizeof *coverage);
    lint_init(&coverage->lint);
    coverage->version = version;
    coverage->since = clock_now(&system);
}

void coverage_count(struct coverage *coverage, enum coverage_dimension dimension, int row,
                    int column)
{
    static const int columns[] = {
#define DIMENSION(name, word, rows, columns, ...) columns,
#include "server/coverage/coverage.def"
    };

    coverage->count[dimension][row * columns[dimension] + column]++;
}

const char *coverage_reaction_word(enum coverage_reaction reaction)
{
    static const char *const words[] = {
#define REACTION(name, word) word,
#include "server/coverage/coverage.def"
    };

    return words[reaction];
}

/* What it shows of the receiver. A fault that took the time, or broke it off, is no finding. */
static void lint_delivery(struct lint *lint, const struct coverage_delivery *delivery)
{
    if (delivery->delivered && run_statuses[delivery->run_status].tells_end)
        lint_note_end(lint, delivery->workspace, delivery->run_uid, delivery->run_status);
    if (delivery->is_copy && !delivery->delivered && delivery->http_status)
        lint_find(lint, LINT_CALLBACK_NOT_IDEMPOTENT, delivery->id, delivery->label);
    if (delivery->lacks_headers && delivery->delivered)
        lint_find(lint, LINT_CALLBACK_TRUSTS_ANYONE, delivery->id, delivery->label);
    if (delivery->duration_us >= THRESHOLD_SLOW && delivery->effect != EFFECT_HALF_BODY)
        lint_find(lint, LINT_CALLBACK_SLOW, delivery->id, delivery->label);
}

void coverage_deliver(struct coverage *c, const struct coverage_delivery *delivery)
{
    bool is_end = run_statuses[delivery->run_status].tells_end;
    const struct {
        bool is;
        int cell;
    } cells[] = {
        {delivery->effect != EFFECT_NONE, (int)delivery->effect},
        {delivery->delayed, COVERAGE_DELIVERY_DELAY},
        {!delivery->delivered && delivery->effect != EFFECT_DROP &&
             delivery->effect != EFFECT_HOLD_BEHIND_NEXT,
         COVERAGE_DELIVERY_FAILED},
        {delivery->delivered && delivery->attempts, COVERAGE_DELIVERY_AGAIN},
        {delivery->delivered && !is_end, COVERAGE_DELIVERY_BATCH},
        {delivery->delivered && is_end, COVERAGE_FIRST_DELIVERED_END + (int)delivery->run_status},
    };

    c->version++;
    lint_delivery(&c->lint, delivery);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        if (cells[i].is)
            coverage_count(c, COVER_DELIVERIES, 0, cells[i].cell);
    }
}

enum coverage_status coverage_status_find(int status)
{
    static const int statuses[] = {
#define STATUS(name, status, ...) status,
#include "server/coverage/coverage.def"
    };
    enum coverage_status found = 0;

    while (found < COVERAGE_STATUS_COUNT && statuses[found] != status)
        found++;
    return found;
}

enum run_status coverage_run_status(enum run_status status)
{
    return run_statuses[status].cancelled ? RUN_CANCELLED : status;
}
