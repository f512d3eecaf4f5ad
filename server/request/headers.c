#include "server/request/headers.h"

#include "store/base/limits.h"

#include <stdlib.h>
#include <string.h>

#define NAMED(name) name, sizeof(name) - 1

/* Fields that may come only once, and what is said when they come twice. */
static const struct {
    const char *name;
    size_t size;       /* bytes of it */
    const char *twice; /* NULL: the first counts */
} fields[HEAD_FIELD_COUNT] = {
    [HEAD_HOST] = {NAMED("Host"), "there are two Host headers"},
    [HEAD_ORIGIN] = {NAMED("Origin"), "there are two Origin headers"},
    [HEAD_API_KEY] = {NAMED("X-API-Key"), "there are two X-API-Key headers"},
    [HEAD_CONTENT_TYPE] = {NAMED("Content-Type"), "there are two Content-Type headers"},
    [HEAD_CONTENT_LENGTH] = {NAMED("Content-Length"), "there are two Content-Length headers"},
    [HEAD_TRANSFER_ENCODING] = {NAMED("Transfer-Encoding"),
                                "there are two Transfer-Encoding headers"},
    [HEAD_REQUEST_ID] = {NAMED("X-Request-Id"), NULL},
    [HEAD_FAULT] = {NAMED("Emulator-Fault"), "there are two Emulator-Fault headers"},
    [HEAD_RACE] = {NAMED("Emulator-Race"), "there are two Emulator-Race headers"},
};

bool head_is_token(const char *text, size_t size)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (!c || !strchr(marks, c)))
            return false;
    }
    return size > 0;
}

void head_blame(struct head *head, const char *why)
{
    if (!head->fault)
        head->fault = why;
}

static void take_field(struct head *head, enum head_field field, const char *value)
{
    if (!head->field[field])
        head->field[field] = value;
    else if (fields[field].twice)
        head_blame(head, fields[field].twice);
}

void head_add(struct head *head, const char *name, size_t name_size, const char *value,
              size_t value_size)
{
    if (head->count < LIMIT_HEADER_COUNT)
        head->line[head->count] = (struct head_line){name, value ? value : ""};
    head->count++;
    head->size += name_size + value_size + strlen(": \r\n");
    if (!head_is_token(name, name_size))
        head_blame(head, "a header's name holds a character that no name may hold");
    if (value && strlen(value) != value_size)
        head_blame(head, "a header's value holds a NUL");
    for (enum head_field i = 0; i < HEAD_FIELD_COUNT; i++) {
        if (name_size == fields[i].size && strcasecmp(name, fields[i].name) == 0)
            take_field(head, i, value ? value : "");
    }
}

static bool is_length(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    return digits > 0 && digits <= 18 && text[digits] == '\0';
}

static enum error check_framing(struct head *head, bool newer)
{
    const char *length = head->field[HEAD_CONTENT_LENGTH];
    const char *coding = head->field[HEAD_TRANSFER_ENCODING];

    if (length && coding)
        head_blame(head, "there are both a Content-Length and a Transfer-Encoding header");
    if (coding && !newer)
        head_blame(head, "HTTP/1.0 knows no Transfer-Encoding");
    if (length && !is_length(length))
        head_blame(head, "Content-Length is not a number");
    if (head->fault)
        return ERROR_BAD_HEAD;
    return coding && strcasecmp(coding, "chunked") != 0 ? ERROR_UNKNOWN_CODING : ERROR_NONE;
}

enum error head_check(struct head *head, const char *method, const char *version)
{
    bool newer = strcmp(version, "HTTP/1.1") == 0;

    if (!newer && strcmp(version, "HTTP/1.0") != 0)
        return ERROR_UNKNOWN_VERSION;
    if (head->size > LIMIT_HEADERS || head->count > LIMIT_HEADER_COUNT)
        return ERROR_HEAD_TOO_LARGE;
    if (!head_is_token(method, strlen(method)))
        head_blame(head, "the method holds a character that no method may hold");
    if (newer && !head->field[HEAD_HOST])
        head_blame(head, "HTTP/1.1 needs a Host header");
    return check_framing(head, newer);
}

bool head_has_body(const struct head *head, long long *size)
{
    if (head->field[HEAD_TRANSFER_ENCODING]) {
        *size = -1;
        return true;
    }
    const char *length = head->field[HEAD_CONTENT_LENGTH];
    *size = length ? strtoll(length, NULL, 10) : 0;
    return *size > 0;
}
