#include "server/coverage/cells.h"

#include <string.h>

static const struct dimension_row dimensions[] = {
#define DIMENSION(name, word, rows, columns, ...) {word, rows, columns, __VA_ARGS__},
#include "server/coverage/coverage.def"
};

_Static_assert((int)COVERAGE_PARAMETERS_MAX <= (int)COVERAGE_STATUS_COUNT,
               "they fit COVERAGE_CELLS");

const struct dimension_row *dimension_row(enum coverage_dimension dimension)
{
    return &dimensions[dimension];
}

static bool cell_is_list(const struct operation *op)
{
    int i = 0;

    while (i < op->query->property_count && strcmp(op->query->properties[i].name, "offset") != 0)
        i++;
    return !op->control && i < op->query->property_count;
}

/* A status of a run that needs no assumption. Two show STOPPED: only one of them can be resumed. */
static const char *name_of_run_status(enum run_status status)
{
    return coverage_run_status(status) == status ? run_statuses[status].name : NULL;
}

static const char *name_of_fault(int fault)
{
    static const char *const others[] = {
#define OTHER_FAULT(name, word) word,
#include "server/coverage/coverage.def"
    };

    if (fault > COVERAGE_FIRST_OTHER_FAULT)
        return others[fault - COVERAGE_FIRST_OTHER_FAULT - 1];
    bool is_fault = fault != EFFECT_NONE && fault != EFFECT_RACE && !effect_row(fault)->of_delivery;
    return is_fault ? effect_row(fault)->word : NULL;
}

static const char *name_of_delivery(struct arena *arena, int delivery)
{
    static const char *const others[] = {
#define DELIVERY(name, word) word,
#include "server/coverage/coverage.def"
    };

    if (delivery > COVERAGE_FIRST_DELIVERY)
        return others[delivery - COVERAGE_FIRST_DELIVERY - 1];
    if (delivery < COVERAGE_FIRST_DELIVERED_END)
        return effect_row(delivery)->of_delivery && delivery != EFFECT_ANSWER
                   ? effect_row(delivery)->key
                   : NULL;
    const struct run_status_row *row = &run_statuses[delivery - COVERAGE_FIRST_DELIVERED_END];
    return row->tells_end ? arena_format(arena, "the end %s", row->name) : NULL;
}

/* 500 is documented by the vendor, but not in the contract: no reply of ours has it. */
static const char *name_of_status(struct arena *arena, const struct operation *op, int row)
{
    static const int statuses[] = {
#define STATUS(name, status, ...) status,
#include "server/coverage/coverage.def"
    };
    int i = 0;

    while (op->statuses[i] && op->statuses[i] != statuses[row])
        i++;
    return op->statuses[i] || statuses[row] == 500
               ? arena_format(arena, "%s %d", op->id, statuses[row])
               : NULL;
}

static const char *name_of_page(struct arena *arena, const struct operation *op, int row)
{
    static const char *const pages[] = {
#define PAGING(name, query, word) word,
#include "server/coverage/coverage.def"
    };

    return cell_is_list(op) ? arena_format(arena, "%s: %s", op->id, pages[row]) : NULL;
}

static const char *name_of_parameter(struct arena *arena, const struct operation *op, int row)
{
    return row < op->query->property_count
               ? arena_format(arena, "%s ?%s", op->id, op->query->properties[row].name)
               : NULL;
}

static const char *name_of_assumption(enum assumption which)
{
    static const bool is_rested_on[ASSUMPTION_COUNT] = {
#define ASSUMED(name, ...) [ASSUME_##name] = true,
#include "server/coverage/coverage.def"
    };

    return is_rested_on[which] ? assumption_row(which)->id : NULL;
}

/* NULL: there is no such cell. */
static const char *cell_name(struct arena *arena, enum coverage_dimension dimension, int row,
                             int column)
{
    static const char *const fault_statuses[] = {
#define FAULT_STATUS(status) #status,
#include "server/coverage/coverage.def"
    };
    const struct operation *op = &contract_operations[column < OPERATION_COUNT ? column : 0];

    if (dimensions[dimension].columns == OPERATION_COUNT && op->control)
        return NULL;
    switch (dimension) {
    case COVER_CANCEL:
    case COVER_RESUME: return name_of_run_status(column);
    case COVER_ENDS: return run_statuses[column].halted ? name_of_run_status(column) : NULL;
    case COVER_FAULTS: return name_of_fault(column);
    case COVER_STATUSES: return name_of_status(arena, op, row);
    case COVER_RACES: return forced_race_word(column + 1);
    case COVER_DELIVERIES: return name_of_delivery(arena, column);
    case COVER_PAGING: return name_of_page(arena, op, row);
    case COVER_OPERATIONS: return op->id;
    case COVER_FAULT_STATUSES: return fault_statuses[column];
    case COVER_QUERIES: return name_of_parameter(arena, op, row);
    case COVER_ASSUMPTIONS: return name_of_assumption(column);
    case COVER_COUNT: break;
    }
    return NULL;
}

/* The column of the cell at this place among those of its row. */
static int cell_column(enum coverage_dimension dimension, int place)
{
    static const enum run_status order[] = {
#define RUN_ORDER(status) RUN_##status,
#include "server/coverage/coverage.def"
    };
    _Static_assert(sizeof order / sizeof *order == RUN_STATUS_COUNT, "each status has a row");

    return dimension == COVER_CANCEL || dimension == COVER_RESUME ? (int)order[place] : place;
}

int cells_list(struct arena *arena, struct cell **out)
{
    struct cell *cells = NULL;
    size_t room = 0;
    int count = 0;

    for (enum coverage_dimension d = 0; d < COVER_COUNT; d++) {
        for (int i = 0; i < dimensions[d].rows * dimensions[d].columns; i++) {
            struct cell cell = {.dimension = d, .row = i / dimensions[d].columns};
            cell.column = cell_column(d, i % dimensions[d].columns);
            cell.name = cell_name(arena, d, cell.row, cell.column);
            if (!cell.name)
                continue;
            if ((size_t)count == room)
                cells = arena_grow(arena, cells, sizeof *cells, &room);
            cells[count++] = cell;
        }
    }
    *out = cells;
    return count;
}

/* Its place in count[] of its dimension. */
static int cell_place(const struct cell *cell)
{
    return cell->row * dimensions[cell->dimension].columns + cell->column;
}

int64_t cell_count(const struct coverage *coverage, const struct cell *cell)
{
    return coverage->count[cell->dimension][cell_place(cell)];
}

void cell_set_count(struct coverage *coverage, const struct cell *cell, int64_t count)
{
    coverage->count[cell->dimension][cell_place(cell)] = count;
}
