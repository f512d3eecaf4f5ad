/* The store as a file: made, opened again, refused; and transactions, which are all or nothing. */
#include "store/db/db_lock.h"
#include "store/db/transaction.h"
#include "store/run/run.h"
#include "store/store.h"
#include "tests/unit/memory_store.h"
#include "tests/unit/story.h"

#include <dirent.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[sizeof "/tmp/edges-store-XXXXXX"];
static char path[64];

static int start(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/edges-store-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/state", folder);
    return 0;
}

/* Removes what is there, and tells how many files that were. */
static int remove_files(void)
{
    char name[512];
    const struct dirent *entry;
    DIR *all = opendir(folder);
    int count = 0;

    while ((entry = readdir(all))) {
        if (*entry->d_name == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
        remove(name);
        count++;
    }
    closedir(all);
    return count;
}

static int stop(void **state)
{
    (void)state;
    remove_files();
    return rmdir(folder);
}

static enum store_result try_to_open(const char *file, struct store **out, const char **reason)
{
    struct store_config config = memory_store_config();

    config.path = file;
    return store_open(&config, out, reason);
}

static struct store *opened(void)
{
    const char *reason = NULL;
    struct store *store = NULL;

    assert_int_equal(try_to_open(path, &store, &reason), STORE_OPENED);
    return store;
}

static void assert_open_fails(enum store_result wanted)
{
    const char *reason = NULL;
    struct store *store = NULL;

    assert_int_equal(try_to_open(path, &store, &reason), wanted);
    assert_null(store);
}

static void add_run(struct store *store)
{
    struct run run;

    run_init(&run);
    run.created_at = 1000;
    assert_int_equal(run_create(store, workspace_of(store, "alpha"), &run), ERROR_NONE);
}

static void write_file(const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

/* The file still holds these bytes, and nothing was written beside it. */
static void assert_untouched(const char *bytes, size_t size)
{
    char *found = malloc(size + 1);
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    assert_int_equal(fread(found, 1, size + 1, file), size);
    assert_memory_equal(found, bytes, size);
    fclose(file);
    free(found);
    assert_int_equal(remove_files(), 1);
}

/* Does something to the file with SQLite alone. */
static void do_behind_the_back(const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void assert_refused_untouched(enum store_result wanted)
{
    static char bytes[1000000];
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_open_fails(wanted);
    assert_untouched(bytes, size);
}

static void a_file_that_is_not_there_is_made(void **state)
{
    (void)state;
    assert_int_not_equal(access(path, F_OK), 0);
    store_close(opened());
    assert_int_equal(access(path, F_OK), 0);
}

static void an_empty_file_is_a_new_one(void **state)
{
    (void)state;
    write_file("", 0);
    struct store *store = opened();
    add_run(store);
    store_close(store);
}

static void what_was_written_is_there_when_it_is_opened_again(void **state)
{
    struct store_counts counts;

    (void)state;
    struct store *store = opened();
    add_run(store);
    add_run(store);
    store_close(store);

    store = opened();
    assert_int_equal(store_count(&(struct ctx){.store = store}, &counts), ERROR_NONE);
    assert_int_equal(counts.workspaces, 1);
    assert_int_equal(counts.runs, 2);
    const struct workspace *alpha = workspace_find(store, "alpha");
    assert_non_null(alpha);
    assert_int_equal(alpha->cache.runs, 2);
    assert_int_equal(alpha->cache.last_id, 2);
    assert_string_equal(alpha->uid, "b61afaf9-cdca-4ee2-9ea6-7ab79f6490ca");
    assert_true(alpha->cache.clock.frozen);
    assert_int_equal(alpha->cache.clock.at, NEW_YEAR);
    store_close(store);
}

/* After this the marks of our own are in the file, for any program to read: "EDGP" and the version.
 */
static void a_file_of_ours_is_marked(void **state)
{
    unsigned char head[100];

    (void)state;
    struct store *store = opened();
    FILE *file = fopen(path, "rb");
    assert_int_equal(fread(head, 1, sizeof head, file), sizeof head);
    fclose(file);
    assert_memory_equal(head, "SQLite format 3", 16);
    assert_memory_equal(head + 68, "EDGP", 4);
    assert_memory_equal(head + 60, "\0\0\0", 3);
    assert_int_equal(head[63], strtol(SCHEMA_VERSION, NULL, 10));
    store_close(store);
}

static void a_killed_process_loses_nothing(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        struct store *store = opened();
        add_run(store);
        kill(getpid(), SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));

    struct store *store = opened();
    assert_int_equal(store_ask(store, "SELECT count(*) FROM run"), 1);
    store_close(store);
}

static void another_process_that_has_it_open_keeps_us_out(void **state)
{
    static struct store *store; /* static: the child, which must not close it, does not lose it */
    struct store *second;
    const char *reason;

    (void)state;
    store = opened();
    pid_t child = fork();
    if (child == 0)
        _exit((int)try_to_open(path, &second, &reason));
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), STORE_IN_USE);
    add_run(store);
    store_close(store);
    store_close(opened());
}

static void some_other_file_is_refused_and_not_touched(void **state)
{
    static const char letter[] = "Dear Sir or Madam, this is no database at all, but a letter that "
                                 "somebody would like to keep as it is, thank you very much.\n";

    (void)state;
    write_file(letter, sizeof letter - 1);
    assert_refused_untouched(STORE_NOT_OURS);
    write_file("short", 5);
    assert_refused_untouched(STORE_NOT_OURS);
    write_file("SQLite format 3", 16);
    assert_refused_untouched(STORE_NOT_OURS);
}

