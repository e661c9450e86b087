#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Opens files of the kernel's for writing, and writes nothing. "$@" are the arm's flags.
minibox run --rm "$@" lab/box /.minibox/probe open w /proc/sys/kernel/core_pattern /proc/sys/vm/drop_caches \
    /proc/irq/default_smp_affinity /proc/sys/kernel/modprobe /proc/sys/fs/protected_symlinks
