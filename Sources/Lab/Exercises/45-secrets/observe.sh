#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Blobs that have the token: layers, packed or not, and configurations.
places=0
if [ -e /lab/secret.tar ]; then
    for blob in $(find /lab/image -type f); do
        if { cat "$blob"; gzip -dc "$blob" 2>/dev/null; } | grep -qaF "$LAB_FLAG"; then
            places=$((places + $({ cat "$blob"; gzip -dc "$blob" 2>/dev/null; } | grep -aoF "$LAB_FLAG" | wc -l)))
        fi
    done
    echo "places $places"
fi
