#include "server/config/settings.h"

#include "store/base/instant.h"
#include "store/base/limits.h"
#include "store/base/syntax.h"

#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

enum { WANTED_SIZE = 128 }; /* what an option takes, in words */

const struct option_values *settings_values(const struct settings *settings, enum option option)
{
    return &settings->options->values[option];
}

const char *settings_value(const struct settings *settings, enum option option)
{
    const struct option_values *values = settings_values(settings, option);

    return values->count ? values->value[values->count - 1] : NULL;
}

/* As whoever gave its value knows it. */
static void write_name(const struct settings *settings, enum option option,
                       char out[OPTION_VARIABLE_SIZE])
{
    if (settings_values(settings, option)->source == OPTION_FROM_ENVIRONMENT)
        option_variable(option, out);
    else
        snprintf(out, OPTION_VARIABLE_SIZE, "--%s", option_row(option)->name);
}

static bool setting_complain(const struct settings *settings, enum option option, const char *value,
                             const char *wanted)
{
    char name[OPTION_VARIABLE_SIZE];

    write_name(settings, option, name);
    fprintf(stderr, "edges-emulator: %s cannot be \"%s\"; it takes %s\n", name, value, wanted);
    return false;
}

/* "[::1]" as URLs have it is ::1. */
static const char *without_brackets(const char *text, char *out, size_t room)
{
    size_t size = strlen(text);
    bool bracketed = size > 2 && *text == '[' && text[size - 1] == ']' && strchr(text, ':');

    if (!bracketed || size > room)
        return text;
    memcpy(out, text + 1, size - 2);
    out[size - 2] = '\0';
    return out;
}

/* What could not be a name is not looked up as one, which may take its time. */
static bool may_be_name(const char *text)
{
    return !text[strspn(text, "-._0123456789"
                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")];
}

static bool read_address(struct settings *out)
{
    const char *text = settings_value(out, OPTION_LISTEN);
    struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};

    out->address = without_brackets(text, out->address_text, sizeof out->address_text);
    if (!may_be_name(out->address))
        hints.ai_flags |= AI_NUMERICHOST;
    if (getaddrinfo(out->address, NULL, &hints, &found) != 0)
        return setting_complain(
            out, OPTION_LISTEN, text,
            "an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::1, or a name "
            "of one");
    freeaddrinfo(found);
    return true;
}

/* "a|b|c" as "a, b or c". */
static void write_words(const char *words, char *out, size_t room)
{
    size_t used = 0, size;

    for (; *words && used < room; words += size + (words[size] == '|')) {
        size = strcspn(words, "|");
        const char *before = !used ? "" : words[size] ? ", " : " or ";
        used += (size_t)snprintf(out + used, room - used, "%s%.*s", before, (int)size, words);
    }
}

/* Plain decimal digits, within the limits of the row. */
static bool read_number(struct settings *out, enum option option, const char *text)
{
    const struct option_row *row = option_row(option);
    char wanted[WANTED_SIZE];

    errno = 0;
    uint64_t number = strtoull(text, NULL, 10);
    if (*text && !text[strspn(text, "0123456789")] && !errno && number >= row->least &&
        number <= row->most) {
        out->number[option] = number;
        return true;
    }
    int used = snprintf(wanted, sizeof wanted, "%s", row->unit);
    if (row->most < UINT64_MAX)
        snprintf(wanted + used, sizeof wanted - (size_t)used, ", %" PRIu64 " to %" PRIu64,
                 row->least, row->most);
    return setting_complain(out, option, text, wanted);
}

/* One of the words of "a|b|c". */
static bool read_word(struct settings *out, enum option option, const char *text, const char *words)
{
    char wanted[WANTED_SIZE];
    size_t size;

    out->number[option] = 0;
    for (const char *word = words; *word; word += size + (word[size] == '|')) {
        size = strcspn(word, "|");
        if (strlen(text) == size && strncmp(word, text, size) == 0)
            return true;
        out->number[option]++;
    }
    write_words(words, wanted, sizeof wanted);
    return setting_complain(out, option, text, wanted);
}

/* An option whose row says all of it. */
static bool read_row(struct settings *out, enum option option)
{
    const struct option_row *row = option_row(option);
    const char *text = settings_value(out, option);

    if (!text)
        return true;
    switch (row->type) {
    case OPTION_TEXT: return true;
    case OPTION_NUMBER: return read_number(out, option, text);
    case OPTION_CHOICE: return read_word(out, option, text, row->takes);
    case OPTION_SWITCH: return read_word(out, option, text, "false|true");
    }
    return false;
}

static bool read_rows(struct settings *out)
{
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        if (!read_row(out, i))
            return false;
    }
    return true;
}

