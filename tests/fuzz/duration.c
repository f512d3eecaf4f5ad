/* Durations, instants and uids. */
#include "target.h"

#include "store/base/arena.h"
#include "store/base/instant.h"
#include "store/base/uid.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    const char *text = arena_copy(&arena, bytes, size);
    char uid[UID_SIZE], printed[INSTANT_SIZE];
    int64_t value, again;

    if (duration_parse(text, DURATION_MAX, &value) && value < 0)
        __builtin_trap();
    uid_parse(text, uid);
    if (instant_parse(text, &value)) {
        instant_format(value, printed);
        if (!instant_parse(printed, &again) || again != value)
            __builtin_trap(); /* what we print we can read */
    }
    arena_release(&arena);
    return 0;
}
