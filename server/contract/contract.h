/* The contract as tables: every operation, its parameters, the shape of its body.
 *
 * Made from openapi.json by generate.py when the program is built; the document is the only
 * place where a path, a limit or a field is written down, and complete.py adds what holds for every
 * operation. All of it is static.
 */
#ifndef SERVER_CONTRACT_CONTRACT_H
#define SERVER_CONTRACT_CONTRACT_H

#include "store/base/assumptions.h"
#include "store/base/errors.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Types of JSON value, as bits, because a schema may allow several; in the order in which a message
 * names them ("must be string,null"). */
enum json_type {
    JSON_STRING = 1,
    JSON_INTEGER = 2,
    JSON_NUMBER = 4,
    JSON_BOOLEAN = 8,
    JSON_ARRAY = 16,
    JSON_OBJECT = 32,
    JSON_NULL = 64
};

enum text_format { FORMAT_NONE, FORMAT_UUID, FORMAT_DATE_TIME, FORMAT_URI };

struct property;

/* The part of JSON Schema that the contract uses; what is not limited has the widest limit. */
struct schema {
    unsigned types;                 /* bits of enum json_type; 0 allows any */
    int64_t minimum, maximum;       /* of an integer */
    int64_t min_length, max_length; /* of a string, in characters */
    int64_t min_items, max_items;   /* of an array, in items */
    int64_t min_properties;         /* of an object */
    enum text_format format;        /* of a string */
    const char *const *enum_values; /* the values a string may have, NULL after the last; or NULL */
    const struct schema *items;     /* of an array; or NULL */
    bool comma_separated;           /* one text may have several items of the array */
    const struct property *properties; /* of an object */
    int property_count;
    const struct schema *additional_schema; /* of properties that are not named; NULL: any */
    bool no_additional_properties;          /* properties that are not named are refused */
    enum assumption
        opened_by_assumption;  /* "ignore" of this row allows them all the same; or ASSUME_NONE */
    const char *default_value; /* the default, as text, of an array its only item; or NULL */
    enum assumption default_assumption; /* whose value is the default instead; or ASSUME_NONE */
};

struct property {
    const char *name;
    const struct schema *schema;
    bool required;
};

/* One parameter of an example. */
struct example_parameter {
    const char *name;
    const char *value;
    const char *run_status; /* what the run that it names must be; NULL: anything, or no run */
};

/* A request that works as it stands in a new workspace with the fixture demo. A few name what has
 * to be made first: by the example of the operation `needs`, if there is such a one. */
struct example {
    const struct example_parameter *parameters; /* those of the path in order, then of the query */
    int parameter_count;
    const char *body;              /* JSON; NULL: none */
    const struct operation *needs; /* or NULL */
};

enum {
    SEGMENTS_MAX = 6, /* of a path: /v1/flows/schedules/{uid}/{action} has 5 */
    PARAMS_MAX = 2    /* in a path */
};

struct operation {
    const char *id;
    const char *method;
    const char *path;
    const char *summary;
    const char *segment[SEGMENTS_MAX]; /* NULL where a parameter stands */
    int segment_count;
    const char *const
        *reserved_words; /* what no parameter of the path can be, NULL after the last; or NULL */
    struct property param[PARAMS_MAX]; /* of the path, in order */
    const struct schema *query;        /* an object, closed */
    const short *statuses;             /* that the contract names, 0 after the last */
    const struct schema *body;         /* NULL: a body is ignored */
    bool body_optional;                /* a request may have none */
    int64_t body_max;                  /* bytes of the body */
    int body_depth;                    /* levels of its JSON */
    bool no_auth;                      /* needs no API key */
    bool any_host;                     /* answers under any Host header */
    bool control;                      /* of the emulator, not of the API */
    bool page;                         /* serves the page at /_emulator/ */
    bool skips_engine; /* what is due need not have happened before: it sees to that itself, or
                       takes all of it away */
    bool takes_long;   /* with a large workspace, or many: it runs in parts */
    struct example example;
};

/* In the order of enum operation_id (operations.h), in which routes are tried too: a fixed segment
 * before a parameter. */
extern const struct operation contract_operations[];
extern const int contract_operation_count;

/* The document, as it is served: the URL of the server stands between the two parts. */
extern const char contract_document[];
extern const char contract_document_rest[];

/* The shapes that are read outside of a request too. */
extern const struct schema contract_fixture;

#endif