static bool read_seed(struct settings *out)
{
    out->seed = settings_number(out, OPTION_RANDOM_SEED);
    return settings_value(out, OPTION_RANDOM_SEED) ||
           getrandom(&out->seed, sizeof out->seed, 0) == sizeof out->seed;
}

static bool read_clock(struct settings *out)
{
    const char *mode = settings_value(out, OPTION_CLOCK);

    if (!clock_parse(mode, &out->clock))
        return setting_complain(out, OPTION_CLOCK, mode,
                                "real, frozen, or an instant like 2026-01-01T00:00:00Z");
    out->clock_shown = "real";
    if (out->clock.frozen) {
        instant_format(out->clock.at, out->clock_text);
        out->clock_shown = out->clock_text;
    }
    return true;
}

static bool read_assumption(struct settings *out, const char *text)
{
    char id[ASSUMPTION_VALUE_SIZE] = "";
    size_t size = strcspn(text, "=");

    if (size < sizeof id)
        memcpy(id, text, size);
    enum assumption which = assumption_find(id);
    if (!which || !text[size])
        return setting_complain(out, OPTION_ASSUME, text,
                                "ID=VALUE, with an ID that edges-emulator docs assumptions lists");
    if (assumption_decide(&out->assumptions, which, text + size + 1))
        return true;

    const struct assumption_row *row = assumption_row(which);
    bool any = strcmp(row->also, ANY_LABEL) == 0;
    char wanted[WANTED_SIZE];
    snprintf(wanted, sizeof wanted, "%s=%s%s%s", id, any ? "" : row->value, any ? "" : "|",
             any ? "A_LABEL" : row->also);
    return setting_complain(out, OPTION_ASSUME, text, wanted);
}

static bool read_assumptions(struct settings *out)
{
    const struct option_values *values = settings_values(out, OPTION_ASSUME);

    assumptions_init(&out->assumptions);
    for (int i = 0; i < values->count; i++) {
        if (!read_assumption(out, values->value[i]))
            return false;
    }
    return true;
}

/* A key that is wrong may still be a real one, so it is not shown. */
static bool read_keys(struct settings *out)
{
    const struct option_values *keys = settings_values(out, OPTION_API_KEY);
    char name[OPTION_VARIABLE_SIZE];

    for (int i = 0; i < keys->count; i++) {
        if (api_key_is_valid(keys->value[i]))
            continue;
        write_name(out, OPTION_API_KEY, name);
        fprintf(stderr,
                "edges-emulator: %s has a key that no client can send; it takes " API_KEY_FORM "\n",
                name, LIMIT_API_KEY);
        return false;
    }
    out->keys_are_closed = keys->count > 0;
    return true;
}

bool settings_read(const struct options *options, struct settings *out)
{
    memset(out, 0, sizeof *out);
    out->options = options;
    if (!read_rows(out) || !read_address(out) || !read_seed(out) || !read_clock(out) ||
        !read_assumptions(out) || !read_keys(out))
        return false;
    out->max_connections = (unsigned)settings_number(out, OPTION_MAX_CONNECTIONS);
    out->durable = settings_number(out, OPTION_DURABILITY) && /* full */
                   strcmp(settings_value(out, OPTION_DB), ":memory:") != 0;
    return true;
}
