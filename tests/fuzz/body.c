/* Bodies of requests: read as JSON, held against every operation's schema, printed again. */
#include "target.h"

#include "server/contract/contract.h"
#include "server/contract/validate.h"
#include "server/json/json.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct ctx ctx = {.arena = &arena};
    struct json_fault fault;

    for (int i = 0; i < contract_operation_count; i++) {
        struct validation v = {.ctx = &ctx};
        cJSON *tree = json_parse(&arena, (const char *)bytes, size, &json_unbounded, &fault);
        if (!tree)
            break;
        if (contract_operations[i].body)
            validate(&v, contract_operations[i].body, tree);
        char *text = json_print(&arena, tree);
        if (!json_parse(&arena, text, strlen(text), &json_unbounded, &fault))
            __builtin_trap(); /* what we print we can read */
    }
    arena_release(&arena);
    return 0;
}
