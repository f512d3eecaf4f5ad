/* Request targets: divided, decoded, and compared with the routes. */
#include "target.h"

#include "server/request/route_hint.h"
#include "server/request/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct url url = {0};

    const char *target = arena_copy(&arena, bytes, size);
    url_split(&arena, target, &url);
    url_decode_path(&arena, &url);
    route_nearest(&arena, url.path, "POST");
    arena_release(&arena);
    return 0;
}
