#include "server/json/utf8.h"

#include <string.h>

static size_t size_from_lead(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

size_t utf8_next(const char *text, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t wanted = size ? size_from_lead(bytes[0]) : 0;

    if (wanted == 0 || wanted > size)
        return 0;
    for (size_t i = 1; i < wanted; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
    }
    /* Overlong forms, surrogates, and beyond U+10FFFF show in the second byte. */
    if ((bytes[0] == 0xe0 && bytes[1] < 0xa0) || (bytes[0] == 0xed && bytes[1] > 0x9f) ||
        (bytes[0] == 0xf0 && bytes[1] < 0x90) || (bytes[0] == 0xf4 && bytes[1] > 0x8f))
        return 0;
    return wanted;
}

size_t utf8_encode(uint32_t code, char out[UTF8_SIZE])
{
    static const unsigned char lead[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    for (size_t i = size - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(lead[size] | code);
    return size;
}

/* Whether the next eight bytes are ASCII, as most of all text is. */
static bool is_ascii(const char *text)
{
    uint64_t bytes;

    memcpy(&bytes, text, sizeof bytes);
    return !(bytes & UINT64_C(0x8080808080808080));
}

bool utf8_valid(const char *text, size_t size)
{
    while (size) {
        bool quick = size >= sizeof(uint64_t) && is_ascii(text);
        size_t step = quick ? sizeof(uint64_t) : utf8_next(text, size);
        if (!step)
            return false;
        text += step;
        size -= step;
    }
    return true;
}

size_t utf8_length(const char *text, size_t most)
{
    size_t length = 0;

    for (; *text && length < most; text++)
        length += ((unsigned char)*text & 0xc0) != 0x80;
    return length;
}
