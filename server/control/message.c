#include "server/control/message.h"

#include "server/json/json.h"
#include "server/json/write.h"

#include <string.h>

/* "Name: value" lines as an object; of a name that comes twice, both values with a comma. */
static cJSON *headers_json(struct arena *arena, const char *lines)
{
    cJSON *object = json_node(arena, cJSON_Object);
    char *rest = arena_strdup(arena, lines), *line;

    while ((line = strsep(&rest, "\n")) && *line) {
        char *value = strstr(line, ": ");
        *value = '\0';
        const char *name = json_safe(arena, line), *safe = json_safe(arena, value + 2);
        cJSON *twice = cJSON_GetObjectItemCaseSensitive(object, name);
        if (twice)
            twice->valuestring = arena_format(arena, "%s, %s", twice->valuestring, safe);
        else
            json_add(object, name, json_string(arena, safe));
    }
    return object;
}

void message_write_body(struct strbuf *out, const char *body, int64_t size)
{
    json_write_open(out, "body", '{');
    json_write_integer(out, "size", size);
    json_write_text(out, "text", json_safe(out->arena, body));
    json_write_close(out, '}');
}

void message_write_headers(struct strbuf *out, const char *lines)
{
    json_write_tree(out, "headers", headers_json(out->arena, lines));
}
