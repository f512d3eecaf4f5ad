#include "server/request/headers.h"

#include "store/base/syntax.h"

#include <stdlib.h>
#include <string.h>

#define FIRST(name) name, sizeof(name) - 1, NULL
#define ONCE(name) name, sizeof(name) - 1, "there are two " name " headers"

/* The fields we read, and the fault of a field that must occur only once. */
static const struct {
    const char *name;
    size_t size;       /* bytes of it */
    const char *twice; /* NULL: the first counts */
} fields[HEADER_COUNT] = {
    [HEADER_HOST] = {ONCE("Host")},
    [HEADER_ORIGIN] = {ONCE("Origin")},
    [HEADER_API_KEY] = {ONCE("X-API-Key")},
    [HEADER_CONTENT_TYPE] = {ONCE("Content-Type")},
    [HEADER_CONTENT_LENGTH] = {ONCE("Content-Length")},
    [HEADER_TRANSFER_ENCODING] = {ONCE("Transfer-Encoding")},
    [HEADER_CONNECTION] = {FIRST("Connection")},
    [HEADER_EXPECT] = {FIRST("Expect")},
    [HEADER_REQUEST_ID] = {FIRST("X-Request-Id")},
    [HEADER_TRACEPARENT] = {FIRST("traceparent")},
    [HEADER_FAULT] = {ONCE("Emulator-Fault")},
    [HEADER_RACE] = {ONCE("Emulator-Race")},
    [HEADER_CALLBACK] = {FIRST("Emulator-Callback")},
    [HEADER_WORKSPACE] = {ONCE("Emulator-Workspace")},
    [HEADER_LABEL] = {ONCE("Emulator-Label")},
    [HEADER_CORS_METHOD] = {ONCE("Access-Control-Request-Method")},
    [HEADER_CORS_HEADERS] = {ONCE("Access-Control-Request-Headers")},
};

void headers_reject(struct headers *head, const char *why)
{
    if (!head->fault)
        head->fault = why;
}

void headers_add(struct headers *head, const char *name, size_t name_size, const char *value,
                 size_t value_size)
{
    if (!value)
        value = "";
    if (head->count < LIMIT_HEADER_COUNT)
        head->line[head->count] = (struct header_line){name, value};
    head->count++;
    head->size += name_size + value_size + strlen(": \r\n");
    if (!token_is_valid(name, name_size))
        headers_reject(head, "a header name contains an invalid character");
    if (strlen(value) != value_size)
        headers_reject(head, "a header value contains a NUL");
    if (memchr(value, '\r', value_size))
        headers_reject(head, "a header value contains a CR");
    for (enum header i = 0; i < HEADER_COUNT; i++) {
        if (name_size != fields[i].size || strcasecmp(name, fields[i].name) != 0)
            continue;
        if (!head->field[i])
            head->field[i] = value;
        else if (fields[i].twice)
            headers_reject(head, fields[i].twice);
        break;
    }
}

static bool length_is_valid(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    return digits > 0 && digits <= 18 && text[digits] == '\0';
}

static enum error framing_check(struct headers *head, bool is_1_1)
{
    const char *length = head->field[HEADER_CONTENT_LENGTH];
    const char *coding = head->field[HEADER_TRANSFER_ENCODING];

    if (length && coding)
        headers_reject(head, "there are both a Content-Length and a Transfer-Encoding header");
    if (coding && !is_1_1)
        headers_reject(head, "HTTP/1.0 has no Transfer-Encoding");
    if (length && !length_is_valid(length))
        headers_reject(head, "Content-Length is not a number");
    if (head->fault)
        return ERROR_BAD_HEAD;
    return coding && strcasecmp(coding, "chunked") != 0 ? ERROR_UNKNOWN_CODING : ERROR_NONE;
}

enum error headers_check(struct headers *head, const char *method, const char *version)
{
    bool is_1_1 = strcmp(version, "HTTP/1.1") == 0;

    if (!is_1_1 && strcmp(version, "HTTP/1.0") != 0)
        return ERROR_UNKNOWN_VERSION;
    if (head->size > LIMIT_HEADERS || head->count > LIMIT_HEADER_COUNT)
        return ERROR_HEAD_TOO_LARGE;
    if (!token_is_valid(method, strlen(method)))
        headers_reject(head, "the method contains an invalid character");
    if (is_1_1 && !head->field[HEADER_HOST])
        headers_reject(head, "HTTP/1.1 needs a Host header");
    return framing_check(head, is_1_1);
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

const char *headers_find(const struct headers *head, const char *name)
{
    for (int i = 0; i < head->count && i < LIMIT_HEADER_COUNT; i++) {
        if (strcasecmp(head->line[i].name, name) == 0)
            return head->line[i].value;
    }
    return NULL;
}
