// SPDX-License-Identifier: Apache-2.0
// What minibox-probe tries. Each verb takes its words and their number, prints one line of JSON for each observation, and
// tells the exit code: 0 where it observed something, 2 where its words are wrong.
#pragma once
#include <string.h>
#include <unistd.h>

// What the process was started with: Embedded Swift has no CommandLine.
int probe_argument_count(void);
char *const *probe_arguments(void);

// Calls that the kernel answers after it has asked for permission and before it does anything.
int probe_reach(int count, char *const *words);
// Files.
int probe_open(int count, char *const *words);
int probe_read(int count, char *const *words);
int probe_stat(int count, char *const *words);
int probe_mount(int count, char *const *words);
int probe_fds(int count, char *const *words);
int probe_resid(int count, char *const *words);
int probe_fill(int count, char *const *words);
// Processes.
int probe_pids(int count, char *const *words);
int probe_status(int count, char *const *words);
int probe_signal(int count, char *const *words);
int probe_ptr(int count, char *const *words);
int probe_exes(int count, char *const *words);
int probe_suid_id(int count, char *const *words);
// What two containers may share without meaning to.
int probe_shmget(int count, char *const *words);
int probe_shmput(int count, char *const *words);
int probe_keyget(int count, char *const *words);
int probe_keyput(int count, char *const *words);
int probe_psi_send(int count, char *const *words);
int probe_psi_recv(int count, char *const *words);
int probe_touch(int count, char *const *words);
int probe_pty_send(int count, char *const *words);
int probe_pty_recv(int count, char *const *words);
// Sockets.
int probe_abserve(int count, char *const *words);
int probe_abcli(int count, char *const *words);
int probe_userve(int count, char *const *words);
int probe_uc(int count, char *const *words);
int probe_fd_hand(int count, char *const *words);
int probe_fd_take(int count, char *const *words);
int probe_tserve(int count, char *const *words);
int probe_tcli(int count, char *const *words);
int probe_arp(int count, char *const *words);
int probe_listeners(int count, char *const *words);
// Ways out.
int probe_chrootesc(int count, char *const *words);
int probe_shocker(int count, char *const *words);
int probe_userns(int count, char *const *words);
int probe_uring(int count, char *const *words);
int probe_sti(int count, char *const *words);
int probe_release_agent(int count, char *const *words);
// Resources.
int probe_forks(int count, char *const *words);
int probe_mem(int count, char *const *words);
int probe_burn(int count, char *const *words);
int probe_aff(int count, char *const *words);
