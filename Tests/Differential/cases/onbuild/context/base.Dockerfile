FROM busybox
WORKDIR /w
ONBUILD ARG given=no
ONBUILD ENV fired=$given
ONBUILD RUN echo "first $given $fired" >>/order
ONBUILD COPY --chown=1:2 . context/
ONBUILD USER app
