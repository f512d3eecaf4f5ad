/* Reads JSON text from its beginning on: strings, numbers, words, and what is between them. For
 * parse.c, which makes values of them.
 *
 * A long text is read in parts: between two of them others are served, when that is due. What
 * returns false has noted the reason.
 */
#ifndef SERVER_JSON_SCAN_H
#define SERVER_JSON_SCAN_H

#include "store/base/ctx.h"
#include "store/base/strbuf.h"

struct scanner {
    const char *at, *end;    /* what is left of the text */
    const char *pause_at;    /* where the next part begins */
    size_t line;             /* of `at`, counted from 1 */
    const struct ctx *ctx;   /* that pauses; NULL: none */
    const char *reason;      /* why it cannot go on */
    bool is_json;            /* it is no mistake of JSON */
    struct strbuf unescaped; /* the string that was read last, if it has escapes */
};

/* Notes a reason; always false. */
bool scan_fail(struct scanner *s, const char *reason);

/* The same for what JSON allows. */
bool scan_refuse(struct scanner *s, const char *reason);

/* Between two parts of the work. False: it is to be given up. */
bool scan_pause(struct scanner *s);

/* The same where a part of the text begins. */
bool scan_next_part(struct scanner *s);
static inline bool scan_go_on(struct scanner *s)
{
    return s->at < s->pause_at || scan_next_part(s);
}

/* Copies bytes in parts. */
bool scan_copy(struct scanner *s, char *to, const char *from, size_t size);

/* The next character, or NUL at the end. */
static inline char scan_peek(const struct scanner *s)
{
    if (s->at == s->end)
        return '\0';
    return *s->at;
}

/* Goes past the next character, if it is this one. */
static inline bool scan_take(struct scanner *s, char wanted)
{
    if (s->at == s->end || *s->at != wanted)
        return false;
    s->at++;
    return true;
}

/* Goes past white space. */
void scan_white_space(struct scanner *s);
static inline void scan_space(struct scanner *s)
{
    if (scan_peek(s) <= ' ') /* as mostly there is none */
        scan_white_space(s);
}

/* Goes past a word, or a number. */
bool scan_word(struct scanner *s, const char *word);
bool scan_number(struct scanner *s);

/* Goes past a string: its bytes, where they are until the next one is read. */
bool scan_string(struct scanner *s, const char **bytes, size_t *size);

#endif
