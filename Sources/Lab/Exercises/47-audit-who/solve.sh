#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --name good --network none lab/box true
minibox run --rm --name evil --network none --privileged lab/box true
minibox events --audit
minibox audit verify
sed '/"evil"/d' /var/lib/minibox/audit/log >/lab/edited
cat /lab/edited >/var/lib/minibox/audit/log
minibox audit verify
