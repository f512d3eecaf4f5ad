/* Cron expressions: read, and asked for their next time. */
#include "target.h"

#include "store/base/arena.h"
#include "store/base/cron.h"
#include "store/base/instant.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    char why[CRON_WHY_SIZE];
    struct cron cron;

    if (cron_parse(arena_copy(&arena, bytes, size), &cron, why)) {
        int64_t next = cron_next(&cron, "Europe/Paris", 1767225600000);
        if (next != INSTANT_NONE && next <= 1767225600000)
            __builtin_trap(); /* it is strictly after */
    }
    arena_release(&arena);
    return 0;
}
