#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
place=$(minibox volume inspect --format '{{.Mountpoint}}' made)
for name in ok evil; do
    if [ -d "$place/$name-dir" ]; then echo "$name made"; else echo "$name missing"; fi
done
minibox events --since 1h --until 0s --filter container=maker --filter event=syscall >/lab/calls
echo "records $(grep -c 'syscall: mkdir' /lab/calls)"
# Who, when and what, as the host counts users and processes.
if grep -q '^20.*path=/t/evil-dir, pid=[1-9].*program=mkdir, uid=[1-9]' /lab/calls; then echo who told; fi
if grep -q 'answer=refused.*path=/t/evil-dir' /lab/calls && grep -q 'Operation not permitted' /lab/err; then
    echo evil_answer EPERM
fi
