#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container asks the kernel for what only root may. "$@" are the arm's flags.
minibox run --rm --network none "$@" lab/box /.minibox/probe reach --alone SYS_TIME SYS_BOOT SYS_MODULE SYS_RAWIO SYSLOG \
    SYS_PACCT SYS_ADMIN BPF PERFMON SYS_PTRACE DAC_READ_SEARCH NET_RAW NET_ADMIN AUDIT_CONTROL MKNOD \
    LINUX_IMMUTABLE IPC_LOCK SYS_NICE SYS_RESOURCE WAKE_ALARM
