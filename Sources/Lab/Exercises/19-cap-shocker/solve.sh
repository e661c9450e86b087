#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network none --userns host --cap-add DAC_READ_SEARCH -v /run/lab/bin/minibox-probe:/anchor:ro lab/box \
    /.minibox/probe shocker /anchor .
# Without the capability, and with it in a user namespace of its own: refused.
minibox run --rm --network none --userns host -v /run/lab/bin/minibox-probe:/anchor:ro lab/box /.minibox/probe shocker /anchor .
minibox run --rm --network none --cap-add DAC_READ_SEARCH -v /run/lab/bin/minibox-probe:/anchor:ro lab/box \
    /.minibox/probe shocker /anchor .