static void somebody_elses_database_is_refused_and_not_touched(void **state)
{
    (void)state;
    do_behind_the_back("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
    assert_refused_untouched(STORE_NOT_OURS);
    do_behind_the_back("PRAGMA journal_mode = WAL; PRAGMA application_id = 5; CREATE TABLE t (a)");
    assert_refused_untouched(STORE_NOT_OURS);
}

static void a_newer_one_of_ours_is_refused_and_not_touched(void **state)
{
    (void)state;
    store_close(opened());
    do_behind_the_back("PRAGMA user_version = 1000000");
    assert_refused_untouched(STORE_NEWER);
}

static void an_older_one_of_ours_is_refused_and_not_touched(void **state)
{
    (void)state;
    store_close(opened());
    do_behind_the_back("PRAGMA user_version = 1");
    assert_refused_untouched(STORE_OLDER);
}

static void a_broken_one_of_ours_is_refused_with_a_reason(void **state)
{
    char bytes[200] = "SQLite format 3";
    const char *reason = NULL;
    struct store *store = NULL;

    (void)state;
    memcpy(bytes + 68, (const char[]){'E', 'D', 'G', 'P'}, 4);
    bytes[63] = (char)strtol(SCHEMA_VERSION, NULL, 10);
    write_file(bytes, sizeof bytes);
    assert_int_equal(try_to_open(path, &store, &reason), STORE_FAILED);
    assert_null(store);
    assert_string_equal(reason, "file is not a database");
}

static void what_the_system_refuses_is_told(void **state)
{
    const char *reason = NULL;
    struct store *store = NULL;

    (void)state;
    assert_int_equal(try_to_open(folder, &store, &reason), STORE_FAILED);
    assert_string_equal(reason, "Is a directory");
    assert_int_equal(try_to_open("/tmp/there/is/no/such/folder", &store, &reason), STORE_FAILED);
    assert_string_equal(reason, "No such file or directory");
    assert_null(store);
}

static void nothing_may_be_closed(void **state)
{
    (void)state;
    store_close(NULL);
}

static void a_transaction_is_all_or_nothing(void **state)
{
    (void)state;
    struct store *store = opened();
    workspace_of(store, "alpha");
    assert_int_equal(transaction_begin(store, NULL), ERROR_NONE);
    add_run(store);
    assert_int_equal(transaction_end(store, ERROR_NONE), ERROR_NONE);
    assert_int_equal(transaction_begin(store, NULL), ERROR_NONE);
    add_run(store);
    assert_int_equal(transaction_end(store, ERROR_BAD_BODY), ERROR_BAD_BODY);
    assert_int_equal(store_ask(store, "SELECT count(*) FROM run"), 1);
    store_close(store);
}

static void a_transaction_inside_another_is_part_of_it(void **state)
{
    (void)state;
    struct store *store = opened();
    workspace_of(store, "alpha");
    assert_int_equal(transaction_begin(store, NULL), ERROR_NONE);
    assert_int_equal(transaction_begin(store, NULL), ERROR_NONE);
    add_run(store);
    assert_int_equal(transaction_end(store, ERROR_NONE), ERROR_NONE);
    assert_int_equal(transaction_end(store, ERROR_BAD_BODY), ERROR_BAD_BODY);
    assert_int_equal(store_ask(store, "SELECT count(*) FROM run"), 0);
    store_close(store);
}

static void a_failure_inside_takes_back_the_whole(void **state)
{
    (void)state;
    struct store *store = opened();
    workspace_of(store, "alpha");
    assert_int_equal(transaction_begin(store, NULL), ERROR_NONE);
    add_run(store);
    assert_int_equal(transaction_begin(store, NULL), ERROR_NONE);
    assert_int_equal(transaction_end(store, ERROR_BAD_BODY), ERROR_BAD_BODY);
    assert_int_equal(transaction_end(store, ERROR_NONE), ERROR_BAD_BODY);
    assert_int_equal(store_ask(store, "SELECT count(*) FROM run"), 0);
    assert_int_equal(transaction_begin(store, NULL), ERROR_NONE);
    assert_int_equal(transaction_end(store, ERROR_NONE), ERROR_NONE);
    store_close(store);
}

static void it_keeps_the_assumptions_it_was_opened_with(void **state)
{
    struct store_config config = memory_store_config();
    const char *reason;
    struct store *store;

    (void)state;
    assumption_decide(&config.assumptions, ASSUME_CANCEL_OUTPUTS, "keep");
    assert_int_equal(store_open(&config, &store, &reason), STORE_OPENED);
    assumption_decide(&config.assumptions, ASSUME_CANCEL_OUTPUTS, "discard");
    assert_true(
        (strcmp(assumption_value(store_assumptions(store), ASSUME_CANCEL_OUTPUTS), "keep") == 0));
    assert_string_equal(store_library_version(), sqlite3_libversion());
    store_close(store);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest stories[] = {
        STORY(a_file_that_is_not_there_is_made),
        STORY(an_empty_file_is_a_new_one),
        STORY(what_was_written_is_there_when_it_is_opened_again),
        STORY(a_file_of_ours_is_marked),
        STORY(a_killed_process_loses_nothing),
        STORY(another_process_that_has_it_open_keeps_us_out),
        STORY(some_other_file_is_refused_and_not_touched),
        STORY(somebody_elses_database_is_refused_and_not_touched),
        STORY(a_newer_one_of_ours_is_refused_and_not_touched),
        STORY(an_older_one_of_ours_is_refused_and_not_touched),
        STORY(a_broken_one_of_ours_is_refused_with_a_reason),
        STORY(what_the_system_refuses_is_told),
        STORY(nothing_may_be_closed),
        STORY(a_transaction_is_all_or_nothing),
        STORY(a_transaction_inside_another_is_part_of_it),
        STORY(a_failure_inside_takes_back_the_whole),
        STORY(it_keeps_the_assumptions_it_was_opened_with),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
