#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The handle of a root is known of these alone.
case $(stat -f -c %T /run/lab/bin/minibox-probe) in
    ext2/ext3 | xfs) ;;
    *) echo "the disk that the programs are on is no ext4 or xfs, whose first directory has a known number"; exit 77 ;;
esac
