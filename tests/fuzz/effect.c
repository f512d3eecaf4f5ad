/* The words of Emulator-Fault. */
#include "target.h"

#include "server/session/effect.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct effect effect;

    json_use(&arena);
    if (!effect_from_words(&arena, arena_copy(&arena, bytes, size), &effect))
        json_print(effect_json(&effect));
    arena_release(&arena);
    return 0;
}
