FROM lab/box
RUN --mount=type=secret,id=token test -s /run/secrets/token
