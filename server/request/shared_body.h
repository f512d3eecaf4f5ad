/* Bodies of large replies, as they wait for clients that read slowly.
 *
 * Many of them are the same but for little: lists that were asked for again and again while their
 * runs changed. So a body is cut into pieces where its own bytes say so, and a piece that several
 * bodies have is kept once: a change makes one piece or two differ, wherever they begin. A body is
 * a list of pointers, and the memory that all bodies take grows with what differs, not with how
 * many there are.
 *
 * Nothing here calls an arena: when little memory is left a function says so, before there is none.
 */
#ifndef SERVER_REQUEST_SHARED_BODY_H
#define SERVER_REQUEST_SHARED_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes. A smaller body is cheaper to keep than to share. */
enum { SHARED_BODY_LEAST = 128 * 1024 };

enum { SHARED_SLOTS = 4096 };

struct shared_piece;

/* The pieces of all bodies. Zeroed, it is empty. */
struct shared_pieces {
    struct shared_piece *slot[SHARED_SLOTS]; /* by their hash */
    struct shared_piece *unused;             /* of no body any more, to be freed in parts */
};

/* Zeroed, it is empty. It must be released before it is given up. */
struct shared_body {
    struct shared_piece **piece;
    size_t count, room;
    size_t size;         /* bytes of all pieces */
    size_t read, before; /* the piece that was read last, and the bytes before it */
};

/* Adds the bytes up to the last place where they can be cut, at least one less than all. *taken
 * becomes how many; the others are to be given again, with what follows them. Or all of them, when
 * a piece is to end there: because these are the last, or because another body with the same bytes
 * surely has a piece that ends there. False: there is too little memory, and the body is to be
 * released. */
bool shared_body_add(struct shared_pieces *pieces, struct shared_body *body, const char *bytes,
                     size_t size, bool ends, size_t *taken);

/* The first bytes, at least 4097 of them, for who looks at the beginning alone. */
const char *shared_body_start(const struct shared_body *body);

/* Copies bytes from this position, which is within the body; returns how many, at most size. */
size_t shared_body_read(struct shared_body *body, size_t position, char *out, size_t size);

/* Empties a body. Pieces that no other body has wait to be freed. */
void shared_body_release(struct shared_pieces *pieces, struct shared_body *body);

/* Frees so many bytes of those, at least if there are as many. False: none is left. */
bool shared_pieces_free(struct shared_pieces *pieces, size_t bytes);

#endif
