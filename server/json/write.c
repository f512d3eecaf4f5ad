#include "server/json/write.h"

#include "server/json/print.h"
#include "store/base/instant.h"

#include <string.h>

/* Whether a value stands before this place, in the same object or array. */
static bool follows(const struct text *out)
{
    if (!out->size)
        return false;
    char last = out->bytes[out->size - 1];
    return last != '{' && last != '[';
}

/* What comes before a value. */
static void begin(struct text *out, const char *name)
{
    size_t size = name ? strlen(name) : 0;
    char *end = text_room(out, size + strlen(",\"\":"));

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

void json_write_open(struct text *out, const char *name, char bracket)
{
    begin(out, name);
    text_add(out, &bracket, 1);
}

void json_write_close(struct text *out, char bracket)
{
    text_add(out, &bracket, 1);
}

void json_write_text(struct text *out, const char *name, const char *value)
{
    begin(out, name);
    if (value)
        json_print_string(out, value);
    else
        text_append(out, "null");
}

void json_write_time(struct text *out, const char *name, int64_t instant)
{
    if (instant == INSTANT_NONE) {
        json_write_text(out, name, NULL);
        return;
    }
    begin(out, name);
    char *place = text_room(out, INSTANT_SIZE + strlen("\""));
    *place = '"';
    instant_format(instant, place + 1);
    memcpy(place + INSTANT_SIZE, "\"", sizeof "\"");
    out->size += INSTANT_SIZE + 1;
}

void json_write_integer(struct text *out, const char *name, int64_t number)
{
    begin(out, name);
    json_print_integer(out, number);
}

void json_write_bool(struct text *out, const char *name, bool truth)
{
    begin(out, name);
    text_append(out, truth ? "true" : "false");
}

void json_write_json(struct text *out, const char *name, const char *json)
{
    begin(out, name);
    text_append(out, json);
}
