#include "server/json/write.h"

#include "server/json/print.h"
#include "store/base/instant.h"

#include <string.h>

/* Whether a value stands before this place, in the same object or array. */
static bool follows(const struct strbuf *out)
{
    if (!out->size)
        return false;
    char last = out->bytes[out->size - 1];
    return last != '{' && last != '[';
}

/* What comes before a value. */
static void json_write_name(struct strbuf *out, const char *name)
{
    size_t size = name ? strlen(name) : 0;
    char *end = strbuf_reserve(out, size + strlen(",\"\":"));

    if (follows(out))
        *end++ = ',';
    if (name) {
        *end++ = '"';
        end = mempcpy(end, name, size);
        *end++ = '"';
        *end++ = ':';
    }
    out->size = (size_t)(end - out->bytes);
}

void json_write_open(struct strbuf *out, const char *name, char bracket)
{
    json_write_name(out, name);
    strbuf_add(out, &bracket, 1);
}

void json_write_close(struct strbuf *out, char bracket)
{
    strbuf_add(out, &bracket, 1);
}

void json_write_text(struct strbuf *out, const char *name, const char *value)
{
    json_write_name(out, name);
    if (value)
        json_print_string(out, value);
    else
        strbuf_append(out, "null");
}

void json_write_time(struct strbuf *out, const char *name, int64_t instant)
{
    if (instant == INSTANT_NONE) {
        json_write_text(out, name, NULL);
        return;
    }
    json_write_name(out, name);
    char *place = strbuf_reserve(out, INSTANT_SIZE + strlen("\""));
    *place = '"';
    instant_format(instant, place + 1);
    memcpy(place + INSTANT_SIZE, "\"", sizeof "\"");
    out->size += INSTANT_SIZE + 1;
}

void json_write_integer(struct strbuf *out, const char *name, int64_t number)
{
    json_write_name(out, name);
    json_print_integer(out, number);
}

void json_write_number(struct strbuf *out, const char *name, double number)
{
    json_write_name(out, name);
    json_print_number(out, number);
}

void json_write_bool(struct strbuf *out, const char *name, bool truth)
{
    json_write_name(out, name);
    strbuf_append(out, truth ? "true" : "false");
}

void json_write_json(struct strbuf *out, const char *name, const char *json)
{
    json_write_name(out, name);
    strbuf_append(out, json);
}

void json_write_tree(struct strbuf *out, const char *name, const cJSON *tree)
{
    json_write_name(out, name);
    json_print_tree(out, tree);
}
