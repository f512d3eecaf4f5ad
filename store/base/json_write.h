/* Writes JSON to a text, without white space.
 *
 * The members of an object, or the values of an array, are written in order; commas between them
 * are added where they belong. A name, NULL in an array, is written as it is: it must not need
 * escapes. What is sent often is written without a tree: to build and print one took 9,900 of the
 * 47,900 instructions of getFlowRun; this takes 5,000.
 */
#ifndef STORE_BASE_JSON_WRITE_H
#define STORE_BASE_JSON_WRITE_H

#include "store/base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Opens an object with "{" or an array with "[", and closes it with its counterpart. */
void json_write_open(struct strbuf *out, const char *name, char bracket);
void json_write_close(struct strbuf *out, char bracket);

/* A new text whose whole value is an object or array: opens it; closes it, and returns the text. */
struct strbuf json_write_begin(struct arena *arena, char bracket);
struct strbuf json_write_end(struct strbuf *out, char bracket);

/* A string, escaped as RFC 8259 section 7 requires; NULL is null. */
void json_write_text(struct strbuf *out, const char *name, const char *value);

/* Writes null when there is no value. Returns has_value: the caller writes the value. */
bool json_write_nullable(struct strbuf *out, const char *name, bool has_value);

/* An instant (instant.h) as the API writes it; INSTANT_NONE is null. */
void json_write_time(struct strbuf *out, const char *name, int64_t instant);

/* A number: all digits of a whole one below 1e17, of others the fewest digits that read back as the
 * same double (cJSON's printer gives fifteen, which can be too few); null if it is not finite. */
void json_write_integer(struct strbuf *out, const char *name, int64_t number);
void json_write_number(struct strbuf *out, const char *name, double number);
void json_write_bool(struct strbuf *out, const char *name, bool truth);

/* The same into room that was reserved before (strbuf_reserve()): for what is sent most, with the
 * names and the commas in literals. Each returns the end of what it wrote; json_put_end() ends the
 * text there. A string must not need escapes; NULL or "" is null. */
#define JSON_PUT(at, literal) ((char *)mempcpy(at, literal, sizeof(literal) - 1))
enum { JSON_PUT_MAX = 32 /* bytes of any but a string */ };
char *json_put_text(char *at, const char *value);
char *json_put_time(char *at, int64_t instant);
char *json_put_integer(char *at, int64_t number);
void json_put_end(struct strbuf *out, char *at);

/* A value that is JSON already. The second leaves out its white space, and writes no comma. */
void json_write_json(struct strbuf *out, const char *name, const char *json);
void json_write_squeezed(struct strbuf *out, const char *json);

/* What comes before a value, for who writes the value otherwise. */
void json_write_name(struct strbuf *out, const char *name);

#endif
