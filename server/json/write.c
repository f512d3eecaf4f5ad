#include "server/json/write.h"

#include <assert.h>

/* The members of an object, whose names may need escapes, or the items of an array. */
static void write_members(struct strbuf *out, const cJSON *tree, size_t max)
{
    bool object = cJSON_IsObject(tree);

    json_write_open(out, NULL, object ? '{' : '[');
    const cJSON *member;
    cJSON_ArrayForEach (member, tree) {
        if (out->size > max)
            return;
        if (object) {
            json_write_text(out, NULL, member->string);
            strbuf_append(out, ":");
        }
        json_write_within(out, member, max);
    }
    json_write_close(out, object ? '}' : ']');
}

void json_write_within(struct strbuf *out, const cJSON *tree, size_t max)
{
    switch (tree->type & 0xff) {
    case cJSON_False:
    case cJSON_True: json_write_bool(out, NULL, cJSON_IsTrue(tree)); break;
    case cJSON_NULL: json_write_text(out, NULL, NULL); break;
    case cJSON_Number:
        if (tree->valuestring)
            json_write_json(out, NULL, tree->valuestring);
        else
            json_write_number(out, NULL, tree->valuedouble);
        break;
    case cJSON_String: json_write_text(out, NULL, tree->valuestring); break;
    case cJSON_Array:
    case cJSON_Object: write_members(out, tree, max); break;
    default: assert(!"a tree of cJSON's has no other type");
    }
}

void json_write_tree(struct strbuf *out, const char *name, const cJSON *tree)
{
    if (name)
        json_write_name(out, name);
    json_write_within(out, tree, SIZE_MAX);
}
