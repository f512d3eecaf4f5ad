#include "server/request/headers.h"

#include "store/base/limits.h"
#include "store/base/syntax.h"

#include <stdlib.h>
#include <string.h>

#define NAMED(name) name, sizeof(name) - 1

/* Fields that may come only once, and what is said when they come twice. */
static const struct {
    const char *name;
    size_t size;       /* bytes of it */
    const char *twice; /* NULL: the first counts */
} fields[HEADER_COUNT] = {
    [HEADER_HOST] = {NAMED("Host"), "there are two Host headers"},
    [HEADER_ORIGIN] = {NAMED("Origin"), "there are two Origin headers"},
    [HEADER_API_KEY] = {NAMED("X-API-Key"), "there are two X-API-Key headers"},
    [HEADER_CONTENT_TYPE] = {NAMED("Content-Type"), "there are two Content-Type headers"},
    [HEADER_CONTENT_LENGTH] = {NAMED("Content-Length"), "there are two Content-Length headers"},
    [HEADER_TRANSFER_ENCODING] = {NAMED("Transfer-Encoding"),
                                  "there are two Transfer-Encoding headers"},
    [HEADER_REQUEST_ID] = {NAMED("X-Request-Id"), NULL},
    [HEADER_FAULT] = {NAMED("Emulator-Fault"), "there are two Emulator-Fault headers"},
    [HEADER_RACE] = {NAMED("Emulator-Race"), "there are two Emulator-Race headers"},
};

void headers_reject(struct headers *head, const char *why)
{
    if (!head->fault)
        head->fault = why;
}

static void take_field(struct headers *head, enum header field, const char *value)
{
    if (!head->field[field])
        head->field[field] = value;
    else if (fields[field].twice)
        headers_reject(head, fields[field].twice);
}

void headers_add(struct headers *head, const char *name, size_t name_size, const char *value,
                 size_t value_size)
{
    if (head->count < LIMIT_HEADER_COUNT)
        head->line[head->count] = (struct header_line){name, value ? value : ""};
    head->count++;
    head->size += name_size + value_size + strlen(": \r\n");
    if (!token_is_valid(name, name_size))
        headers_reject(head, "a header's name holds a character that no name may hold");
    if (value && strlen(value) != value_size)
        headers_reject(head, "a header's value holds a NUL");
    for (enum header i = 0; i < HEADER_COUNT; i++) {
        if (name_size == fields[i].size && strcasecmp(name, fields[i].name) == 0)
            take_field(head, i, value ? value : "");
    }
}

static bool is_length(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    return digits > 0 && digits <= 18 && text[digits] == '\0';
}

static enum error check_framing(struct headers *head, bool newer)
{
    const char *length = head->field[HEADER_CONTENT_LENGTH];
    const char *coding = head->field[HEADER_TRANSFER_ENCODING];

    if (length && coding)
        headers_reject(head, "there are both a Content-Length and a Transfer-Encoding header");
    if (coding && !newer)
        headers_reject(head, "HTTP/1.0 knows no Transfer-Encoding");
    if (length && !is_length(length))
        headers_reject(head, "Content-Length is not a number");
    if (head->fault)
        return ERROR_BAD_HEAD;
    return coding && strcasecmp(coding, "chunked") != 0 ? ERROR_UNKNOWN_CODING : ERROR_NONE;
}

enum error headers_check(struct headers *head, const char *method, const char *version)
{
    bool newer = strcmp(version, "HTTP/1.1") == 0;

    if (!newer && strcmp(version, "HTTP/1.0") != 0)
        return ERROR_UNKNOWN_VERSION;
    if (head->size > LIMIT_HEADERS || head->count > LIMIT_HEADER_COUNT)
        return ERROR_HEAD_TOO_LARGE;
    if (!token_is_valid(method, strlen(method)))
        headers_reject(head, "the method holds a character that no method may hold");
    if (newer && !head->field[HEADER_HOST])
        headers_reject(head, "HTTP/1.1 needs a Host header");
    return check_framing(head, newer);
}

bool headers_have_body(const struct headers *head, long long *size)
{
    if (head->field[HEADER_TRANSFER_ENCODING]) {
        *size = -1;
        return true;
    }
    const char *length = head->field[HEADER_CONTENT_LENGTH];
    *size = length ? strtoll(length, NULL, 10) : 0;
    return *size > 0;
}
