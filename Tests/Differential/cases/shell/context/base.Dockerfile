FROM busybox
SHELL ["/bin/sh", "-e", "-u", "-c"]
RUN set -o | grep -E 'errexit|nounset' >/out
ENTRYPOINT words
