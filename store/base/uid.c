#include "store/base/uid.h"

#include <string.h>

static bool is_hyphen_place(int i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

bool uid_parse(const char *text, char out[UID_SIZE])
{
    char uid[UID_SIZE];

    for (int i = 0; i < UID_SIZE - 1; i++) {
        char c = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] - 'A' + 'a' : text[i]);
        bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (is_hyphen_place(i) ? c != '-' : !is_hex)
            return false;
        uid[i] = c;
    }
    if (text[UID_SIZE - 1])
        return false;
    uid[UID_SIZE - 1] = '\0';
    memcpy(out, uid, UID_SIZE);
    return true;
}

/* Where the two digits of each byte are. */
static const unsigned char pair_places[UID_BYTES] = {0,  2,  4,  6,  9,  11, 14, 16,
                                                     19, 21, 24, 26, 28, 30, 32, 34};

/* One more than the value of a digit; 0: it is none. */
static const unsigned char hex_values[256] = {
    ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16};

bool uid_pack(const char *text, unsigned char out[UID_BYTES])
{
    if (strnlen(text, UID_SIZE) != UID_SIZE - 1)
        return false;
    for (int i = 0; i < UID_BYTES; i++) {
        const unsigned char *pair = (const unsigned char *)text + pair_places[i];
        int high = hex_values[pair[0]] - 1, low = hex_values[pair[1]] - 1;
        if ((high | low) < 0)
            return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

void uid_unpack(const unsigned char bytes[UID_BYTES], char out[UID_SIZE])
{
    static const char hex[] = "0123456789abcdef";

    memcpy(out, "00000000-0000-0000-0000-000000000000", UID_SIZE);
    for (int i = 0; i < UID_BYTES; i++) {
        out[pair_places[i]] = hex[bytes[i] >> 4];
        out[pair_places[i] + 1] = hex[bytes[i] & 15];
    }
}

/* The finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection that mixes every bit. */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

uint64_t uid_seed(uint64_t seed, const char *name)
{
    uint64_t hash = mix(seed) ^ 0xcbf29ce484222325U; /* FNV-1a, then mixed */

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3U;
    return mix(hash);
}

void uid_derive(uint64_t seed, uint64_t n, char out[UID_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    uint64_t half[2] = {mix(seed ^ mix(n)), mix(mix(seed + 1) ^ n)};

    half[0] = (half[0] & ~0xf000ULL) | 0x4000;                 /* version 4 */
    half[1] = (half[1] & ~(3ULL << 62)) | (UINT64_C(2) << 62); /* the RFC's variant */
    for (int i = 0, nibble = 0; i < UID_SIZE - 1; i++) {
        if (is_hyphen_place(i)) {
            out[i] = '-';
            continue;
        }
        out[i] = hex[(half[nibble / 16] >> (60 - nibble % 16 * 4)) & 15];
        nibble++;
    }
    out[UID_SIZE - 1] = '\0';
}
