/* Query strings: decoded, and held against every operation's parameters. */
#include "target.h"

#include "server/contract/contract.h"
#include "server/contract/validate.h"
#include "server/request/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct ctx ctx = {.arena = &arena};
    struct url url = {0};

    url_split(&arena, arena_format(&arena, "/?%.*s", (int)size, (const char *)bytes), &url);
    for (int i = 0; i < contract_operation_count; i++) {
        const struct schema *schema = contract_operations[i].query;
        struct validation v = {.ctx = &ctx, .from_text = true};
        cJSON *query = url_decode_query(&arena, &url, schema);
        if (query)
            validate(&v, schema, query);
    }
    arena_release(&arena);
    return 0;
}
