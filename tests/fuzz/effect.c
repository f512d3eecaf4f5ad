/* The words of Emulator-Fault. */
#include "target.h"

#include "server/session/effect.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct effect effect;
    struct strbuf text = {.arena = &arena};

    if (!effect_from_words(&arena, arena_copy(&arena, bytes, size), &effect))
        effect_write(&text, &effect);
    arena_release(&arena);
    return 0;
}
