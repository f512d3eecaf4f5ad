#include "server/request/shared_body.h"

#include "store/base/limits.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Bytes of a piece: at least, at most, and of those after which a cut is looked for. */
enum { PIECE_LEAST = 16 * 1024, PIECE_MOST = 64 * 1024, WINDOW = 64 };

enum { POINTER = sizeof(void *) }; /* bytes */

/* A cut is where these bits of the hash of the last 64 bytes are zero: every 8 KiB or so. */
#define CUT_BITS ((uint64_t)0x1fff << 51)

enum { MEMORY_LEFT = 8 * 1024 * 1024 }; /* bytes, for all but large replies */

#define ODD 0x9e3779b97f4a7c15u /* spreads the bits of what it is multiplied with */

_Static_assert(PIECE_LEAST > (int)LIMIT_JOURNAL_BODY,
               "the first piece has the beginning of the body");

struct shared_piece {
    struct shared_piece *next; /* in its slot, or of those that are unused */
    uint64_t hash;
    size_t users; /* places in bodies where it is */
    size_t size;
    char bytes[];
};

static uint64_t hash_next(uint64_t hash, char byte)
{
    return (hash << 1) + ((unsigned char)byte + 1) * ODD;
}

/* Where the first piece of these bytes ends; 0: that cannot be seen yet. */
static size_t find_cut(const char *bytes, size_t size)
{
    size_t most = size < PIECE_MOST ? size : PIECE_MOST, i = PIECE_LEAST - WINDOW;
    uint64_t hash = 0;

    for (; i < PIECE_LEAST && i < most; i++)
        hash = hash_next(hash, bytes[i]);
    for (; i < most; i++) {
        hash = hash_next(hash, bytes[i]);
        if (!(hash & CUT_BITS))
            return i;
    }
    return size > PIECE_MOST ? PIECE_MOST : 0;
}

static uint64_t hash_bytes(const char *bytes, size_t size)
{
    uint64_t hash = size, word = 0;

    for (; size >= sizeof word; bytes += sizeof word, size -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        hash = (hash ^ word) * ODD;
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, bytes, size);
    hash = (hash ^ word) * ODD;
    return hash ^ hash >> 32;
}

/* The piece of these bytes, with one user more; NULL without memory. */
static struct shared_piece *piece_take(struct shared_pieces *pieces, const char *bytes, size_t size)
{
    uint64_t hash = hash_bytes(bytes, size);
    struct shared_piece **slot = &pieces->slot[hash % SHARED_SLOTS], *each = *slot;

    while (each &&
           (each->hash != hash || each->size != size || memcmp(each->bytes, bytes, size) != 0))
        each = each->next;
    if (!each) {
        each = malloc(sizeof *each + size);
        if (!each)
            return NULL;
        *each = (struct shared_piece){.next = *slot, .hash = hash, .size = size};
        memcpy(each->bytes, bytes, size);
        *slot = each;
    }
    each->users++;
    return each;
}

static bool body_add_piece(struct shared_pieces *pieces, struct shared_body *body,
                           const char *bytes, size_t size)
{
    if (body->count == body->room) {
        size_t room = body->room ? 2 * body->room : 16;
        struct shared_piece **more = realloc(body->piece, room * POINTER);
        if (!more)
            return false;
        body->piece = more;
        body->room = room;
    }
    struct shared_piece *piece = piece_take(pieces, bytes, size);
    if (!piece)
        return false;
    body->piece[body->count++] = piece;
    body->size += size;
    return true;
}

/* Pieces are small: they could take the last memory, and others could not go on. */
static bool memory_is_left(void)
{
    void *probe =
        mmap(NULL, MEMORY_LEFT, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return probe != MAP_FAILED && munmap(probe, MEMORY_LEFT) == 0;
}

bool shared_body_add(struct shared_pieces *pieces, struct shared_body *body, const char *bytes,
                     size_t size, bool ends, size_t *taken)
{
    size_t cut;
    bool ok = memory_is_left();

    *taken = 0;
    while (ok && !(ends && size - *taken <= PIECE_MOST) &&
           (cut = find_cut(bytes + *taken, size - *taken)) != 0) {
        ok = body_add_piece(pieces, body, bytes + *taken, cut);
        *taken += cut;
    }
    if (ok && ends && size > *taken) {
        ok = body_add_piece(pieces, body, bytes + *taken, size - *taken);
        *taken = size;
    }
    return ok;
}

const char *shared_body_start(const struct shared_body *body)
{
    return body->piece[0]->bytes;
}

size_t shared_body_read(struct shared_body *body, size_t position, char *out, size_t size)
{
    size_t copied = 0;

    if (position < body->before)
        body->read = body->before = 0;
    while (copied < size && position + copied < body->size) {
        const struct shared_piece *piece = body->piece[body->read];
        size_t after = body->before + piece->size, at = position + copied;
        if (at >= after) {
            body->before = after;
            body->read++;
            continue;
        }
        size_t part = after - at < size - copied ? after - at : size - copied;
        memcpy(out + copied, piece->bytes + (at - body->before), part);
        copied += part;
    }
    return copied;
}

static void piece_drop(struct shared_pieces *pieces, struct shared_piece *piece)
{
    struct shared_piece **place = &pieces->slot[piece->hash % SHARED_SLOTS];

    assert(piece->users > 0);
    if (--piece->users > 0)
        return;
    while (*place != piece)
        place = &(*place)->next;
    *place = piece->next;
    piece->next = pieces->unused;
    pieces->unused = piece;
}

void shared_body_release(struct shared_pieces *pieces, struct shared_body *body)
{
    for (size_t i = 0; i < body->count; i++)
        piece_drop(pieces, body->piece[i]);
    free(body->piece);
    *body = (struct shared_body){0};
}

bool shared_pieces_free(struct shared_pieces *pieces, size_t bytes)
{
    struct shared_piece *piece;

    for (size_t freed = 0; freed < bytes && (piece = pieces->unused);) {
        pieces->unused = piece->next;
        freed += piece->size;
        free(piece);
    }
    return pieces->unused;
}
