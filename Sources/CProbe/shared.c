// SPDX-License-Identifier: Apache-2.0
// What is shared without a file: memory, keys, and what a machine does in time.
#include "line.h"
#include "CProbe.h"
#include <errno.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

int probe_shmget(int count, char *const *words) {
    long key = count == 0 ? 0x4d42 : number(words[0], 0x7fffffff);
    if (count > 1 || key < 0) return wrong("shmget", "[KEY]");
    int memory = shmget((key_t)key, 0, 0);
    int error = told(memory);
    const char *there = (const char *)-1;
    if (error == 0) {
        there = shmat(memory, NULL, SHM_RDONLY);
        error = there == (const char *)-1 ? errno : 0;
    }
    line_start("shmget");
    line_number("key", key);
    line_result(error);
    if (error == 0) line_flag(there, strnlen(there, 4096));
    line_end();
    return 0;
}

// Holds a word in shared memory for a while.
int probe_shmput(int count, char *const *words) {
    long key = count == 3 ? number(words[0], 0x7fffffff) : -1, seconds = count == 3 ? number(words[2], 600) : -1;
    if (key < 0 || seconds < 0) return wrong("shmput", "KEY WORD SECONDS (600 at most)");
    int memory = shmget((key_t)key, 4096, IPC_CREAT | IPC_EXCL | 0644);
    char *there = memory < 0 ? (char *)-1 : shmat(memory, NULL, 0);
    int error = there == (char *)-1 ? errno : 0;
    if (error == 0) snprintf(there, 4096, "%s", words[1]);
    line_start("shmput");
    if (error == 0) line_text("result", "READY");
    if (error != 0) line_result(error);
    line_end();
    if (error == 0) sleep((unsigned)seconds);
    if (memory >= 0) shmctl(memory, IPC_RMID, NULL);
    return 0;
}

int probe_keyget(int count, char *const *words) {
    if (count != 1) return wrong("keyget", "DESCRIPTION");
    char value[256] = "";
    long key = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", words[0], 0), got = -1;
    int error = told(key);
    if (error == 0) {
        got = syscall(SYS_keyctl, KEYCTL_READ, key, value, sizeof value);
        error = told(got);
    }
    line_start("keyget");
    line_text("what", words[0]);
    line_result(error);
    if (got > 0) line_flag(value, (size_t)got < sizeof value ? (size_t)got : sizeof value);
    line_end();
    return 0;
}

// A session keyring of its own with one key in it, for the program that follows: it ends with that program.
int probe_keyput(int count, char *const *words) {
    if (count < 3) return wrong("keyput", "DESCRIPTION WORD PROGRAM [ARGUMENT...]");
    int error = told(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL));
    if (error == 0) {
        error = told(syscall(SYS_add_key, "user", words[0], words[1], strlen(words[1]), KEY_SPEC_SESSION_KEYRING));
    }
    if (error == 0) {
        execvp(words[2], words + 2);
        error = errno;
    }
    line_start("keyput");
    line_result(error);
    line_end();
    return 1;
}

static long long millis(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static void wait_until(long long moment) {
    for (long long left; (left = moment - millis(CLOCK_REALTIME)) > 0;) {
        struct timespec pause = {left / 1000, left % 1000 * 1000000};
        nanosleep(&pause, NULL);
    }
}

// Both sides begin with the next whole round of the clock.
static long long next_round(long slot, long slots) {
    long long round = slot * slots, now = millis(CLOCK_REALTIME);
    return (now / round + 1) * round;
}

// Blinks: for a 1 all processors are busy with two processes each, for a 0 none. The first two are 1 and 0.
int probe_psi_send(int count, char *const *words) {
    long slot = count == 2 ? number(words[1], 2000) : -1;
    size_t bits = count == 2 ? strspn(words[0], "01") : 0;
    if (slot < 50 || bits == 0 || bits > 32 || words[0][bits] != 0) {
        return wrong("psi-send", "BITS MILLISECONDS-EACH (32 bits and 2000 at most)");
    }
    long long start = next_round(slot, (long)bits + 2);
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (processors > 64) processors = 64;
    for (size_t i = 0; i < bits + 2; i++) {
        char bit = i == 0 ? '1' : i == 1 ? '0' : words[0][i - 2];
        wait_until(start + (long long)i * slot);
        if (bit == '0') continue;
        for (long child = 0; child < processors * 2; child++) {
            if (fork() != 0) continue;
            while (millis(CLOCK_REALTIME) < start + (long long)(i + 1) * slot - slot / 10) {}
            _exit(0);
        }
        while (wait(NULL) > 0) {}
    }
    line_start("psi-send");
    line_text("bits", words[0]);
    line_result(0);
    line_end();
    return 0;
}

// How long something had to wait for a processor, in microseconds since the start of the machine.
static long long pressure(int *error) {
    char text[512];
    long got = read_start("/proc/pressure/cpu", text, sizeof text - 1);
    *error = got < 0 ? (int)-got : 0;
    text[got < 0 ? 0 : got] = 0;
    char *total = strstr(text, "total=");
    return total == NULL ? 0 : atoll(total + 6);
}

int probe_psi_recv(int count, char *const *words) {
    long bits = count == 2 ? number(words[0], 32) : -1, slot = count == 2 ? number(words[1], 2000) : -1;
    if (bits < 1 || slot < 50) return wrong("psi-recv", "NUMBER-OF-BITS MILLISECONDS-EACH (32 and 2000 at most)");
    long long waited[34];
    char heard[33] = "";
    int error = 0;
    pressure(&error);
    if (error == 0) {
        long long start = next_round(slot, bits + 2);
        wait_until(start);
        for (long i = 0; i < bits + 2; i++) {
            long long before = pressure(&error);
            wait_until(start + (i + 1) * slot);
            waited[i] = pressure(&error) - before;
        }
        // The first was a 1 and the second a 0: what lies nearer to the first is a 1.
        for (long i = 0; i < bits; i++) heard[i] = waited[i + 2] * 2 > waited[0] + waited[1] ? '1' : '0';
        heard[bits] = 0;
    }
    line_start("psi-recv");
    line_result(error);
    if (error == 0) line_text("bits", heard);
    line_end();
    return 0;
}
