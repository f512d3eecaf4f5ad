#include "tests/unit/quiet.h"

#include "tests/unit/story.h"

#include <stdio.h>
#include <unistd.h>

static FILE *caught;
static int before;
static char said[4096];

void quiet_start(void)
{
    fflush(stderr);
    caught = tmpfile();
    assert_non_null(caught);
    before = dup(STDERR_FILENO);
    assert_true(before >= 0);
    assert_true(dup2(fileno(caught), STDERR_FILENO) >= 0);
}

const char *quiet_stop(void)
{
    fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
    rewind(caught);
    said[fread(said, 1, sizeof said - 1, caught)] = '\0';
    fclose(caught);
    return said;
}
