#include "store/base/uid.h"

#include <string.h>

/* Where the two digits of each byte are. */
static const unsigned char pair_places[UID_BYTES] = {0,  2,  4,  6,  9,  11, 14, 16,
                                                     19, 21, 24, 26, 28, 30, 32, 34};

/* One more than the value of a digit; 0: it is none. */
static const unsigned char hex_values[256] = {
    ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16};

static const char hex_digits[] = "0123456789abcdef";

bool uid_parse(const char *text, char out[UID_SIZE])
{
    static const int hyphens[] = {8, 13, 18, 23};
    unsigned char bytes[UID_BYTES];
    char uid[UID_SIZE];

    if (strnlen(text, UID_SIZE) != UID_SIZE - 1)
        return false;
    for (int i = 0; i < UID_SIZE; i++)
        uid[i] = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] - 'A' + 'a' : text[i]);
    for (size_t i = 0; i < sizeof hyphens / sizeof *hyphens; i++) {
        if (uid[hyphens[i]] != '-')
            return false;
    }
    if (!uid_pack(uid, bytes))
        return false;
    memcpy(out, uid, UID_SIZE);
    return true;
}

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
    memcpy(out, "00000000-0000-0000-0000-000000000000", UID_SIZE);
    for (int i = 0; i < UID_BYTES; i++) {
        out[pair_places[i]] = hex_digits[bytes[i] >> 4];
        out[pair_places[i] + 1] = hex_digits[bytes[i] & 15];
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
    uint64_t half[2] = {mix(seed ^ mix(n)), mix(mix(seed + 1) ^ n)};
    unsigned char bytes[UID_BYTES];

    half[0] = (half[0] & ~0xf000ULL) | 0x4000;                 /* version 4 */
    half[1] = (half[1] & ~(3ULL << 62)) | (UINT64_C(2) << 62); /* the RFC's variant */
    for (int i = 0; i < UID_BYTES; i++)
        bytes[i] = (unsigned char)(half[i / 8] >> (56 - i % 8 * 8));
    uid_unpack(bytes, out);
}
