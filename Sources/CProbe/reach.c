// SPDX-License-Identifier: Apache-2.0
#include "line.h"
#include "CProbe.h"
#include "reach.h"
#include <linux/capability.h>
#include <signal.h>
#include <strings.h>
#include <sys/syscall.h>
#include <sys/wait.h>

void keep_alone(int capability) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2] = {{0}};
    if (syscall(SYS_capget, &header, sets) != 0) _exit(255);
    for (int i = 0; i < 2; i++) {
        unsigned kept = capability / 32 == i && capability >= 0 ? 1u << capability % 32 : 0;
        sets[i].permitted &= kept;
        sets[i].effective = sets[i].permitted;
        sets[i].inheritable = 0;
    }
    if (syscall(SYS_capset, &header, sets) != 0) _exit(255);
}

// A process of its own, so that nothing stays: not a namespace, not a descriptor, not a group of users.
static void attempt(const struct reach *reach, int alone) {
    line_start("reach");
    line_text("what", reach->call);
    line_text("needs", reach->needs);
    pid_t child = fork();
    if (child == 0) {
        alarm(5);
        if (alone) keep_alone(reach->capability);
        _exit(reach->attempt());
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        line_text("result", "NOFORK");
    } else if (WIFSIGNALED(status)) {
        char name[16] = "SIG";
        const char *abbreviation = sigabbrev_np(WTERMSIG(status));
        strncat(name, abbreviation == NULL ? "NAL" : abbreviation, sizeof name - 4);
        line_text("result", name);
    } else {
        line_result(WEXITSTATUS(status));
    }
    line_end();
}

static int all_of(const struct reach *reaches, int total, int alone, int count, char *const *words) {
    int found = 0;
    for (int i = 0; i < total; i++) {
        int meant = count == 0;
        for (int word = 0; word < count && !meant; word++) {
            meant = strcasecmp(words[word], reaches[i].call) == 0 || strcasecmp(words[word], reaches[i].needs) == 0;
        }
        if (meant) attempt(&reaches[i], alone);
        found += meant;
    }
    return found;
}

int probe_reach(int count, char *const *words) {
    int alone = count > 0 && strcmp(words[0], "--alone") == 0;
    count -= alone;
    words += alone;
    int found = all_of(reach_of_capabilities, reach_of_capabilities_count, alone, count, words);
    found += all_of(reach_of_filters, reach_of_filters_count, alone, count, words);
    return found > 0 ? 0 : wrong("reach", "[--alone] [CALL|CAPABILITY]...");
}
