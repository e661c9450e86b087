#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A file of the container's mount, as the lab host sees it; without a mount the file is in the directory itself.
if grep -q ' /lab/shared .* tmpfs none ' /proc/self/mountinfo && [ -e /lab/shared/FROM-CONTAINER ]; then
    echo mount seen
else
    echo mount unseen
fi
if grep -qx done "$LAB_OUT"; then echo ran yes; else echo ran no; fi
# Of the nine: how many ran, and which of them leaked.
echo "tried $(grep -c '^tried ' "$LAB_OUT")"
echo "leaking $(sed -n 's/^leak //p' "$LAB_OUT" | tr '\n' ' ' | sed 's/ $//')"
