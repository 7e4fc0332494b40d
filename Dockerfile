# A static binary and nothing else. The configuration, the books and the
# database are mounted; the process is nobody in particular.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /relanced ./cmd/relanced

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /relanced /relanced
USER 10001:10001
WORKDIR /data
ENTRYPOINT ["/relanced"]
CMD ["--config", "/data/relanced.toml", "once"]
