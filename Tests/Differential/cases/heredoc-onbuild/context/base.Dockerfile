FROM busybox
ONBUILD RUN <<EOF
echo fired >/one
EOF
ONBUILD COPY <<EOF /two
two
EOF
