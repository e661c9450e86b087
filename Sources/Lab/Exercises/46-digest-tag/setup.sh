#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An image with a layer of its own, which is not packed, so that a word of it can be changed in place.
mkdir -p /lab/app
cat >/lab/app/Dockerfile <<'END'
FROM lab/box
RUN echo 'echo honestly: hello' >/greet
END
minibox build --network none -t app /lab/app >/dev/null 2>&1
minibox save -o /lab/app.tar app
