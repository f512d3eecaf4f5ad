/* Replies of a service that `verify` asks: read, compared, recorded and read back. The first byte
 * chooses the probe, the second one whether it is a success. */
#include "target.h"

#include "server/json/write.h"
#include "server/verify/observe.h"

#include <string.h>

#define KEY "planted"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};

    if (size < 2)
        return 0;
    struct placeholders placeholders = {
        .value = {[PLACEHOLDER_PAGE] = "10", [PLACEHOLDER_LEAST] = "null"}};
    struct facts facts = {.arena = &arena, .key = KEY}, again = {.arena = &arena, .key = KEY};
    struct strbuf text = json_write_begin(&arena, '{');
    struct json_fault fault;
    struct client_reply reply = {.status = bytes[1] % 2 ? 200 : 400, .body.arena = &arena};
    strbuf_add(&reply.body, (const char *)bytes + 2, size - 2);
    observe(&facts, probe_row(1 + bytes[0] % (PROBE_COUNT - 1)), &reply, &placeholders);
    facts_write(&facts, &text);
    text = json_write_end(&text, '}');
    if (strcasestr(text.bytes, KEY))
        __builtin_trap();
    if (!facts_restore(&again, json_parse(&arena, text.bytes, text.size, &json_unbounded, &fault)))
        __builtin_trap(); /* what is recorded can be compared again */
    if (facts_compare(&facts, &facts, NULL, 0) || facts_compare(&facts, &again, NULL, 0))
        __builtin_trap(); /* and is the same */
    arena_release(&arena);
    return 0;
}
