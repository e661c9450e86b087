#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Before Linux 6.6 there is no setting that tells it: the kernel is asked.
/run/lab/bin/minibox-probe reach io_uring_setup | grep -q '"result":"ENOSYS"' || exit 0
echo "this kernel has no io_uring"
exit 77
