FROM lab/box
ARG TOKEN
ENV KEY=$TOKEN
COPY .env /app/.env
RUN test -s /app/.env
RUN rm /app/.env
