#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A file of the container's mount, as the lab host sees it; without a mount the file is in the directory itself.
if grep -q ' /lab/shared .* tmpfs none ' /proc/self/mountinfo && [ -e /lab/shared/FROM-CONTAINER ]; then
    echo mount seen
else
    echo mount unseen
fi
