// SPDX-License-Identifier: Apache-2.0
#include "CInit.h"
#include <sys/prctl.h>

int mb_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
int mb_errno(void) { return errno; }
void mb_ignore(int number) { signal(number, SIG_IGN); }
void mb_default(int number) { signal(number, SIG_DFL); }

static int argument_count;
static char **arguments;

// The C library hands main's arguments to constructors too.
__attribute__((constructor)) static void keep(int count, char **values) {
    argument_count = count;
    arguments = values;
}
int mb_argument_count(void) { return argument_count; }
char *const *mb_arguments(void) { return arguments; }
