#include "server/coverage/coverage_file.h"

#include "server/coverage/cells.h"
#include "server/json/json.h"
#include "store/base/instant.h"
#include "store/base/strbuf.h"
#include "store/base/syntax.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PIECE = 64 * 1024 /* bytes that are read at once */ };

static bool is_text(const cJSON *object, const char *name, const char *text)
{
    const char *found = json_text(object, name);

    return found && strcmp(found, text) == 0;
}

static int64_t count_of(const cJSON *object, const char *name)
{
    int64_t count = json_integer(object, name, 0);

    return count > 0 ? count : 0;
}

static void cell_read(const cJSON *item, const struct cell *cell, struct coverage *out)
{
    cell_set_count(out, cell, count_of(item, "count"));
    for (int i = 0; cell->dimension == COVER_FAULTS && i < COVERAGE_REACTION_COUNT; i++)
        out->reactions[cell->column][i] =
            count_of(json_find(item, "then"), coverage_reaction_word(i));
}

static void cells_read(const cJSON *dimensions, struct arena *arena, struct coverage *out)
{
    struct cell *cells;
    int count = cells_list(arena, &cells);
    const cJSON *dimension, *item;

    for (const struct cell *cell = cells; cell < cells + count; cell++) {
        cJSON_ArrayForEach (dimension, dimensions) {
            if (!is_text(dimension, "dimension", dimension_row(cell->dimension)->name))
                continue;
            cJSON_ArrayForEach (item, json_find(dimension, "counts")) {
                if (is_text(item, "cell", cell->name))
                    cell_read(item, cell, out);
            }
        }
    }
}

static void finding_read(const cJSON *item, struct lint_finding *out)
{
    const cJSON *ids = json_find(item, "request_ids"), *labels = json_find(item, "labels"), *id;
    int i = 0, at = 0;

    out->count = count_of(item, "count");
    out->certain = is_text(item, "level", lint_level_name(LINT_ERROR));
    cJSON_ArrayForEach (id, ids) {
        const char *label = cJSON_GetStringValue(cJSON_GetArrayItem(labels, at++));
        if (i == LINT_IDS || !cJSON_IsString(id) || !request_id_is_valid(id->valuestring))
            continue;
        lint_place_set(&out->place[i++], id->valuestring, label);
    }
}

static bool report_read(struct arena *arena, const cJSON *report, struct coverage *out)
{
    const char *since = json_text(report, "since");
    const cJSON *item;

    if (!since || !instant_parse(since, &out->since) || !json_find(report, "dimensions"))
        return false;
    out->requests = count_of(report, "requests");
    cells_read(json_find(report, "dimensions"), arena, out);
    cJSON_ArrayForEach (item, json_find(report, "findings")) {
        const char *rule = json_text(item, "rule");
        if (rule && lint_rule_find(rule) < LINT_COUNT)
            finding_read(item, &out->lint.finding[lint_rule_find(rule)]);
    }
    return true;
}

const char *coverage_file_read(struct arena *arena, const char *name, struct coverage *out)
{
    FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
    struct strbuf text = {.arena = arena};
    struct json_fault fault;
    size_t size;

    if (!file)
        return strerror(errno);
    do {
        size = fread(strbuf_reserve(&text, PIECE), 1, PIECE, file);
        text.size += size;
    } while (size > 0);
    bool failed = ferror(file);
    fclose(file);
    if (failed)
        return "it cannot be read";
    return report_read(arena, json_parse(arena, text.bytes, text.size, &json_unbounded, &fault),
                       out)
               ? NULL
               : "it is no report that serve --coverage has written";
}
