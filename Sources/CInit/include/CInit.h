// SPDX-License-Identifier: Apache-2.0
// What minibox-init asks of the C library. Embedded Swift has no Glibc module, so the headers come in by this one.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

// prctl is variadic, which Swift cannot import. Orphans of this process's descendants become its children.
int mb_adopt_orphans(void);
// errno is a macro.
int mb_errno(void);
// signal(2) takes SIG_IGN and SIG_DFL as casts of numbers, which do not import.
void mb_ignore(int signal);
void mb_default(int signal);
// What the process was started with: Embedded Swift has no CommandLine. The last of the pointers is null.
int mb_argument_count(void);
char *const *mb_arguments(void);
